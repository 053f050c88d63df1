import Glibc

/// A digest of files by which the same ones are known again: finds accidents, not attacks.
enum FileDigest {
    private static let bufferSize = 1 << 18

    /// The digest of the names, sizes and bytes of files; one that isn't there counts by its name.
    static func of(_ names: [String], in directory: String) throws(DataDirectoryError) -> String {
        var mix: UInt64 = 0xCBF2_9CE4_8422_2325
        for name in names {
            Self.take(Array(name.utf8), &mix)
            let file = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { continue }
            defer { close(file) }
            var buffer = [UInt8](repeating: 0, count: Self.bufferSize)
            while true {
                let count = read(file, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw .system("read \(directory)/\(name)", errno) }
                if count == 0 { break }
                Self.take(buffer[..<count], &mix)
            }
        }
        return String(mix, radix: 16)
    }

    /// The digest of a text.
    static func of(_ text: String) -> String {
        var mix: UInt64 = 0xCBF2_9CE4_8422_2325
        Self.take(Array(text.utf8), &mix)
        return String(mix, radix: 16)
    }

    /// FNV-1a; the count goes in last, so that bytes can't move from one file to the next.
    private static func take(_ bytes: some Collection<UInt8>, _ mix: inout UInt64) {
        for byte in bytes { mix = (mix ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        mix = (mix ^ UInt64(bytes.count)) &* 0x0000_0100_0000_01B3
    }
}
