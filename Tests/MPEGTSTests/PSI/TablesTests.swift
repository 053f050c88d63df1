import MPEGTS
import TestSupport
import Testing

struct TablesTests {
    struct PATCase: CustomTestStringConvertible {
        var testDescription: String
        var section: [UInt8]
        var table: PAT
    }

    static let pats = [
        PATCase(
            testDescription: "one programme",
            section: [
                0x00, 0xB0, 0x0D, 0x00, 0x01, 0xC1, 0x00, 0x00, 0x00, 0x01, 0xF0, 0x00, 0x2A, 0xB1, 0x04, 0xB2,
            ],
            table: PAT(transportStreamID: 1, version: 0, programs: [.init(number: 1, pmtPID: 0x1000)])
        ),
        PATCase(
            testDescription: "two programmes, second of two sections, not yet current",
            section: [
                0x00, 0xB0, 0x11, 0x12, 0x34, 0xFE, 0x01, 0x01, 0x00, 0x02, 0xE1, 0x23, 0xFF, 0xFF, 0xFF, 0xFE,
                0xEE, 0x0F, 0xEE, 0x04,
            ],
            table: PAT(
                transportStreamID: 0x1234,
                version: 31,
                isCurrent: false,
                sectionNumber: 1,
                lastSectionNumber: 1,
                programs: [.init(number: 2, pmtPID: 0x123), .init(number: 0xFFFF, pmtPID: 0x1FFE)]
            )
        ),
    ]

    struct PMTCase: CustomTestStringConvertible {
        var testDescription: String
        var section: [UInt8]
        var table: PMT
    }

    static let pmts = [
        PMTCase(
            testDescription: "video and audio",
            section: [
                0x02, 0xB0, 0x17, 0x00, 0x01, 0xC1, 0x00, 0x00, 0xE1, 0x00, 0xF0, 0x00, 0x1B, 0xE1, 0x00, 0xF0, 0x00,
                0x0F, 0xE1, 0x01, 0xF0, 0x00, 0x2F, 0x44, 0xB9, 0x9B,
            ],
            table: PMT(
                programNumber: 1,
                version: 0,
                pcrPID: 0x100,
                streams: [.init(type: 0x1B, pid: 0x100), .init(type: 0x0F, pid: 0x101)]
            )
        ),
        PMTCase(
            testDescription: "descriptors in both loops",
            section: [
                0x02, 0xB0, 0x1E, 0x00, 0x07, 0xCB, 0x00, 0x00, 0xFF, 0xFF, 0xF0, 0x06, 0x05, 0x04, 0x43, 0x55, 0x45,
                0x49, 0x06, 0xE2, 0x00, 0xF0, 0x06, 0x0A, 0x04, 0x66, 0x72, 0x61, 0x00, 0x06, 0xCF, 0x3A, 0x0D,
            ],
            table: PMT(
                programNumber: 7,
                version: 5,
                pcrPID: 0x1FFF,
                descriptors: [0x05, 0x04, 0x43, 0x55, 0x45, 0x49],
                streams: [.init(type: 0x06, pid: 0x200, descriptors: [0x0A, 0x04, 0x66, 0x72, 0x61, 0x00])]
            )
        ),
    ]

    @Test(arguments: pats)
    func `reads and writes a PAT`(_ testCase: PATCase) throws {
        #expect(try PAT(section: testCase.section) == testCase.table)
        #expect(testCase.table.section == testCase.section)
    }

    @Test(arguments: pmts)
    func `reads and writes a PMT`(_ testCase: PMTCase) throws {
        #expect(try PMT(section: testCase.section) == testCase.table)
        #expect(testCase.table.section == testCase.section)
    }

    /// `section` with a byte changed and the checksum made right again.
    static func changed(_ section: [UInt8], at index: Int, to value: UInt8) -> [UInt8] {
        var section = Array(section.dropLast(4))
        section[index] = value
        CRC32MPEG2.append(to: &section)
        return section
    }

    @Test func `says why a section is no table`() {
        let pmt = Self.pmts[0].section
        let pat = Self.pats[0].section
        #expect(throws: PSIError.wrongTable(expected: 2, found: 0)) { try PMT(section: pat) }
        #expect(throws: PSIError.truncated(expected: 12, actual: 4)) { try PAT(section: [0, 0xB0, 1, 0]) }
        #expect(throws: PSIError.truncated(expected: 25, actual: 26)) {
            try PMT(section: Self.changed(pmt, at: 2, to: 0x16))
        }
        #expect(throws: PSIError.badCRC) { try PMT(section: pmt.dropLast() + [0]) }
        // Loops that point past the end of the section.
        #expect(throws: PSIError.overrun(at: 12)) { try PMT(section: Self.changed(pmt, at: 11, to: 200)) }
        #expect(throws: PSIError.overrun(at: 17)) { try PMT(section: Self.changed(pmt, at: 16, to: 200)) }
        #expect(throws: PSIError.overrun(at: 20)) { try PMT(section: Self.changed(pmt, at: 11, to: 3)) }
    }

    @Test func `gives back any table it wrote`() throws {
        var random = SeededRandom(seed: 7)
        for _ in 0..<200 {
            let pmt = PMT(
                programNumber: .random(in: 1...0xFFFF, using: &random),
                version: .random(in: 0...31, using: &random),
                isCurrent: .random(using: &random),
                pcrPID: .random(in: 0...0x1FFF, using: &random),
                descriptors: (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    .random(in: 0...255, using: &random)
                },
                streams: (0..<Int.random(in: 0...10, using: &random)).map { _ in
                    PMT.Stream(
                        type: .random(in: 0...255, using: &random),
                        pid: .random(in: 0...0x1FFF, using: &random),
                        descriptors: (0..<Int.random(in: 0...50, using: &random)).map { _ in
                            .random(in: 0...255, using: &random)
                        }
                    )
                }
            )
            #expect(try PMT(section: pmt.section) == pmt)
        }
    }
}
