import MPEGTS
import Model
import Testing

struct PESHeaderTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var header: PESHeader
    }

    static func time(_ ticks: Int64) -> MediaTime { MediaTime(ticks: ticks) }

    static let cases = [
        Case(
            testDescription: "video without length, both times",
            bytes: [
                0, 0, 1, 0xE0, 0, 0, 0x80, 0xC0, 0x0A, 0x31, 0x00, 0x07, 0xD8, 0x61, 0x11, 0x00, 0x07, 0xA4, 0x81,
            ],
            header: PESHeader(
                streamID: 0xE0,
                pts: time(126_000),
                dts: time(119_360),
                dataSize: 5_000,
                isUnbounded: true
            )
        ),
        Case(
            testDescription: "audio, the last time before the wrap",
            bytes: [0, 0, 1, 0xC0, 0, 18, 0x80, 0x80, 0x05, 0x2F, 0xFF, 0xFF, 0xFF, 0xFF],
            header: PESHeader(streamID: 0xC0, pts: time((1 << 33) - 1), dts: nil, dataSize: 10)
        ),
        Case(
            testDescription: "times past the wrap begin again",
            bytes: [0, 0, 1, 0xC0, 0, 18, 0x80, 0x80, 0x05, 0x21, 0x00, 0x01, 0x00, 0x0B],
            header: PESHeader(streamID: 0xC0, pts: time((1 << 33) + 5), dts: nil, dataSize: 10)
        ),
        Case(
            testDescription: "data without time, aligned",
            bytes: [0, 0, 1, 0xBD, 0, 13, 0x84, 0x00, 0x00],
            header: PESHeader(streamID: 0xBD, pts: nil, dts: nil, dataSize: 10, dataAlignment: true)
        ),
        Case(
            testDescription: "header stuffed to eight bytes",
            bytes: [0, 0, 1, 0xBD, 0, 21, 0x80, 0x80, 0x08, 0x21, 0, 1, 0, 3, 0xFF, 0xFF, 0xFF],
            header: PESHeader(streamID: 0xBD, pts: time(1), dts: nil, dataSize: 10, stuffedTo: 8)
        ),
        Case(
            testDescription: "private stream 2 has no flags",
            bytes: [0, 0, 1, 0xBF, 0, 10],
            header: PESHeader(streamID: 0xBF, pts: time(5), dts: nil, dataSize: 10)
        ),
    ]

    @Test(arguments: cases)
    func `reads and writes`(_ testCase: Case) {
        let parsed = testCase.bytes.withUnsafeBytes { PESHeader.parse($0) }
        #expect(parsed == .header(testCase.header))
        var written: [UInt8] = []
        testCase.header.write(to: &written)
        #expect(written == testCase.bytes)
        #expect(testCase.header.size == testCase.bytes.count)
    }

    @Test(arguments: cases)
    func `asks for more until the header is whole`(_ testCase: Case) {
        for size in 0..<testCase.bytes.count {
            let parsed = testCase.bytes[..<size].withUnsafeBytes { PESHeader.parse($0) }
            #expect(parsed == .incomplete, "\(size) bytes")
        }
    }

    @Test func `a length that can't hold the header is malformed, as is a wrong start`() {
        let header = Self.cases[1].bytes
        var lying = header
        lying[5] = 7
        #expect(lying.withUnsafeBytes { PESHeader.parse($0) } == .malformed)
        #expect(([1] + header[1...]).withUnsafeBytes { PESHeader.parse($0) } == .malformed)
        var noMarker = header
        noMarker[6] = 0
        #expect(noMarker.withUnsafeBytes { PESHeader.parse($0) } == .malformed)
    }

    @Test func `a length too long for its field is written as none`() {
        let header = PESHeader(streamID: 0xC0, pts: .zero, dts: nil, dataSize: 65_535)
        #expect(header.packetLength == 0)
        #expect(PESHeader(streamID: 0xC0, pts: .zero, dts: nil, dataSize: 65_527).packetLength == 65_535)
    }
}
