package import Glibc

/// A directory of one test, removed with it.
package final class ScratchDirectory {
    package let path: String

    package init() throws {
        var template = Array("/tmp/baton-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ScratchError.failed(errno) }
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in self.names where unlink(self.file(name)) != 0 { rmdir(self.file(name)) }
        rmdir(self.path)
    }

    /// The path of a file in it.
    package func file(_ name: String) -> String { "\(self.path)/\(name)" }

    /// Names of the files in it.
    package var names: [String] {
        guard let directory = opendir(self.path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Writes a file whose permission bits are `mode`, whatever the process masks.
    package func write(_ bytes: some Collection<UInt8>, to name: String, mode: mode_t = 0o600) throws {
        let file = open(self.file(name), O_WRONLY | O_CREAT | O_TRUNC, mode)
        guard file >= 0 else { throw ScratchError.failed(errno) }
        defer { close(file) }
        guard chmod(self.file(name), mode) == 0 else { throw ScratchError.failed(errno) }
        let bytes = Array(bytes)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw ScratchError.failed(errno) }
    }

    package func write(_ text: String, to name: String, mode: mode_t = 0o600) throws {
        try self.write(text.utf8, to: name, mode: mode)
    }

    package func bytes(of name: String) throws -> [UInt8] {
        let file = open(self.file(name), O_RDONLY)
        guard file >= 0 else { throw ScratchError.failed(errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// The permission bits of a file; 0 when there is none.
    package func mode(of name: String) -> mode_t {
        var status = stat()
        return stat(self.file(name), &status) == 0 ? status.st_mode & 0o777 : 0
    }

    /// Whether `needle` stands anywhere in any file of the directory.
    package func holds(_ needle: [UInt8]) throws -> Bool {
        for name in self.names where try Self.contains(needle, in: self.bytes(of: name)) { return true }
        return false
    }

    private static func contains(_ needle: [UInt8], in bytes: [UInt8]) -> Bool {
        guard bytes.count >= needle.count, let first = needle.first else { return false }
        return bytes.indices.dropLast(needle.count - 1).contains { start in
            bytes[start] == first && bytes[start..<(start + needle.count)].elementsEqual(needle)
        }
    }
}

/// A file operation of a test failed.
package enum ScratchError: Error {
    case failed(CInt)
}
