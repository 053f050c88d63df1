/// Several texts as one run of bytes that can be taken apart in one way only.
///
/// Joined without lengths, line 1 with password `23` would be line 12 with password `3`.
enum LengthPrefixed {
    /// Bytes of a length.
    private static let lengthSize = 4

    /// Each part as its length (4 bytes, big-endian) and its UTF-8.
    static func join(_ parts: [String]) -> [UInt8] { self.join(nil, parts) }

    /// The same of `first`, if it is there, and then the others.
    static func join(_ first: String?, _ others: [String]) -> [UInt8] {
        var count = first.map { $0.utf8.count + self.lengthSize } ?? 0
        for part in others { count += part.utf8.count + self.lengthSize }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        if let first { self.append(first, to: &bytes) }
        for part in others { self.append(part, to: &bytes) }
        return bytes
    }

    private static func append(_ part: String, to bytes: inout [UInt8]) {
        var part = part
        part.withUTF8 { utf8 in
            let size = UInt32(truncatingIfNeeded: utf8.count)
            bytes.append(UInt8(truncatingIfNeeded: size >> 24))
            bytes.append(UInt8(truncatingIfNeeded: size >> 16))
            bytes.append(UInt8(truncatingIfNeeded: size >> 8))
            bytes.append(UInt8(truncatingIfNeeded: size))
            bytes.append(contentsOf: utf8)
        }
    }
}
