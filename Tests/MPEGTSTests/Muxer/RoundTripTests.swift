import MPEGTS
import Model
import TestSupport
import Testing

struct RoundTripTests {
    /// Starts on the output timeline: its usual one, and two where 33 bits run out on the way.
    static let bases: [Int64] = [900_000, (1 << 33) - 20_000, 5 * (1 << 33) + (1 << 33) - 90_000]

    @Test(arguments: bases)
    func `what was muxed comes out of the demuxer`(_ base: Int64) {
        for seed in UInt64(0)..<6 {
            var random = SeededRandom(seed: seed)
            let units = randomUnits(pictures: 30, from: base, random: &random)
            let stream = muxed(units)
            #expect(stream.outcomes.allSatisfy { $0 == .written }, "seed \(seed)")
            let outputs = demuxed(stream.bytes)
            #expect(outputs.faults == [], "seed \(seed)")
            #expect(outputs.trackLists == [allTracks])
            for track in allTracks {
                let sent = units.filter { $0.pid == track.pid }.map(\.onTheWire)
                #expect(outputs.units.filter { $0.pid == track.pid } == sent, "seed \(seed), pid \(track.pid)")
            }
            #expect(StreamHealth(stream.bytes).complaints == [], "seed \(seed)")
        }
    }

    @Test func `the cut into chunks does not matter`() {
        var random = SeededRandom(seed: 21)
        let units = randomUnits(pictures: 15, from: 900_000, sizeMax: 700, random: &random)
        let bytes = muxed(units).bytes
        let whole = demuxed(bytes)
        #expect(whole.units.count == units.count)
        #expect(demuxed(bytes, chunk: { 1 }) == whole)
        for _ in 0..<5 {
            #expect(demuxed(bytes, chunk: { Int.random(in: 1...2_000, using: &random) }) == whole)
        }
    }

    @Test func `a unit of any size fills its packets exactly`() {
        for size in 1...400 {
            let data = [UInt8](repeating: 7, count: size)
            for track in [h264Track, aacTrack, teletextTrack, privateTrack] {
                let sent = unit(pid: track.pid, isRandomAccessPoint: track.codec.isAudio, data: data)
                let bytes = muxed([sent]).bytes
                #expect(demuxed(bytes).units == [sent], "\(size) bytes on \(track.pid)")
                #expect(StreamHealth(bytes).complaints == [])
            }
        }
    }
}
