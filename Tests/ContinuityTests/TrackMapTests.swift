import MPEGTS
import Testing

@testable import Continuity

struct TrackMapTests {
    private func pids(_ map: inout TrackMap, _ tracks: [Track]) -> [UInt16] { map.map(tracks).map(\.track.pid) }

    @Test func `the same codec and place has the same PID, whatever the source calls it`() {
        var map = TrackMap()
        #expect(pids(&map, [track(1, .h264), track(2, .aac), track(3, .aac)]) == [0x100, 0x101, 0x102])
        #expect(pids(&map, [track(7, .aac), track(9, .h264)]) == [0x101, 0x100])
        #expect(pids(&map, [track(1, .h264), track(2, .aac), track(3, .aac)]) == [0x100, 0x101, 0x102])
    }

    @Test func `another codec never gets the PID of one that was there`() {
        var map = TrackMap()
        #expect(pids(&map, [track(1, .h264), track(2, .aac)]) == [0x100, 0x101])
        #expect(pids(&map, [track(1, .hevc), track(2, .ac3)]) == [0x102, 0x103])
        #expect(pids(&map, [track(1, .h264), track(2, .ac3)]) == [0x100, 0x103])
    }

    @Test func `PIDs that are used up are given out again`() {
        var map = TrackMap()
        for type in UInt8(0)..<100 {
            let found = pids(&map, [track(1, .other, streamType: type), track(2, .h264)])
            #expect(Set(found).count == 2)
            #expect(found.allSatisfy { (0x100..<0x140).contains($0) })
        }
        let many = (0..<80).map { track(UInt16($0), .aac) }
        #expect(pids(&map, many).count == TrackMap.tracksMax)
    }
}
