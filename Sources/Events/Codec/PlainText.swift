/// Text that stands in a JSON string as it is.
///
/// Source: RFC 8259, section 7: quotation mark, reverse solidus and U+0000 to U+001F are to be escaped.
enum PlainText {
    /// A byte of this in each place of a word.
    private static func everywhere(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

    /// Copies `text` to `target`, eight bytes at a time; `false` if a byte of it needs an escape.
    @inline(__always)
    static func copy(_ text: UnsafeBufferPointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) -> Bool {
        guard let base = text.baseAddress else { return true }
        let source = UnsafeRawPointer(base)
        let target = UnsafeMutableRawPointer(target)
        let count = text.count
        if count >= 8 { return self.copyWords(source, target, count) }
        if count >= 4 {
            // Two halves that overlap make a word.
            let low = source.loadUnaligned(as: UInt32.self)
            let high = source.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            target.storeBytes(of: low, as: UInt32.self)
            target.storeBytes(of: high, toByteOffset: count &- 4, as: UInt32.self)
            return self.isPlain(UInt64(low) | UInt64(high) &<< 32)
        }
        var isPlain = true
        for offset in 0..<count {
            let byte = source.load(fromByteOffset: offset, as: UInt8.self)
            target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
            if self.needsEscape(byte) { isPlain = false }
        }
        return isPlain
    }

    private static func copyWords(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int) -> Bool {
        var offset = 0
        while offset < count {
            // The last word overlaps the one before it.
            let place = min(offset, count &- 8)
            let word = source.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            target.storeBytes(of: word, toByteOffset: place, as: UInt64.self)
            guard self.isPlain(word) else { return false }
            offset = place &+ 8
        }
        return true
    }

    /// Whether no byte of a word needs an escape.
    ///
    /// A subtraction borrows from a byte's top bit where the byte is smaller than what is taken from it.
    @inline(__always)
    private static func isPlain(_ word: UInt64) -> Bool {
        let quotes = word ^ self.everywhere(UInt8(ascii: "\""))
        let solidi = word ^ self.everywhere(UInt8(ascii: "\\"))
        let found =
            (word &- self.everywhere(0x20)) & ~word
            | (quotes &- self.everywhere(1)) & ~quotes
            | (solidi &- self.everywhere(1)) & ~solidi
        return found & self.everywhere(0x80) == 0
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }
}
