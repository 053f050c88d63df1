/// The checksum that ends every PSI section.
///
/// Polynomial 0x04C11DB7, start 0xFFFFFFFF, no reflection, no final inversion; over a section and its checksum it is 0.
/// Source: ISO/IEC 13818-1, annex A.
package enum CRC32MPEG2 {
    /// Bytes of a checksum.
    package static let size = 4

    private static let table: [UInt32] = (0..<256).map { index in
        var value = UInt32(index) << 24
        for _ in 0..<8 {
            value = value & 0x8000_0000 != 0 ? value << 1 ^ 0x04C1_1DB7 : value << 1
        }
        return value
    }

    /// The checksum of `bytes`.
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let table = Self.table
        return bytes.reduce(0xFFFF_FFFF) { value, byte in
            value << 8 ^ table[Int(value >> 24 ^ UInt32(byte))]
        }
    }

    /// Whether the last four bytes of `section` are the checksum of those before.
    package static func isValid(_ section: some Collection<UInt8>) -> Bool {
        section.count > Self.size && Self.checksum(section) == 0
    }

    /// Appends the checksum of what `section` holds so far.
    package static func append(to section: inout [UInt8]) {
        let checksum = Self.checksum(section)
        for shift in [24, 16, 8, 0] {
            section.append(UInt8(truncatingIfNeeded: checksum >> UInt32(shift)))
        }
    }
}
