/// Writes bits, most significant first: what ``BitReader`` reads.
///
/// Emulation prevention is put in at the end, by ``nalUnit(header:)``, over the whole unit.
package struct BitWriter: Sendable {
    /// What was written so far, without emulation prevention; the bits not yet written of the last byte are 0.
    package private(set) var bytes: [UInt8] = []
    /// Bits written so far.
    package private(set) var bitCount = 0

    package init() {}

    package var isAligned: Bool { self.bitCount & 7 == 0 }

    /// One bit: the lowest of `bit`.
    package mutating func bit(_ bit: UInt32) {
        if self.isAligned { self.bytes.append(0) }
        if bit & 1 != 0 { self.bytes[self.bytes.count - 1] |= 0x80 >> UInt8(self.bitCount & 7) }
        self.bitCount += 1
    }

    /// One bit as a flag: u(1).
    package mutating func flag(_ flag: Bool) { self.bit(flag ? 1 : 0) }

    /// The lowest `count` bits of `value`, 0…32 of them: u(n).
    package mutating func bits(_ value: UInt32, _ count: Int) {
        for shift in stride(from: min(count, 32) - 1, through: 0, by: -1) { self.bit(value >> UInt32(shift)) }
    }

    /// An unsigned Exp-Golomb number: ue(v).
    ///
    /// Source: ITU-T H.264, 9.1.
    package mutating func unsignedExpGolomb(_ value: UInt32) {
        let code = UInt64(value) + 1
        let size = 64 - code.leadingZeroBitCount
        self.bits(0, size - 1)
        if size > 32 { self.bit(1) }
        self.bits(UInt32(truncatingIfNeeded: code), min(size, 32))
    }

    /// A signed Exp-Golomb number: se(v).
    ///
    /// Source: ITU-T H.264, 9.1.1.
    package mutating func signedExpGolomb(_ value: Int32) {
        let wide = Int64(value)
        self.unsignedExpGolomb(UInt32(truncatingIfNeeded: wide > 0 ? 2 * wide - 1 : -2 * wide))
    }

    /// Bits that are all `bit` up to the end of the byte; none at its beginning.
    package mutating func align(with bit: UInt32) {
        while !self.isAligned { self.bit(bit) }
    }

    /// The stop bit and zeros up to the end of the byte: rbsp_trailing_bits.
    ///
    /// Source: ITU-T H.264, 7.3.2.11; ITU-T H.265, 7.3.2.11.
    package mutating func trailingBits() {
        self.bit(1)
        self.align(with: 0)
    }

    /// Whole bytes; wherever the writer stands.
    package mutating func append(_ more: [UInt8]) {
        guard self.isAligned else { return more.forEach { self.bits(UInt32($0), 8) } }
        self.bytes += more
        self.bitCount += 8 * more.count
    }

    /// `count` bits that `reader` reads next; zeros past its end.
    package mutating func copy(_ count: Int, from reader: inout BitReader) {
        for _ in 0..<max(0, count) { self.bit(reader.bit()) }
    }

    /// What was written as a NAL unit: the header's bytes in front, emulation prevention put in.
    package func nalUnit(header: [UInt8]) -> [UInt8] { NALUnits.escaped(header + self.bytes) }
}
