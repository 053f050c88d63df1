import Glibc

/// The file of ``InstallationKeys``: outside the data directory, mode 0600, never in a backup of the log.
///
/// ```text
/// baton-keys 1
/// sealing <key id> <base64url of 32 bytes>
/// pepper <key id> <base64url of 32 bytes>
/// ```
/// One key a line, newest last of its kind. Each line proves itself: the id is a digest of the key.
package struct KeyFile: Sendable {
    /// Bytes in the longest file that is read: 128 lines of 68 and one of 13 fit ten times over.
    static let sizeMax = 65_536
    static let header = "baton-keys 1"

    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The keys of the file.
    ///
    /// - Throws: ``KeyFileError``
    package func read() throws(KeyFileError) -> InstallationKeys {
        let text = String(decoding: try self.readBytes(), as: UTF8.self)
        return try self.parse(text)
    }

    /// The keys of the file, which is made with new keys if it is not there.
    ///
    /// Only for a first start: where sealed data exist already, a missing key file is an error that ``read()`` tells.
    /// - Throws: ``KeyFileError``
    package func readOrCreate() throws(KeyFileError) -> InstallationKeys {
        do {
            return try self.read()
        } catch .missing {
            let keys = InstallationKeys.random()
            try self.write(keys, replacing: false)
            return keys
        }
    }

    /// Puts `keys` in place of the file, durably and in one step.
    ///
    /// - Throws: ``KeyFileError``
    package func replace(with keys: InstallationKeys) throws(KeyFileError) {
        try self.write(keys, replacing: true)
    }

    static func text(of keys: InstallationKeys) -> String {
        let sealing = keys.sealing.map { "sealing \($0.id) \(Base64URL.encode($0.bytes))" }
        let peppers = keys.peppers.map { "pepper \($0.id) \(Base64URL.encode($0.bytes))" }
        return ([self.header] + sealing + peppers).joined(separator: "\n") + "\n"
    }

    func parse(_ text: String) throws(KeyFileError) -> InstallationKeys {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, first == Self.header else { throw .malformed(path: self.path, line: 1) }
        var sealing: [SecretKey] = []
        var peppers: [SecretKey] = []
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3, let bytes = Base64URL.decode(words[2]), let key = SecretKey(bytes: bytes),
                key.id.text == words[1]
            else { throw .malformed(path: self.path, line: index + 1) }
            switch words[0] {
            case "sealing": sealing.append(key)
            case "pepper": peppers.append(key)
            default: throw .malformed(path: self.path, line: index + 1)
            }
        }
        guard let keys = InstallationKeys(sealing: sealing, peppers: peppers) else {
            throw .malformed(path: self.path, line: lines.count)
        }
        return keys
    }
}

extension KeyFile {
    private func readBytes() throws(KeyFileError) -> [UInt8] {
        let file = open(self.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            let code = errno
            throw code == ENOENT ? .missing(path: self.path) : .failed(operation: "open", path: self.path, errno: code)
        }
        defer { _ = close(file) }
        // The open file is judged, not the path, which another could exchange in between.
        var status = stat()
        guard fstat(file, &status) == 0 else { throw self.failure("fstat") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .failed(operation: "read", path: self.path, errno: EINVAL)
        }
        guard status.st_mode & 0o077 == 0 else { throw .permissive(path: self.path, mode: status.st_mode & 0o777) }
        guard status.st_size <= Self.sizeMax else { throw .malformed(path: self.path, line: 1) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while bytes.count <= Self.sizeMax {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw self.failure("read") }
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return bytes
    }

    private func write(_ keys: InstallationKeys, replacing: Bool) throws(KeyFileError) {
        let fresh = "\(self.path).new"
        // What an interrupted start left is nobody's key yet.
        _ = unlink(fresh)
        let file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw self.failure("create") }
        defer { _ = unlink(fresh) }
        do throws(KeyFileError) {
            try self.writeAll(Array(Self.text(of: keys).utf8), to: file)
            guard fsync(file) == 0 else { throw self.failure("fsync") }
        } catch {
            _ = close(file)
            throw error
        }
        guard close(file) == 0 else { throw self.failure("close") }
        // A link never replaces: of two first starts at once, one keeps its keys and the other says so.
        guard (replacing ? rename(fresh, self.path) : link(fresh, self.path)) == 0 else {
            let code = errno
            throw code == EEXIST ? .exists(path: self.path) : .failed(operation: "rename", path: self.path, errno: code)
        }
        try self.syncDirectory()
    }

    private func writeAll(_ bytes: [UInt8], to file: CInt) throws(KeyFileError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw self.failure("write") }
            written += count
        }
    }

    private func syncDirectory() throws(KeyFileError) {
        let slash = self.path.lastIndex(of: "/")
        let directory = slash.map { $0 == self.path.startIndex ? "/" : String(self.path[..<$0]) } ?? "."
        let file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw self.failure("open directory of") }
        defer { _ = close(file) }
        guard fsync(file) == 0 else { throw self.failure("fsync directory of") }
    }

    private func failure(_ operation: String) -> KeyFileError {
        .failed(operation: operation, path: self.path, errno: errno)
    }
}

/// Why the key file can't be used.
package enum KeyFileError: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(path: String)
    /// Others may read it; the keys have to be taken for known.
    case permissive(path: String, mode: UInt32)
    case malformed(path: String, line: Int)
    /// Two processes made it at once.
    case exists(path: String)
    case failed(operation: String, path: String, errno: CInt)

    package var description: String {
        switch self {
        case .missing(let path):
            "no key file at \(path): restore it from where it is kept; without it sealed data stay closed"
        case .permissive(let path, let mode):
            "key file \(path) has mode 0\(String(mode, radix: 8)): make it 0600 (chmod 600 \(path))"
        case .malformed(let path, let line):
            "key file \(path) is damaged in line \(line): restore it from where it is kept"
        case .exists(let path):
            "key file \(path) was made by another process just now: start again"
        case .failed(let operation, let path, let code):
            "\(operation) \(path): \(String(cString: strerror(code)))"
        }
    }
}
