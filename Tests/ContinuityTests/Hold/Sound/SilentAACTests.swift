import MPEGTS
import Testing

@testable import Continuity

struct SilentAACTests {
    struct Case: CustomTestStringConvertible {
        var configuration: Int
        var block: [UInt8]
        var testDescription: String { "channel configuration \(self.configuration)" }
    }

    static let cases = [
        Case(configuration: 1, block: [0x00, 0xC8, 0x00, 0x07]),
        Case(configuration: 2, block: [0x21, 0x00, 0x03, 0x20, 0x64, 0x1C]),
        Case(configuration: 3, block: [0x00, 0xC8, 0x00, 0x01, 0x08, 0x00, 0x19, 0x03, 0x20, 0xE0]),
        Case(
            configuration: 4,
            block: [0x00, 0xC8, 0x00, 0x01, 0x08, 0x00, 0x19, 0x03, 0x20, 0x02, 0xC8, 0x00, 0x07]
        ),
        Case(
            configuration: 5,
            block: [0x00, 0xC8, 0x00, 0x01, 0x08, 0x00, 0x19, 0x03, 0x20, 0x23, 0x00, 0x03, 0x20, 0x64, 0x1C]
        ),
        Case(
            configuration: 6,
            block: [
                0x00, 0xC8, 0x00, 0x01, 0x08, 0x00, 0x19, 0x03, 0x20, 0x23, 0x00, 0x03, 0x20, 0x64, 0x0C, 0x19, 0x00,
                0x00, 0xE0,
            ]
        ),
        Case(
            configuration: 7,
            block: [
                0x00, 0xC8, 0x00, 0x01, 0x08, 0x00, 0x19, 0x03, 0x20, 0x23, 0x00, 0x03, 0x20, 0x64, 0x04, 0xA0, 0x00,
                0x64, 0x0C, 0x81, 0x83, 0x20, 0x00, 0x1C,
            ]
        ),
    ]

    @Test(arguments: cases)
    func `a raw data block has every element and no spectrum`(_ testCase: Case) throws {
        let elements = try #require(SilentAAC.elements(configuration: testCase.configuration))
        #expect(SilentAAC.rawDataBlock(elements) == testCase.block)
    }

    static let headers: [(live: [UInt8], silent: [UInt8])] = [
        // Stereo at 48 and 44.1 kHz, mono at both; the first with a checksum, home and copyright bits and MPEG-2's id.
        ([0xFF, 0xF8, 0x4C, 0xBC, 0x2F, 0xFF, 0xFC, 0, 0], [0xFF, 0xF9, 0x4C, 0x80, 0x01, 0xBF, 0xFC]),
        ([0xFF, 0xF1, 0x4C, 0x80, 0x24, 0xFF, 0xFC], [0xFF, 0xF1, 0x4C, 0x80, 0x01, 0xBF, 0xFC]),
        ([0xFF, 0xF1, 0x50, 0x80, 0x24, 0xFF, 0xFC], [0xFF, 0xF1, 0x50, 0x80, 0x01, 0xBF, 0xFC]),
        ([0xFF, 0xF1, 0x4C, 0x40, 0x24, 0xFF, 0xFC], [0xFF, 0xF1, 0x4C, 0x40, 0x01, 0x7F, 0xFC]),
        ([0xFF, 0xF1, 0x50, 0x40, 0x24, 0xFF, 0xFC], [0xFF, 0xF1, 0x50, 0x40, 0x01, 0x7F, 0xFC]),
    ]

    @Test(arguments: headers)
    func `a whole ADTS frame takes the parameters of a live one`(_ testCase: (live: [UInt8], silent: [UInt8])) throws {
        let header = try #require(AudioFrameHeader(parsing: testCase.live[...], codec: .aac))
        let configuration = Int(testCase.live[3] >> 6)
        let block = Self.cases[configuration - 1].block
        let frame = try SilentAAC.adts(like: testCase.live, header: header, configuration: nil)
        #expect(frame == testCase.silent + block)
        #expect(AudioFrameHeader(parsing: frame[...], codec: .aac)?.frameSize == frame.count)
    }

    @Test func `a scalable object type or channels that nobody told are obstacles`() throws {
        let scalable: [UInt8] = [0xFF, 0xF1, 0x8C, 0x80, 0x24, 0xFF, 0xFC]
        let header = try #require(AudioFrameHeader(parsing: scalable[...], codec: .aac))
        #expect(throws: SilenceObstacle.objectType) {
            try SilentAAC.adts(like: scalable, header: header, configuration: nil)
        }
        let untold: [UInt8] = [0xFF, 0xF1, 0x4C, 0x00, 0x24, 0xFF, 0xFC]
        let other = try #require(AudioFrameHeader(parsing: untold[...], codec: .aac))
        #expect(throws: SilenceObstacle.programConfigElement) {
            try SilentAAC.adts(like: untold, header: other, configuration: nil)
        }
    }
}
