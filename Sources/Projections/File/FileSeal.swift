import Glibc

/// A digest of a database file that was closed in good order, beside it: shows at the next start whether a bit has changed since.
///
/// SQLite has no checksums of its own, and a changed number in a row is as good a number as any. A stale seal can only
/// cause a rebuild, never hide a change.
enum FileSeal {
    static let suffix = ".seal"
    private static let bufferSize = 1 << 20

    enum State: Hashable {
        /// As it was closed.
        case intact
        /// Changed since it was closed.
        case broken
        /// Not closed in good order.
        case absent
    }

    /// Writes the seal of a closed file; without one the next start checks the file more slowly.
    static func write(for path: String) {
        guard let digest = self.digest(of: path) else { return }
        let file = open(path + self.suffix, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        let bytes = Array(digest.utf8)
        _ = Glibc.write(file, bytes, bytes.count)
        _ = close(file)
    }

    /// Compares file and seal, and takes the seal away: from now on the file is written.
    static func take(from path: String) -> State {
        let file = open(path + self.suffix, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return .absent }
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = read(file, &buffer, buffer.count)
        _ = close(file)
        _ = unlink(path + self.suffix)
        guard count > 0 else { return .absent }
        return self.digest(of: path) == String(decoding: buffer[..<count], as: UTF8.self) ? .intact : .broken
    }

    /// Size and a 64-bit mix of every word: finds accidents, not attacks.
    private static func digest(of path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { _ = close(file) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: self.bufferSize, alignment: 8)
        defer { buffer.deallocate() }
        var mix: UInt64 = 0x9E37_79B9_7F4A_7C15
        var size = 0
        while true {
            let count = self.fill(buffer, from: file)
            guard count > 0 else { break }
            size += count
            // Pages are multiples of 512 bytes; the zeros behind a cut file's end count as its size does.
            for index in count..<min((count + 7) & ~7, self.bufferSize) { buffer[index] = 0 }
            for word in UnsafeRawBufferPointer(rebasing: buffer[..<((count + 7) & ~7)]).bindMemory(to: UInt64.self) {
                mix = (mix ^ word) &* 0x0000_0100_0000_01B3
                mix ^= mix >> 29
            }
        }
        return "\(size) \(String(mix, radix: 16))"
    }

    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from file: CInt) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = read(file, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            filled += count
        }
        return filled
    }
}
