/// The Castagnoli cyclic redundancy check, eight bytes at a step.
///
/// Source: RFC 3720, 12.1 and B.4 (polynomial 0x1EDC6F41, reflected 0x82F63B78, initial value and final XOR all ones).
struct CRC32C {
    /// Eight tables of 256: what each byte value, 0 to 7 bytes before the end of a step, adds to the remainder.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var remainder = UInt32(byte)
            for _ in 0..<8 { remainder = (remainder >> 1) ^ (remainder & 1 == 1 ? 0x82F6_3B78 : 0) }
            tables[byte] = remainder
        }
        for index in 256..<(8 * 256) {
            let before = tables[index - 256]
            tables[index] = (before >> 8) ^ tables[Int(before & 0xFF)]
        }
        return tables
    }()

    private var remainder: UInt32 = ~0

    /// The check over all bytes so far.
    var value: UInt32 { ~self.remainder }

    /// Takes further bytes in.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        let start = self.remainder
        self.remainder = Self.tables.withUnsafeBufferPointer { tables in
            guard let table = tables.baseAddress else { return start }
            return Self.fold(start, base, bytes.count, table)
        }
    }

    private static func fold(
        _ start: UInt32,
        _ base: UnsafeRawPointer,
        _ count: Int,
        _ table: UnsafePointer<UInt32>
    ) -> UInt32 {
        var remainder = start
        var offset = 0
        let whole = count & ~7
        while offset < whole {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let low = UInt32(truncatingIfNeeded: word) ^ remainder
            let high = UInt32(truncatingIfNeeded: word >> 32)
            remainder =
                table[7 &* 256 &+ Int(low & 0xFF)]
                ^ table[6 &* 256 &+ Int((low >> 8) & 0xFF)]
                ^ table[5 &* 256 &+ Int((low >> 16) & 0xFF)]
                ^ table[4 &* 256 &+ Int(low >> 24)]
            remainder ^=
                table[3 &* 256 &+ Int(high & 0xFF)]
                ^ table[2 &* 256 &+ Int((high >> 8) & 0xFF)]
                ^ table[256 &+ Int((high >> 16) & 0xFF)]
                ^ table[Int(high >> 24)]
            offset &+= 8
        }
        while offset < count {
            let byte = base.load(fromByteOffset: offset, as: UInt8.self)
            remainder = (remainder >> 8) ^ table[Int((remainder & 0xFF) ^ UInt32(byte))]
            offset &+= 1
        }
        return remainder
    }
}
