/// The program map table: the elementary streams of one programme.
///
/// Source: ISO/IEC 13818-1, 2.4.4.8, Table 2-33.
package struct PMT: Hashable, Sendable {
    package struct Stream: Hashable, Sendable {
        /// ISO/IEC 13818-1, Table 2-34.
        package var type: UInt8
        package var pid: UInt16
        /// The descriptor loop, as bytes.
        package var descriptors: [UInt8]

        package init(type: UInt8, pid: UInt16, descriptors: [UInt8] = []) {
            self.type = type
            self.pid = pid
            self.descriptors = descriptors
        }
    }

    package static let tableID: UInt8 = 0x02
    /// Bytes in the longest section of this table (2.4.4.9: section_length at most 1021).
    package static let sectionSizeMax = 1_024

    package var programNumber: UInt16
    /// 5 bits.
    package var version: UInt8
    package var isCurrent: Bool
    /// 0x1FFF when the programme has no clock.
    package var pcrPID: UInt16
    /// The descriptor loop of the programme, as bytes.
    package var descriptors: [UInt8]
    package var streams: [Stream]

    package init(
        programNumber: UInt16,
        version: UInt8,
        isCurrent: Bool = true,
        pcrPID: UInt16,
        descriptors: [UInt8] = [],
        streams: [Stream]
    ) {
        self.programNumber = programNumber
        self.version = version
        self.isCurrent = isCurrent
        self.pcrPID = pcrPID
        self.descriptors = descriptors
        self.streams = streams
    }

    /// Reads a whole section.
    ///
    /// - Throws: ``PSIError`` when it is no PMT, its lengths disagree or its CRC is wrong.
    package init(section: [UInt8]) throws(PSIError) {
        let header = try SectionHeader(parsing: section, tableID: Self.tableID)
        self.programNumber = header.tableIDExtension
        self.version = header.version
        self.isCurrent = header.isCurrent
        let end = header.contentEnd
        var offset = SectionHeader.size
        guard offset + 4 <= end else { throw .overrun(at: offset) }
        self.pcrPID = UInt16(section[offset] & 0x1F) << 8 | UInt16(section[offset + 1])
        let programLength = Int(section[offset + 2] & 0x0F) << 8 | Int(section[offset + 3])
        offset += 4
        guard offset + programLength <= end else { throw .overrun(at: offset) }
        self.descriptors = Array(section[offset..<(offset + programLength)])
        offset += programLength
        self.streams = []
        while offset + 5 <= end {
            let type = section[offset]
            let pid = UInt16(section[offset + 1] & 0x1F) << 8 | UInt16(section[offset + 2])
            let length = Int(section[offset + 3] & 0x0F) << 8 | Int(section[offset + 4])
            offset += 5
            guard offset + length <= end else { throw .overrun(at: offset) }
            let descriptors = Array(section[offset..<(offset + length)])
            self.streams.append(Stream(type: type, pid: pid, descriptors: descriptors))
            offset += length
        }
        guard offset == end else { throw .overrun(at: offset) }
    }

    /// The table as a section, CRC included.
    package var section: [UInt8] {
        var content: [UInt8] = [0xE0 | UInt8(self.pcrPID >> 8 & 0x1F), UInt8(self.pcrPID & 0xFF)]
        content += Self.length(self.descriptors) + self.descriptors
        for stream in self.streams {
            content += [stream.type, 0xE0 | UInt8(stream.pid >> 8 & 0x1F), UInt8(stream.pid & 0xFF)]
            content += Self.length(stream.descriptors) + stream.descriptors
        }
        return SectionHeader.section(
            tableID: Self.tableID,
            tableIDExtension: self.programNumber,
            version: self.version,
            isCurrent: self.isCurrent,
            sectionNumber: 0,
            lastSectionNumber: 0,
            content: content
        )
    }

    private static func length(_ descriptors: [UInt8]) -> [UInt8] {
        [0xF0 | UInt8(descriptors.count >> 8 & 0x03), UInt8(descriptors.count & 0xFF)]
    }
}
