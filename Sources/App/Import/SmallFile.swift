import Glibc

/// Files of a few kilobytes, read and written whole.
enum SmallFile {
    /// Bytes of the largest that is read.
    static let sizeMax = 1 << 20

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Size in bytes; `nil` when there is none.
    static func size(_ path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// `nil` when there is none, or it is larger than ``sizeMax``.
    static func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Self.sizeMax + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress.map { $0 + filled }, $0.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            filled += count
        }
        return filled <= Self.sizeMax ? Array(bytes[..<filled]) : nil
    }

    /// Writes it beside its place and moves it there, so that it is whole or not there.
    ///
    /// - Throws: ``DataDirectoryError/system(_:_:)``
    static func write(_ bytes: [UInt8], to path: String) throws(DataDirectoryError) {
        let temporary = "\(path).new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system("write \(path)", errno) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress.map { $0 + done }, $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                close(file)
                throw .system("write \(path)", code)
            }
            done += count
        }
        let isSynced = fsync(file) == 0
        close(file)
        guard isSynced, rename(temporary, path) == 0 else { throw .system("write \(path)", errno) }
    }
}
