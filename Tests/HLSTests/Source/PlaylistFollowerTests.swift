import HLS
import Model
import Testing

/// A list of 4 s segments named by their numbers; a builder with a default for everything.
func list(
    _ numbers: Range<UInt64>,
    target: Int = 4,
    name: (UInt64) -> String = { "\($0).ts" },
    discontinuities: Set<UInt64> = [],
    discontinuitySequence: UInt64 = 0,
    key: SegmentKey? = nil,
    ended: Bool = false
) -> Playlist {
    .media(
        MediaPlaylist(
            targetDurationSeconds: target,
            mediaSequence: numbers.lowerBound,
            discontinuitySequence: discontinuitySequence,
            endList: ended,
            segments: numbers.map {
                .init(
                    uri: name($0),
                    duration: MediaTime(seconds: Int64(target)),
                    key: key,
                    isDiscontinuity: discontinuities.contains($0)
                )
            }
        )
    )
}

func uri(_ text: String) -> URIReference {
    guard let reference = URIReference(text) else { preconditionFailure("a test's address is an address: \(text)") }
    return reference
}

let source = uri("http://s/live/1.m3u8")

func request(
    _ number: UInt64,
    uri text: String? = nil,
    discontinuity: Bool = false,
    loss: Bool = false,
    delivered: UInt64 = 0,
    seconds: Int64 = 4,
    decryption: SegmentRequest.Decryption? = nil
) -> PlaylistFollower.Action {
    .fetchSegment(
        SegmentRequest(
            uri: uri(text ?? "http://s/live/\(number).ts"),
            decryption: decryption,
            mediaSequence: number,
            duration: MediaTime(seconds: seconds),
            startsDiscontinuity: discontinuity,
            followsLoss: loss,
            alreadyDelivered: delivered
        )
    )
}

extension PlaylistFollower {
    /// A follower that has fetched the segments of its first list and waits for the next one.
    static func caughtUp(
        _ numbers: Range<UInt64> = 100..<106,
        configuration: Configuration = Configuration()
    ) -> PlaylistFollower {
        var follower = PlaylistFollower(uri: source, configuration: configuration)
        _ = follower.started(now: .zero)
        var actions = follower.playlistArrived(list(numbers), from: source, now: .zero)
        while case .fetchSegment = actions.last { actions = follower.segmentFinished(now: .zero) }
        #expect(actions == [.wait(until: .seconds(4))])
        return follower
    }

    /// The timer fires and this list arrives at once.
    mutating func reloaded(_ playlist: Playlist, now: Duration) -> [Action] {
        #expect(self.timerFired(now: now) == [.fetchPlaylist(source)])
        return self.playlistArrived(playlist, from: source, now: now)
    }
}

struct PlaylistFollowerTests {
    @Test func `starts three segments behind the edge and follows it`() {
        var follower = PlaylistFollower(uri: source)
        #expect(follower.started(now: .zero) == [.fetchPlaylist(source)])
        #expect(follower.playlistArrived(list(100..<106), from: source, now: .milliseconds(100)) == [request(103)])
        #expect(follower.segmentFinished(now: .milliseconds(200)) == [request(104)])
        #expect(follower.segmentFinished(now: .milliseconds(300)) == [request(105)])
        #expect(follower.segmentFinished(now: .milliseconds(400)) == [.wait(until: .seconds(4))])
        #expect(follower.timerFired(now: .seconds(4)) == [.fetchPlaylist(source)])
        #expect(follower.playlistArrived(list(101..<107), from: source, now: .seconds(4.1)) == [request(106)])
        #expect(follower.segmentFinished(now: .seconds(5)) == [.wait(until: .seconds(8))])
    }

