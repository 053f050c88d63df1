/// Why a section could not be read.
package enum PSIError: Error, Hashable, Sendable {
    case truncated(expected: Int, actual: Int)
    case wrongTable(expected: UInt8, found: UInt8)
    case badCRC
    /// A length inside the section points past its end.
    case overrun(at: Int)
}

/// The eight bytes that open a PAT or PMT section, checked with the CRC that ends it.
///
/// Source: ISO/IEC 13818-1, 2.4.4.3, Table 2-30.
struct SectionHeader: Hashable, Sendable {
    static let size = 8

    var tableIDExtension: UInt16
    /// 5 bits.
    var version: UInt8
    var isCurrent: Bool
    var sectionNumber: UInt8
    var lastSectionNumber: UInt8
    /// Offset of the CRC: where the table's own content ends.
    var contentEnd: Int

    init(parsing section: [UInt8], tableID: UInt8) throws(PSIError) {
        let least = Self.size + CRC32MPEG2.size
        guard section.count >= least else { throw .truncated(expected: least, actual: section.count) }
        guard section[0] == tableID else { throw .wrongTable(expected: tableID, found: section[0]) }
        let size = 3 + (Int(section[1] & 0x0F) << 8 | Int(section[2]))
        guard size == section.count else { throw .truncated(expected: size, actual: section.count) }
        guard CRC32MPEG2.isValid(section) else { throw .badCRC }
        self.tableIDExtension = UInt16(section[3]) << 8 | UInt16(section[4])
        self.version = section[5] >> 1 & 0x1F
        self.isCurrent = section[5] & 1 != 0
        self.sectionNumber = section[6]
        self.lastSectionNumber = section[7]
        self.contentEnd = section.count - CRC32MPEG2.size
    }

    /// A whole section around `content`.
    static func section(
        tableID: UInt8,
        tableIDExtension: UInt16,
        version: UInt8,
        isCurrent: Bool,
        sectionNumber: UInt8,
        lastSectionNumber: UInt8,
        content: [UInt8]
    ) -> [UInt8] {
        let length = Self.size - 3 + content.count + CRC32MPEG2.size
        var section: [UInt8] = []
        section.reserveCapacity(3 + length)
        section += [
            tableID, 0xB0 | UInt8(length >> 8 & 0x0F), UInt8(length & 0xFF),
            UInt8(tableIDExtension >> 8), UInt8(tableIDExtension & 0xFF),
            0xC0 | (version & 0x1F) << 1 | (isCurrent ? 1 : 0), sectionNumber, lastSectionNumber,
        ]
        section += content
        CRC32MPEG2.append(to: &section)
        return section
    }
}
