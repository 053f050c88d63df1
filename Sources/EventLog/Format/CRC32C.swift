/// The Castagnoli cyclic redundancy check, 16 bytes at a step.
///
/// Source: RFC 3720, 12.1 and B.4 (polynomial 0x1EDC6F41, reflected 0x82F63B78, initial value and final XOR all ones).
struct CRC32C {
    /// Bytes of a step: their look-ups don't wait for each other, and 16 tables still fit the processor's nearest cache.
    private static let step = 16

    /// A table of 256 for each byte of a step: what each byte value, so far before its end, adds to the remainder.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: Self.step * 256)
        for byte in 0..<256 {
            var remainder = UInt32(byte)
            for _ in 0..<8 { remainder = (remainder >> 1) ^ (remainder & 1 == 1 ? 0x82F6_3B78 : 0) }
            tables[byte] = remainder
        }
        for index in 256..<(Self.step * 256) {
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
        while offset &+ Self.step <= count {
            let first = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let second = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self))
            remainder =
                Self.part(first ^ UInt64(remainder), table + 8 * 256)
                ^ Self.part(second, table)
            offset &+= Self.step
        }
        while offset < count {
            let byte = base.load(fromByteOffset: offset, as: UInt8.self)
            remainder = (remainder >> 8) ^ table[Int((remainder & 0xFF) ^ UInt32(byte))]
            offset &+= 1
        }
        return remainder
    }

    /// What eight bytes add; `table` is that of the last of them.
    @inline(__always)
    private static func part(_ word: UInt64, _ table: UnsafePointer<UInt32>) -> UInt32 {
        let low =
            table[7 &* 256 &+ Int(word & 0xFF)]
            ^ table[6 &* 256 &+ Int((word >> 8) & 0xFF)]
            ^ table[5 &* 256 &+ Int((word >> 16) & 0xFF)]
            ^ table[4 &* 256 &+ Int((word >> 24) & 0xFF)]
        let high =
            table[3 &* 256 &+ Int((word >> 32) & 0xFF)]
            ^ table[2 &* 256 &+ Int((word >> 40) & 0xFF)]
            ^ table[256 &+ Int((word >> 48) & 0xFF)]
            ^ table[Int(word >> 56)]
        return low ^ high
    }
}
