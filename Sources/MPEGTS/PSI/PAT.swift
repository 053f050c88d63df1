/// One section of the program association table: which programmes there are, and where their PMT is.
///
/// Source: ISO/IEC 13818-1, 2.4.4.3, Table 2-30.
package struct PAT: Hashable, Sendable {
    package struct Program: Hashable, Sendable {
        /// Never 0 (that entry names the network PID and is left out).
        package var number: UInt16
        /// The PID of its PMT.
        package var pmtPID: UInt16

        package init(number: UInt16, pmtPID: UInt16) {
            self.number = number
            self.pmtPID = pmtPID
        }
    }

    package static let pid: UInt16 = 0
    package static let tableID: UInt8 = 0x00

    package var transportStreamID: UInt16
    /// 5 bits.
    package var version: UInt8
    package var isCurrent: Bool
    package var sectionNumber: UInt8
    package var lastSectionNumber: UInt8
    package var programs: [Program]

    package init(
        transportStreamID: UInt16,
        version: UInt8,
        isCurrent: Bool = true,
        sectionNumber: UInt8 = 0,
        lastSectionNumber: UInt8 = 0,
        programs: [Program]
    ) {
        self.transportStreamID = transportStreamID
        self.version = version
        self.isCurrent = isCurrent
        self.sectionNumber = sectionNumber
        self.lastSectionNumber = lastSectionNumber
        self.programs = programs
    }

    /// Reads a whole section.
    ///
    /// - Throws: ``PSIError`` when it is no PAT, its lengths disagree or its CRC is wrong.
    package init(section: [UInt8]) throws(PSIError) {
        let header = try SectionHeader(parsing: section, tableID: Self.tableID)
        self.transportStreamID = header.tableIDExtension
        self.version = header.version
        self.isCurrent = header.isCurrent
        self.sectionNumber = header.sectionNumber
        self.lastSectionNumber = header.lastSectionNumber
        self.programs = []
        var offset = SectionHeader.size
        while offset + 4 <= header.contentEnd {
            let number = UInt16(section[offset]) << 8 | UInt16(section[offset + 1])
            let pid = UInt16(section[offset + 2] & 0x1F) << 8 | UInt16(section[offset + 3])
            if number != 0 { self.programs.append(Program(number: number, pmtPID: pid)) }
            offset += 4
        }
        guard offset == header.contentEnd else { throw .overrun(at: offset) }
    }

    /// The table as a section, CRC included.
    package var section: [UInt8] {
        let content = self.programs.flatMap { program in
            [
                UInt8(program.number >> 8), UInt8(program.number & 0xFF), 0xE0 | UInt8(program.pmtPID >> 8 & 0x1F),
                UInt8(program.pmtPID & 0xFF),
            ]
        }
        return SectionHeader.section(
            tableID: Self.tableID,
            tableIDExtension: self.transportStreamID,
            version: self.version,
            isCurrent: self.isCurrent,
            sectionNumber: self.sectionNumber,
            lastSectionNumber: self.lastSectionNumber,
            content: content
        )
    }
}
