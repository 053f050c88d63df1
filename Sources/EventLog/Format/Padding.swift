/// The skippable frame that covers the zeros ahead of the open file's last frame, so that zstd skips them.
///
/// Without it `zstdcat` passes zeros on as they are, and `jq` reads a number out of them. It is written with each frame,
/// in the same write, and overwritten by the next: 12 bytes (magic, size of what follows, CRC-32C over those eight),
/// then zeros. It says nothing about events; its size may be out of date after a power loss.
/// Source: RFC 8878, 3.1.2.
enum Padding {
    /// Bytes before the zeros.
    static let headSize = 12
    static let magic: UInt32 = 0x184D_2A5E

    /// Writes the head of a padding of `size` bytes, head included, to the start of `bytes`.
    static func write(size: Int, to bytes: UnsafeMutableRawBufferPointer) {
        bytes.put(self.magic, at: 0)
        bytes.put(UInt32(truncatingIfNeeded: size - 8), at: 4)
        bytes.put(self.checksum(UnsafeRawBufferPointer(bytes)), at: 8)
    }

    /// Whether the head of a padding stands at the start of `bytes`.
    static func stands(at bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= self.headSize, bytes.number(at: 0, as: UInt32.self) == self.magic else { return false }
        return bytes.number(at: 8, as: UInt32.self) == self.checksum(bytes)
    }

    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var check = CRC32C()
        check.update(UnsafeRawBufferPointer(rebasing: bytes[..<8]))
        return check.value
    }
}
