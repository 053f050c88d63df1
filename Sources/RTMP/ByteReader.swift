/// Takes big-endian numbers off the front of some bytes; past the end it answers `nil` and takes nothing.
struct ByteReader {
    let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], from position: Int = 0) {
        self.bytes = bytes
        self.position = min(max(position, 0), bytes.count)
    }

    /// Bytes not taken yet.
    var remaining: Int { self.bytes.count - self.position }

    mutating func u8() -> UInt8? {
        guard self.remaining >= 1 else { return nil }
        defer { self.position += 1 }
        return self.bytes[self.position]
    }

    mutating func u16() -> UInt16? { self.number(2).map { UInt16(truncatingIfNeeded: $0) } }
    mutating func u24() -> UInt32? { self.number(3).map { UInt32(truncatingIfNeeded: $0) } }
    mutating func u32() -> UInt32? { self.number(4).map { UInt32(truncatingIfNeeded: $0) } }
    mutating func u64() -> UInt64? { self.number(8) }

    /// The next `count` bytes, shared with the whole.
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, self.remaining >= count else { return nil }
        defer { self.position += count }
        return self.bytes[self.position..<(self.position + count)]
    }

    private mutating func number(_ size: Int) -> UInt64? {
        guard self.remaining >= size else { return nil }
        var value: UInt64 = 0
        for byte in self.bytes[self.position..<(self.position + size)] { value = value << 8 | UInt64(byte) }
        self.position += size
        return value
    }
}

extension [UInt8] {
    /// Appends the low `size` bytes of `value`, the most significant first.
    mutating func appendBigEndian(_ value: some FixedWidthInteger, size: Int) {
        for shift in stride(from: (size - 1) * 8, through: 0, by: -8) {
            self.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
