import MPEGTS
import Model
import TestSupport
import Testing

/// How fast the way through is; printed, never judged, since it says more about the machine.
@Suite(.serialized)
struct ThroughputTests {
    @Test func `prints how many bytes a second go through`() {
        var random = SeededRandom(seed: 1)
        let data = picture(isIDR: true, size: 25_000, random: &random)
        let seconds = 8
        let units = (0..<Int64(seconds * 25)).map { index in
            unit(pts: 900_000 + index * 3_600, isRandomAccessPoint: true, data: data)
        }
        let clock = ContinuousClock()
        var bytes: [UInt8] = []
        var muxer = Muxer(tracks: [h264Track])
        let muxing = clock.measure { for unit in units { _ = muxer.write(unit, into: &bytes) } }
        var demuxer = Demuxer()
        var count = 0
        let demuxing = clock.measure {
            bytes.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: 64 << 10) {
                    let chunk = bytes[start..<min(start + (64 << 10), bytes.count)]
                    demuxer.push(UnsafeRawBufferPointer(rebasing: chunk)) { if case .unit = $0 { count += 1 } }
                }
            }
        }
        #expect(count == units.count - 1)
        func rate(_ time: Duration) -> Int { Int(Double(bytes.count) / 1_000_000 / (time / .seconds(1))) }
        print("\(bytes.count / 1_000_000) MB: muxed at \(rate(muxing)) MB/s, demuxed at \(rate(demuxing)) MB/s")
    }
}
