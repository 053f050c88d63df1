import Glibc

/// An operation of the system that failed.
struct SystemError: Error, CustomStringConvertible {
    var operation: String
    var code: CInt

    init(_ operation: String, code: CInt = errno) {
        self.operation = operation
        self.code = code
    }

    var description: String { "\(self.operation): \(String(cString: strerror(self.code)))" }

    /// - Throws: when `answer` says so.
    @discardableResult
    static func check<Answer: BinaryInteger>(_ operation: String, _ answer: Answer) throws -> Answer {
        guard answer >= 0 else { throw SystemError(operation) }
        return answer
    }
}

/// A directory of its own, removed with all that is in it.
final class TemporaryDirectory {
    let path: String

    /// On the disk (`TMPDIR`, or `/var/tmp`), or in memory where there is such a place.
    init(inMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let base: String
        if inMemory, access(memory, W_OK) == 0 {
            base = memory
        } else {
            base = getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp"
        }
        var template = Array("\(base)/baton-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp \(base)") }
        self.path = template.withUnsafeBufferPointer { bytes in
            String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Makes a directory in it, for everyone to read.
    func makeDirectory(_ name: String) throws -> String {
        let path = "\(self.path)/\(name)"
        try SystemError.check("mkdir \(path)", mkdir(path, 0o755))
        return path
    }

    deinit {
        Files.removeTree(self.path)
    }
}

/// Whole files.
enum Files {
    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try SystemError.check("open \(path)", open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644))
        defer { _ = close(file) }
        var done = 0
        while done < bytes.count {
            done += try bytes.withUnsafeBytes { bytes in
                try SystemError.check(
                    "write \(path)",
                    Glibc.write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                )
            }
        }
    }

    /// The text of a file; `nil` when it can't be read.
    static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { _ = close(file) }
        return self.text(of: file)
    }

    /// What is left in an open file or pipe.
    static func text(of file: CInt) -> String { String(decoding: self.bytes(of: file), as: UTF8.self) }

    /// The same as it is.
    static func bytes(of file: CInt) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Bytes of a file; 0 when there is none.
    static func size(_ path: String) -> Int {
        var found = stat()
        return stat(path, &found) == 0 ? Int(found.st_size) : 0
    }

    /// What a directory holds; nothing when there is none.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a file, or a directory with all that is in it.
    static func removeTree(_ path: String) {
        guard unlink(path) != 0 else { return }
        for name in self.names(in: path) { self.removeTree("\(path)/\(name)") }
        rmdir(path)
    }
}
