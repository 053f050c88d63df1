import MPEGTS
import Testing

struct RandomAccessTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var codec: Track.Codec
        var units: [[UInt8]]
        var isPoint: Bool
    }

    static let recoveryPoint: [UInt8] = [0x06, 0x06, 0x01, 0xC4, 0x80]
    /// first_mb_in_slice 0, slice_type 7 and 5.
    static let intraSlice: [UInt8] = [0x41, 0b1000_1000, 0x80]
    static let interSlice: [UInt8] = [0x41, 0b1001_1000, 0x80]

    static let cases = [
        Case(testDescription: "IDR", codec: .h264, units: [[0x09, 0xF0], [0x65, 0x88]], isPoint: true),
        Case(testDescription: "I slice alone", codec: .h264, units: [intraSlice], isPoint: false),
        Case(testDescription: "recovery point", codec: .h264, units: [recoveryPoint, intraSlice], isPoint: true),
        Case(
            testDescription: "recovery point after other messages",
            codec: .h264,
            units: [[0x06, 0x05, 0x02, 9, 9, 0x06, 0x01, 0xC4, 0x80], intraSlice],
            isPoint: true
        ),
        Case(
            testDescription: "intra refresh: recovery point with a P slice",
            codec: .h264,
            units: [recoveryPoint, interSlice],
            isPoint: true
        ),
        Case(
            testDescription: "message after the slice",
            codec: .h264,
            units: [intraSlice, recoveryPoint],
            isPoint: false
        ),
        Case(testDescription: "parameter sets only", codec: .h264, units: [[0x67, 1], [0x68, 1]], isPoint: false),
        Case(testDescription: "HEVC CRA", codec: .hevc, units: [[0x46, 1, 0x50], [0x2A, 1, 0xAF]], isPoint: true),
        Case(testDescription: "HEVC IDR", codec: .hevc, units: [[0x26, 1, 0xAF]], isPoint: true),
        Case(testDescription: "HEVC trailing", codec: .hevc, units: [[0x40, 1, 1], [0x02, 1, 0xD0]], isPoint: false),
        Case(
            testDescription: "MPEG-2 I after a sequence header",
            codec: .mpeg2Video,
            units: [[0xB3, 0x14, 0x00, 0xB4], [0xB8, 0, 8, 0, 0x40], [0x00, 0x00, 0x0F, 0xFF]],
            isPoint: true
        ),
        Case(
            testDescription: "MPEG-2 I alone",
            codec: .mpeg2Video,
            units: [[0x00, 0x00, 0x0F, 0xFF]],
            isPoint: false
        ),
        Case(
            testDescription: "MPEG-2 P after a sequence header",
            codec: .mpeg2Video,
            units: [[0xB3, 0x14, 0x00, 0xB4], [0x00, 0x00, 0x17, 0xFF]],
            isPoint: false
        ),
        Case(testDescription: "audio", codec: .aac, units: [[1]], isPoint: true),
        Case(testDescription: "teletext", codec: .teletext, units: [[1]], isPoint: false),
    ]

    @Test(arguments: cases)
    func `knows where decoding can start`(_ testCase: Case) {
        let data = testCase.units.flatMap { (unit: [UInt8]) -> [UInt8] in [0, 0, 0, 1] + unit }
        #expect(RandomAccess.isPoint(data, codec: testCase.codec) == testCase.isPoint)
    }
}
