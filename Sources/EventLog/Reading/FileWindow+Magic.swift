import Glibc

extension FileWindow {
    /// Bytes looked at together when searching for a header.
    private static let searchSize = 64 << 10

    /// Where the four magic bytes of a header stand, from `offset` on; `nil` when nowhere.
    func firstMagic(from offset: Int) throws(DiskError) -> Int? {
        var position = offset
        while true {
            let bytes = try self.bytes(at: position, count: Self.searchSize)
            guard bytes.count >= 4 else { return nil }
            if let index = bytes.firstMagic { return position + index }
            // The last three bytes may be the first three of a magic.
            position += bytes.count - 3
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The index of the first four bytes that are the magic of a header.
    fileprivate var firstMagic: Int? {
        guard let base = self.baseAddress else { return nil }
        var index = 0
        while index + 4 <= self.count, let found = memchr(base + index, 0x5B, self.count - index - 3) {
            index = UnsafeRawPointer(found) - base
            if self.number(at: index, as: UInt32.self) == FrameHeader.magic { return index }
            index += 1
        }
        return nil
    }
}
