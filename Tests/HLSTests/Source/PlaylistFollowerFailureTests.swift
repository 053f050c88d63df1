import HLS
import Model
import TestSupport
import Testing

struct PlaylistFollowerFailureTests {
    @Test func `a segment is tried three times, what was handed on is not handed on again, then it is skipped`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        #expect(follower.playlistArrived(list(100..<106), from: source, now: .zero) == [request(103)])
        #expect(
            follower.segmentFailed(status: 200, delivered: 1_880, now: .seconds(1)) == [
                .wait(until: .milliseconds(1_500))
            ]
        )
        #expect(follower.timerFired(now: .milliseconds(1_500)) == [request(103, delivered: 1_880)])
        #expect(follower.segmentFailed(status: 503, delivered: 0, now: .seconds(2)) == [.wait(until: .seconds(3))])
        #expect(follower.timerFired(now: .seconds(3)) == [request(103, delivered: 1_880)])
        #expect(
            follower.segmentFailed(status: nil, delivered: 3_760, now: .seconds(3))
                == [.report(.segmentSkipped(mediaSequence: 103, status: nil)), request(104, loss: true)]
        )
        #expect(follower.segmentFinished(now: .milliseconds(3_500)) == [request(105)])
    }

    @Test func `a refused segment is skipped at once, and a discontinuity goes over to the next`() {
        var follower = PlaylistFollower.caughtUp()
        let changed = list(102..<108, discontinuities: [106])
        #expect(follower.reloaded(changed, now: .seconds(4)) == [request(106, discontinuity: true)])
        #expect(
            follower.segmentFailed(status: 410, delivered: 0, now: .seconds(5))
                == [
                    .report(.segmentSkipped(mediaSequence: 106, status: 410)),
                    request(107, discontinuity: true, loss: true),
                ]
        )
    }

    @Test func `the list is asked for while a segment waits for its next attempt`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(follower.reloaded(list(101..<107), now: .seconds(4)) == [request(106)])
        #expect(
            follower.segmentFailed(status: 500, delivered: 0, now: .milliseconds(7_800)) == [.wait(until: .seconds(8))]
        )
        #expect(follower.timerFired(now: .seconds(8)) == [.fetchPlaylist(source)])
        #expect(
            follower.playlistArrived(list(102..<108), from: source, now: .milliseconds(8_200))
                == [.wait(until: .milliseconds(8_300))]
        )
        #expect(follower.timerFired(now: .milliseconds(8_300)) == [request(106)])
    }

    @Test func `a half-fetched segment that left the list is not mistaken for its successor`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(follower.reloaded(list(101..<107), now: .seconds(4)) == [request(106)])
        _ = follower.segmentFailed(status: 200, delivered: 940, now: .seconds(9))
        #expect(
            follower.playlistArrived(list(108..<114), from: source, now: .seconds(9))
                == [.report(.segmentsLost(count: 2, cause: .leftPlaylist)), request(108, loss: true)]
        )
    }

    @Test func `five skipped in a row end it`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(follower.reloaded(list(101..<112), now: .seconds(4)) == [request(106)])
        for number: UInt64 in 106..<110 {
            #expect(
                follower.segmentFailed(status: 403, delivered: 0, now: .seconds(4))
                    == [.report(.segmentSkipped(mediaSequence: number, status: 403)), request(number + 1, loss: true)]
            )
        }
        #expect(
            follower.segmentFailed(status: 403, delivered: 0, now: .seconds(4))
                == [
                    .report(.segmentSkipped(mediaSequence: 110, status: 403)),
                    .failed(.segmentsUnavailable(count: 5, status: 403)),
                ]
        )
    }

    @Test func `segments whose address cannot be read are skipped`() {
        var follower = PlaylistFollower.caughtUp()
        let long = String(repeating: "a", count: URIReference.sizeMax + 1)
        let odd = list(102..<108, name: { $0 == 106 ? long : "\($0).ts" })
        #expect(
            follower.reloaded(odd, now: .seconds(4))
                == [.report(.segmentSkipped(mediaSequence: 106, status: nil)), request(107, loss: true)]
        )
    }

    @Test func `a list that fails is tried five times, waiting longer each time`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(follower.timerFired(now: .seconds(4)) == [.fetchPlaylist(source)])
        for milliseconds in [500, 1_000, 2_000, 4_000] {
            let until = Duration.seconds(4) + .milliseconds(milliseconds)
            #expect(follower.playlistFailed(status: 502, now: .seconds(4)) == [.wait(until: until)])
            #expect(follower.timerFired(now: until) == [.fetchPlaylist(source)])
        }
        #expect(
            follower.playlistFailed(status: nil, now: .seconds(9)) == [.failed(.playlistUnavailable(status: nil))]
        )
    }

    @Test(arguments: [401, 403, 404, 410])
    func `a first list that is refused ends it at once`(_ status: Int) {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        #expect(
            follower.playlistFailed(status: status, now: .zero) == [.failed(.playlistUnavailable(status: status))]
        )
    }

    @Test func `a list that is missing for a moment is asked for again`() {
        var follower = PlaylistFollower.caughtUp()
        _ = follower.timerFired(now: .seconds(4))
        #expect(follower.playlistFailed(status: 404, now: .seconds(4)) == [.wait(until: .milliseconds(4_500))])
    }

    @Test func `an error page is asked for again, fragmented MP4 is not`() {
        var follower = PlaylistFollower.caughtUp()
        _ = follower.timerFired(now: .seconds(4))
        let page = PlaylistError(line: 1, reason: .notAPlaylist(found: "<html>"))
        #expect(follower.playlistRejected(page, now: .seconds(4)) == [.wait(until: .milliseconds(4_500))])
        _ = follower.timerFired(now: .milliseconds(4_500))
        let mp4 = PlaylistError(line: 3, reason: .fragmentedMP4)
        #expect(follower.playlistRejected(mp4, now: .seconds(5)) == [.failed(.playlistRejected(mp4))])
    }

    @Test func `beginning again asks the first address, and fetches nothing twice`() {
        var follower = PlaylistFollower.caughtUp()
        _ = follower.timerFired(now: .seconds(4))
        #expect(
            follower.playlistFailed(status: 403, now: .seconds(4)) == [.failed(.playlistUnavailable(status: 403))]
        )
        #expect(follower.restarted(now: .seconds(5)) == [.fetchPlaylist(source)])
        #expect(follower.playlistArrived(list(102..<108), from: source, now: .seconds(5)) == [request(106)])
    }

    @Test func `redirects give the base of the URIs and the address of the reloads`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        let edge = uri("http://edge:81/tok/list.m3u8?s=1#x")
        #expect(
            follower.playlistArrived(list(1..<2), from: edge, now: .zero)
                == [request(1, uri: "http://edge:81/tok/1.ts")]
        )
        _ = follower.segmentFinished(now: .zero)
        #expect(follower.timerFired(now: .seconds(4)) == [.fetchPlaylist(uri("http://edge:81/tok/list.m3u8?s=1"))])
    }

    @Test func `a multivariant playlist leads to its best variant`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        let multivariant = MultivariantPlaylist(
            variants: [.init(uri: "low/a.m3u8", bandwidth: 1), .init(uri: "hi/a.m3u8", bandwidth: 2, audioGroup: "a")],
            renditions: [.init(kind: .audio, groupID: "a", name: "en")]
        )
        let variant = uri("http://s/live/hi/a.m3u8")
        #expect(
            follower.playlistArrived(.multivariant(multivariant), from: source, now: .zero)
                == [.report(.variantChosen(bandwidth: 2, of: 2)), .fetchPlaylist(variant)]
        )
        #expect(
            follower.playlistArrived(list(1..<2), from: variant, now: .zero)
                == [request(1, uri: "http://s/live/hi/1.ts")]
        )
    }

    @Test func `a variant without sound of its own is reported, one that cannot be ingested refused`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        let mute = MultivariantPlaylist(
            variants: [.init(uri: "v.m3u8", bandwidth: 2, audioGroup: "a")],
            renditions: [.init(kind: .audio, groupID: "a", name: "en", uri: "en.m3u8")]
        )
        #expect(
            follower.playlistArrived(.multivariant(mute), from: source, now: .zero)
                == [
                    .report(.variantChosen(bandwidth: 2, of: 1)), .report(.audioIsSeparate),
                    .fetchPlaylist(uri("http://s/live/v.m3u8")),
                ]
        )
        let foreign = MultivariantPlaylist(variants: [.init(uri: "v.m3u8", bandwidth: 2, codecs: ["vp09"])])
        #expect(
            follower.playlistArrived(.multivariant(foreign), from: source, now: .zero) == [.failed(.noPlayableVariant)]
        )
    }

    @Test func `multivariant playlists that lead to each other are given up`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        let circle = Playlist.multivariant(MultivariantPlaylist(variants: [.init(uri: "1.m3u8", bandwidth: 1)]))
        for _ in 0..<2 {
            #expect(
                follower.playlistArrived(circle, from: source, now: .zero)
                    == [.report(.variantChosen(bandwidth: 1, of: 1)), .fetchPlaylist(source)]
            )
        }
        #expect(
            follower.playlistArrived(circle, from: source, now: .zero) == [.failed(.nestedMultivariant(allowed: 2))]
        )
    }

    @Test func `a key is fetched once, before the first segment that needs it`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        let key = uri("http://s/live/k?n=1")
        let encrypted = list(5..<7, key: SegmentKey(uri: "k?n=1"))
        #expect(follower.playlistArrived(encrypted, from: source, now: .zero) == [.fetchKey(key)])
        let bytes = Redacted([UInt8](repeating: 7, count: 16))
        #expect(
            follower.keyArrived(bytes, now: .zero)
                == [request(5, decryption: .init(key: bytes, iv: InitializationVector(rawValue: 5)))]
        )
        #expect(
            follower.segmentFinished(now: .zero)
                == [request(6, decryption: .init(key: bytes, iv: InitializationVector(rawValue: 6)))]
        )
    }

    @Test func `a key that cannot be had ends it`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        let key = uri("http://s/live/k")
        _ = follower.playlistArrived(list(5..<7, key: SegmentKey(uri: "k")), from: source, now: .zero)
        // A page of another length is no key.
        #expect(follower.keyArrived(Redacted([1, 2, 3]), now: .zero) == [.wait(until: .milliseconds(500))])
        #expect(follower.timerFired(now: .milliseconds(500)) == [.fetchKey(key)])
        #expect(follower.keyFailed(status: 500, now: .milliseconds(500)) == [.wait(until: .milliseconds(1_500))])
        #expect(follower.timerFired(now: .milliseconds(1_500)) == [.fetchKey(key)])
        #expect(
            follower.keyFailed(status: 500, now: .milliseconds(1_500)) == [.failed(.keyUnavailable(status: 500))]
        )
    }

    /// A packager that publishes, loses, restarts and freezes; a follower that is fed all of it.
    @Test(arguments: 1...40)
    func `whatever the packager does, no segment is fetched twice and one fetch runs at a time`(_ seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var follower = PlaylistFollower(uri: source)
        var now = Duration.zero
        var first: UInt64 = .random(in: 0...1_000, using: &random)
        var end = first + 6
        var generation = 0
        var finished: Set<String> = []
        var actions = follower.started(now: now)
        for step in 0..<400 {
            let doing = actions.filter { action in
                if case .report = action { false } else { true }
            }
            #expect(doing.count == 1, "seed \(seed), step \(step): \(actions)")
            now += .milliseconds(Int.random(in: 0...3_000, using: &random))
            switch doing.last {
            case .fetchPlaylist:
                let chance = Int.random(in: 0..<20, using: &random)
                if chance == 0 {
                    generation += 1
                    first = .random(in: 0...1_000, using: &random)
                    end = first + .random(in: 0...6, using: &random)
                } else if chance > 5 {
                    end += .random(in: 1...4, using: &random)
                }
                first = max(first, end > 8 ? end - 8 : 0)
                let named = generation
                let playlist = list(first..<end, name: { "g\(named)-\($0).ts" })
                actions =
                    chance == 1
                    ? follower.playlistFailed(status: 500, now: now)
                    : follower.playlistArrived(playlist, from: source, now: now)
            case .fetchSegment(let request):
                if Int.random(in: 0..<10, using: &random) == 0 {
                    actions = follower.segmentFailed(status: 404, delivered: 0, now: now)
                } else {
                    #expect(finished.insert(request.uri.text).inserted, "seed \(seed), step \(step)")
                    actions = follower.segmentFinished(now: now)
                }
            case .wait(let until):
                now = max(now, until)
                actions = follower.timerFired(now: now)
            default:
                actions = follower.restarted(now: now)
            }
        }
        #expect(finished.count > 20)
    }
}
