import Glibc

/// The lines in a run of newline-terminated bytes, each without its newline.
///
/// Valid as long as the bytes are. Bytes after the last newline are not a line and are left out.
package struct Lines: Sequence, IteratorProtocol {
    private var rest: UnsafeRawBufferPointer

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.rest = bytes
    }

    package mutating func next() -> UnsafeRawBufferPointer? {
        guard let base = self.rest.baseAddress, self.rest.count > 0,
            let newline = memchr(base, Int32(UInt8(ascii: "\n")), self.rest.count)
        else { return nil }
        let size = UnsafeRawPointer(newline) - base
        self.rest = UnsafeRawBufferPointer(start: base + size + 1, count: self.rest.count - size - 1)
        return UnsafeRawBufferPointer(start: base, count: size)
    }
}
