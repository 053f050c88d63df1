import HLS
import Model
import Testing

/// What a follower remembers over restarts, caches and many hours.
struct PlaylistFollowerMemoryTests {
    private static func dated(_ numbers: Range<UInt64>, from time: Int64) -> Playlist {
        guard case .media(var playlist) = list(numbers) else { preconditionFailure("a list is a media playlist") }
        for index in playlist.segments.indices {
            playlist.segments[index].programDateTime = WallTime(seconds: time + Int64(index) * 4)
        }
        return .media(playlist)
    }

    private static func fetched(_ actions: [PlaylistFollower.Action]) -> UInt64? {
        guard case .fetchSegment(let request) = actions.last else { return nil }
        return request.mediaSequence
    }

    @Test func `names used again with other dates are other segments`() {
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        var actions = follower.playlistArrived(Self.dated(2..<8, from: 1_000), from: source, now: .zero)
        while case .fetchSegment = actions.last { actions = follower.segmentFinished(now: .zero) }
        actions = follower.reloaded(Self.dated(2..<5, from: 9_000), now: .seconds(4))
        #expect(actions.first == .report(.packagerRestarted(from: 8, to: 2)))
        #expect(Self.fetched(actions) == 2)
    }

    @Test func `parts of one file are told apart by their ranges`() {
        func ranges(_ numbers: Range<UInt64>, first: UInt64) -> Playlist {
            guard case .media(var playlist) = list(numbers, name: { _ in "all.ts" }) else { return list(numbers) }
            for index in playlist.segments.indices {
                playlist.segments[index].byteRange = ByteRange(offset: (first + UInt64(index)) * 1_000, length: 1_000)
            }
            return .media(playlist)
        }
        var follower = PlaylistFollower(uri: source)
        _ = follower.started(now: .zero)
        var actions = follower.playlistArrived(ranges(100..<103, first: 100), from: source, now: .zero)
        while case .fetchSegment = actions.last { actions = follower.segmentFinished(now: .zero) }
        // Numbers 0…3 name the ranges 100…103: the first three are known.
        actions = follower.reloaded(ranges(0..<4, first: 100), now: .seconds(4))
        #expect(actions.first == .report(.packagerRestarted(from: 103, to: 3)))
        #expect(Self.fetched(actions) == 3)
    }

    @Test func `an old copy right after beginning again is waited out`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(follower.restarted(now: .seconds(4)) == [.fetchPlaylist(source)])
        #expect(
            follower.playlistArrived(list(98..<104), from: source, now: .seconds(4)) == [.wait(until: .seconds(6))]
        )
        #expect(follower.reloaded(list(101..<107), now: .seconds(6)) == [request(106)])
    }

    @Test func `an empty list after a full one changes nothing`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(follower.reloaded(list(0..<0), now: .seconds(4)) == [.wait(until: .seconds(6))])
        #expect(follower.reloaded(list(101..<107), now: .seconds(6)) == [request(106)])
    }

    @Test func `half a segment is gone on with after beginning again`() {
        var follower = PlaylistFollower.caughtUp()
        #expect(follower.reloaded(list(101..<107), now: .seconds(4)) == [request(106)])
        _ = follower.segmentFailed(status: 200, delivered: 940, now: .seconds(5))
        #expect(follower.restarted(now: .seconds(5)) == [.fetchPlaylist(source)])
        #expect(
            follower.playlistArrived(list(101..<107), from: source, now: .seconds(5)) == [request(106, delivered: 940)]
        )
    }

    @Test func `hours of segments with a key each are followed, and old copies still known`() {
        var follower = PlaylistFollower(uri: source)
        var now = Duration.zero
        var actions = follower.started(now: now)
        var end: UInt64 = 6
        var segments = 0
        var keys = 0
        while segments < 600 {
            switch actions.last {
            case .fetchPlaylist:
                guard case .media(var playlist) = list(end - 6..<end) else { return #expect(Bool(false)) }
                for index in playlist.segments.indices {
                    playlist.segments[index].key = SegmentKey(uri: "k\(playlist.mediaSequence + UInt64(index))")
                }
                end += 1
                actions = follower.playlistArrived(.media(playlist), from: source, now: now)
            case .fetchKey:
                keys += 1
                actions = follower.keyArrived(Redacted([UInt8](repeating: 1, count: 16)), now: now)
            case .fetchSegment:
                segments += 1
                actions = follower.segmentFinished(now: now)
            case .wait(let until):
                now = until
                actions = follower.timerFired(now: now)
            default:
                return #expect(actions == [])
            }
        }
        #expect(keys == segments)
        guard case .wait(let until) = actions.last else { return #expect(actions == []) }
        now = until
        #expect(follower.reloaded(list(end - 11..<end - 5), now: now) == [.wait(until: now + .seconds(2))])
    }

    @Test func `a key whose address cannot be read skips its segment`() {
        var follower = PlaylistFollower.caughtUp()
        let long = SegmentKey(uri: String(repeating: "k", count: URIReference.sizeMax + 1))
        #expect(
            follower.reloaded(list(101..<107, key: long), now: .seconds(4))
                == [.report(.segmentSkipped(mediaSequence: 106, status: nil)), .wait(until: .seconds(8))]
        )
    }
}
