/// Several texts as one run of bytes that can be taken apart in one way only.
///
/// Joined without lengths, line 1 with password `23` would be line 12 with password `3`.
enum LengthPrefixed {
    /// Each part as its length (4 bytes, big-endian) and its UTF-8.
    static func join(_ parts: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in parts {
            let size = UInt32(truncatingIfNeeded: part.utf8.count)
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: size >> shift)) }
            bytes.append(contentsOf: part.utf8)
        }
        return bytes
    }
}
