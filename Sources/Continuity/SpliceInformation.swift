import MPEGTS
import Model

/// A splice information section moved to another timeline.
enum SpliceInformation {
    /// `table_id` of a splice information section.
    static let tableID: UInt8 = 0xFC
    /// Bytes up to and including `splice_command_type`, and the CRC.
    static let sizeMin = 18
    /// Bits of `pts_adjustment`.
    private static let mask = UInt64(MediaTime.wrap - 1)

    /// Adds `offset` (ticks) to `pts_adjustment` and puts the CRC right; `nil` when it is no such section.
    ///
    /// `pts_adjustment` stands outside of what may be encrypted, so that encrypted sections are moved as well.
    /// Source: ANSI/SCTE 35, 9.6 (Table 5: `pts_adjustment`, 33 bits from bit 7 of the fifth byte).
    static func moved(_ section: [UInt8], by offset: Int64) -> [UInt8]? {
        guard section.count >= Self.sizeMin, section[0] == Self.tableID, CRC32MPEG2.isValid(section) else { return nil }
        var adjustment = UInt64(section[4] & 1)
        for byte in section[5...8] { adjustment = adjustment << 8 | UInt64(byte) }
        adjustment = (adjustment &+ UInt64(truncatingIfNeeded: offset)) & Self.mask
        var moved = Array(section.dropLast(CRC32MPEG2.size))
        moved[4] = moved[4] & 0xFE | UInt8(adjustment >> 32)
        for (index, shift) in [24, 16, 8, 0].enumerated() {
            moved[5 + index] = UInt8(truncatingIfNeeded: adjustment >> UInt64(shift))
        }
        CRC32MPEG2.append(to: &moved)
        return moved
    }
}
