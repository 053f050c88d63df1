/// Writes bits, most significant first; the bits not yet written of the last byte are 0.
struct SoundBitWriter: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var bitCount = 0

    mutating func bit(_ bit: UInt32) {
        if self.bitCount & 7 == 0 { self.bytes.append(0) }
        if bit & 1 != 0 { self.bytes[self.bytes.count - 1] |= 0x80 >> UInt8(self.bitCount & 7) }
        self.bitCount += 1
    }

    /// The lowest `count` bits of `value`, 0…32 of them.
    mutating func bits(_ value: UInt32, _ count: Int) {
        for shift in stride(from: min(count, 32) - 1, through: 0, by: -1) { self.bit(value >> UInt32(shift)) }
    }
}
