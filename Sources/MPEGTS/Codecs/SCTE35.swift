package import Model

/// What Baton has to know of splice information sections: their offset, and whether they say anything.
///
/// Source: SCTE 35, 9.6 (splice_info_section).
package enum SCTE35 {
    package static let tableID: UInt8 = 0xFC
    /// Bytes up to and with `splice_command_type`.
    private static let headSize = 14
    /// `splice_command_type` of splice_null, a heartbeat.
    private static let null: UInt8 = 0x00

    /// Whether a section is a splice_null; `nil` when it is no splice information.
    package static func isNull(_ section: [UInt8]) -> Bool? {
        guard Self.isSection(section) else { return nil }
        return section[13] == Self.null
    }

    /// The section with `offset` added to its `pts_adjustment`, modulo 2^33, and its CRC made anew.
    ///
    /// Works for encrypted sections too: that field lies before the encrypted part. `nil` when it is no splice
    /// information or its CRC was wrong before.
    package static func adjusted(_ section: [UInt8], by offset: MediaTime) -> [UInt8]? {
        guard Self.isSection(section), CRC32MPEG2.isValid(section) else { return nil }
        let found = section[5...8].reduce(Int64(section[4] & 1)) { $0 << 8 | Int64($1) }
        let value = (MediaTime(ticks: found) + offset).wrapped
        var section = Array(section.dropLast(CRC32MPEG2.size))
        section[4] = section[4] & 0xFE | UInt8(value >> 32)
        for index in 0..<4 { section[5 + index] = UInt8(truncatingIfNeeded: value >> UInt64(24 - 8 * index)) }
        CRC32MPEG2.append(to: &section)
        return section
    }

    private static func isSection(_ section: [UInt8]) -> Bool {
        section.count >= Self.headSize + CRC32MPEG2.size && section[0] == Self.tableID
    }
}
