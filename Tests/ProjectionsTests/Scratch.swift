import Glibc

/// A directory of one test, removed with it.
final class Scratch {
    let path: String

    init() throws {
        var template = Array("/tmp/baton-projections-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ScratchError.failed(errno) }
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in self.names { unlink("\(self.path)/\(name)") }
        rmdir(self.path)
    }

    func file(_ name: String) -> String { "\(self.path)/\(name)" }

    /// Names of the files in it.
    var names: [String] {
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

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = open(self.file(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { throw ScratchError.failed(errno) }
        defer { close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw ScratchError.failed(errno) }
    }

    func bytes(of name: String) throws -> [UInt8] {
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
}

enum ScratchError: Error {
    case failed(CInt)
}
