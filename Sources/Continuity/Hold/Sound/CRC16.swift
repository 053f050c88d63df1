/// The checksum of AC-3 and of MPEG audio: x^16 + x^15 + x^2 + 1, most significant bit first, no final inversion.
///
/// Source: ETSI TS 102 366, 6.1.2 (start 0); ISO/IEC 11172-3, 2.4.3.1 (start 0xFFFF).
enum CRC16 {
    private static let polynomial: UInt16 = 0x8005

    private static let table: [UInt16] = (0..<256).map { index in
        var value = UInt16(index) << 8
        for _ in 0..<8 { value = value & 0x8000 != 0 ? value << 1 ^ Self.polynomial : value << 1 }
        return value
    }

    static func checksum(_ bytes: some Sequence<UInt8>, start: UInt16 = 0) -> UInt16 {
        let table = Self.table
        return bytes.reduce(start) { $0 << 8 ^ table[Int($0 >> 8 ^ UInt16($1))] }
    }

    /// The 16 bits that in front of `bytes` make the checksum of both together 0.
    ///
    /// Dividing by x once for each bit that stands behind them.
    static func leading(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var value = Self.checksum(bytes)
        for _ in 0..<bytes.count * 8 + 16 {
            value = value & 1 != 0 ? (value ^ Self.polynomial) >> 1 | 0x8000 : value >> 1
        }
        return value
    }
}
