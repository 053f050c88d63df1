import MPEGTS
import Testing

struct CRC32MPEG2Tests {
    static let published: [(bytes: [UInt8], checksum: UInt32)] = [
        (Array("123456789".utf8), 0x0376_E6E7),
        ([], 0xFFFF_FFFF),
        ([0x00, 0xB0, 0x0D, 0x00, 0x01, 0xC1, 0x00, 0x00, 0x00, 0x01, 0xF0, 0x00], 0x2AB1_04B2),
    ]

    @Test(arguments: published)
    func `gives the published values`(_ value: (bytes: [UInt8], checksum: UInt32)) {
        #expect(CRC32MPEG2.checksum(value.bytes) == value.checksum)
    }

    @Test func `accepts a section with its checksum and no other`() {
        #expect(CRC32MPEG2.isValid(cueSection))
        for index in cueSection.indices {
            var wrong = cueSection
            wrong[index] ^= 0x10
            #expect(!CRC32MPEG2.isValid(wrong), "byte \(index)")
        }
        #expect(!CRC32MPEG2.isValid([]))
        var section: [UInt8] = [1, 2, 3]
        CRC32MPEG2.append(to: &section)
        #expect(section.count == 7 && CRC32MPEG2.isValid(section))
    }
}