    @Test func `a list of one segment is started with it`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        #expect(follower.playlistArrived(list(7..<8), from: source, now: .zero) == [request(7)])
    }

    @Test func `an empty list is asked for again after half a target duration`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        #expect(follower.playlistArrived(list(0..<0), from: source, now: .zero) == [.wait(until: .seconds(2))])
        #expect(follower.reloaded(list(0..<2), now: .seconds(2)) == [request(0)])
    }

    @Test func `an unchanged list is asked for after half a target duration, counted from the start of the load`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(follower.timerFired(now: .seconds(4)) == [.fetchPlaylist(source)])
        #expect(
            follower.playlistArrived(list(100..<106), from: source, now: .seconds(5)) == [.wait(until: .seconds(6))]
        )
        #expect(follower.timerFired(now: .seconds(5)) == [.wait(until: .seconds(6))])
        #expect(follower.reloaded(list(101..<107), now: .seconds(6)) == [request(106)])
        #expect(follower.segmentFinished(now: .seconds(7)) == [.wait(until: .seconds(10))])
    }

    @Test func `a target duration of 0 does not make it spin`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        _ = follower.playlistArrived(list(0..<1, target: 0), from: source, now: .zero)
        #expect(follower.segmentFinished(now: .zero) == [.wait(until: .seconds(1))])
        #expect(follower.reloaded(list(0..<1, target: 0), now: .seconds(1)) == [.wait(until: .milliseconds(1_500))])
    }

    @Test func `a reload that is due goes before the next segment, and one fetch runs at a time`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        #expect(follower.playlistArrived(list(100..<106), from: source, now: .zero) == [request(103)])
        #expect(follower.timerFired(now: .seconds(6)) == [])
        #expect(follower.segmentFinished(now: .seconds(6)) == [.fetchPlaylist(source)])
        #expect(follower.timerFired(now: .seconds(6)) == [])
        #expect(follower.playlistArrived(list(101..<107), from: source, now: .seconds(6)) == [request(104)])
    }

    @Test func `segments that left the list are lost, with their number`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(
            follower.reloaded(list(110..<116), now: .seconds(40))
                == [.report(.segmentsLost(count: 4, cause: .leftPlaylist)), request(110, loss: true)]
        )
        #expect(follower.segmentFinished(now: .seconds(40)) == [request(111)])
    }

    @Test func `a discontinuity that was lost with its segment is still told`() {
        var follower = PlaylistFollower.caughtUp()
        let gap = list(110..<116, discontinuitySequence: 1)
        #expect(
            follower.reloaded(gap, now: .seconds(40))
                == [
                    .report(.segmentsLost(count: 4, cause: .leftPlaylist)),
                    request(110, discontinuity: true, loss: true),
                ]
        )
        #expect(follower.segmentFinished(now: .seconds(40)) == [request(111)])
    }

    @Test func `a discontinuity tag marks the segment behind it`() {
        var follower = PlaylistFollower.caughtUp()
        let changed = list(102..<108, discontinuities: [106])
        #expect(follower.reloaded(changed, now: .seconds(4)) == [request(106, discontinuity: true)])
        #expect(follower.segmentFinished(now: .seconds(5)) == [request(107)])
    }

    @Test func `a backlog beyond ten segments is jumped over`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(
            follower.reloaded(list(100..<130), now: .seconds(90))
                == [.report(.segmentsLost(count: 21, cause: .backlog)), request(127, loss: true)]
        )
    }

    @Test func `a packager that counts from 0 again is followed from its edge, as a discontinuity`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(
            follower.reloaded(list(0..<4, name: { "b\($0).ts" }), now: .seconds(4))
                == [
                    .report(.packagerRestarted(from: 106, to: 1)),
                    request(1, uri: "http://s/live/b1.ts", discontinuity: true),
                ]
        )
        #expect(follower.segmentFinished(now: .seconds(4)) == [request(2, uri: "http://s/live/b2.ts")])
        #expect(follower.segmentFinished(now: .seconds(4)) == [request(3, uri: "http://s/live/b3.ts")])
        #expect(follower.segmentFinished(now: .seconds(4)) == [.wait(until: .seconds(8))])
    }

    @Test func `the same segments under new numbers are not fetched again`() {
        var follower = PlaylistFollower.caughtUp()
        // Numbers 2…7 name what was 102…107; the tokens behind the names changed.
        let renumbered = list(2..<8, name: { "\($0 + 100).ts?token=new" })
        #expect(
            follower.reloaded(renumbered, now: .seconds(4))
                == [.report(.packagerRestarted(from: 106, to: 6)), request(6, uri: "http://s/live/106.ts?token=new")]
        )
    }

    @Test func `an old copy from a cache counts as unchanged`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(follower.reloaded(list(98..<104), now: .seconds(4)) == [.wait(until: .seconds(6))])
        #expect(follower.reloaded(list(101..<107), now: .seconds(6)) == [request(106)])
    }

    @Test func `a list that stands still is reported, doubling, and given up`() {
        var follower = PlaylistFollower.caughtUp()
        var seen: [PlaylistFollower.Action] = []
        for second in stride(from: 4, through: 24, by: 2) {
            seen += follower.reloaded(list(100..<106), now: .seconds(second)).filter { action in
                if case .wait = action { false } else { true }
            }
        }
        #expect(
            seen == [.report(.playlistFrozen(targetDurations: 3)), .failed(.playlistFrozen(targetDurations: 6))]
        )
        #expect(follower.timerFired(now: .seconds(30)) == [])
    }

    @Test func `a list that moves again is reported too`() {
        var follower = PlaylistFollower.caughtUp()
        for second in [4, 6, 8, 10] { _ = follower.reloaded(list(100..<106), now: .seconds(second)) }
        #expect(
            follower.reloaded(list(100..<106), now: .seconds(12))
                == [.report(.playlistFrozen(targetDurations: 3)), .wait(until: .seconds(14))]
        )
        #expect(follower.reloaded(list(101..<107), now: .seconds(14)) == [.report(.playlistResumed), request(106)])
    }

    @Test func `the end of the list ends it, once every segment was handed on`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(follower.reloaded(list(100..<107, ended: true), now: .seconds(4)) == [request(106)])
        #expect(follower.segmentFinished(now: .seconds(5)) == [.report(.endOfList), .finished])
        #expect(follower.timerFired(now: .seconds(9)) == [])
    }

    @Test func `an ended list is played from its start, three target durations ahead of time at most`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        #expect(follower.playlistArrived(list(0..<6, ended: true), from: source, now: .zero) == [request(0)])
        for number: UInt64 in 1...3 { #expect(follower.segmentFinished(now: .zero) == [request(number)]) }
        #expect(follower.segmentFinished(now: .zero) == [.wait(until: .seconds(4))])
        #expect(follower.timerFired(now: .seconds(4)) == [request(4)])
    }

    @Test func `inputs that nothing asked for are ignored`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(follower.segmentFinished(now: .zero) == [])
        #expect(follower.segmentFailed(status: 500, delivered: 0, now: .zero) == [])
        #expect(follower.keyArrived(Redacted([]), now: .zero) == [])
        #expect(follower.keyFailed(status: nil, now: .zero) == [])
        #expect(follower.playlistArrived(list(0..<1), from: source, now: .zero) == [])
        #expect(follower.playlistFailed(status: nil, now: .zero) == [])
        #expect(follower.playlistRejected(PlaylistError(line: 1, reason: .fragmentedMP4), now: .zero) == [])
        var unstarted = PlaylistFollower(uri: source)
        #expect(unstarted.timerFired(now: .seconds(9)) == [])
    }
}
