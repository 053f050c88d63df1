import Glibc

/// The file system of the machine.
///
/// Files are made with mode 0600 and directories with 0700: the log tells who watched what.
package struct RealDisk: Disk {
    private static let fileMode: mode_t = 0o600
    private static let directoryMode: mode_t = 0o700

    package init() {}

    package func createDirectory(_ path: String) throws(DiskError) {
        guard mkdir(path, Self.directoryMode) != 0 else { return try self.syncDirectory(Self.parent(of: path)) }
        guard errno == EEXIST else { throw DiskError(.createDirectory, path, code: errno) }
    }

    package func list(_ directory: String) throws(DiskError) -> [String] {
        guard let handle = opendir(directory) else { throw DiskError(.list, directory, code: errno) }
        defer { closedir(handle) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(handle) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw DiskError(.list, directory, code: errno) }
        return names.sorted()
    }

    package func open(_ path: String, _ access: DiskAccess) throws(DiskError) -> DiskFile {
        let operation: DiskOperation = access == .read ? .open : .create
        let flags = access == .read ? O_RDONLY : O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW
        let number = try self.call(operation, path) { Glibc.open(path, flags | O_CLOEXEC, Self.fileMode) }
        return DiskFile(number: number, path: path)
    }

    package func close(_ file: DiskFile) {
        // Linux frees the descriptor whatever `close` answers; a second call could close someone else's.
        _ = Glibc.close(file.number)
    }

    package func status(_ file: DiskFile) throws(DiskError) -> DiskStatus {
        var found = stat()
        try self.call(.status, file.path) { fstat(file.number, &found) }
        return DiskStatus(size: Int(found.st_size), identity: UInt64(found.st_ino))
    }

    package func status(_ path: String) throws(DiskError) -> DiskStatus? {
        var found = stat()
        guard lstat(path, &found) != 0 else {
            return DiskStatus(size: Int(found.st_size), identity: UInt64(found.st_ino))
        }
        guard errno == ENOENT else { throw DiskError(.status, path, code: errno) }
        return nil
    }

    package func read(
        _ file: DiskFile,
        at offset: Int,
        into bytes: UnsafeMutableRawBufferPointer
    ) throws(DiskError) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        let transfer = Transfer.whole(bytes.count) { done in
            Self.outcome(pread(file.number, base + done, bytes.count - done, off_t(offset + done)))
        }
        guard let code = transfer.code else { return transfer.count }
        throw DiskError(.read, file.path, code: code)
    }

    package func write(_ file: DiskFile, at offset: Int, _ bytes: UnsafeRawBufferPointer) throws(DiskError) {
        guard let base = bytes.baseAddress else { return }
        let transfer = Transfer.whole(bytes.count) { done in
            Self.outcome(pwrite(file.number, base + done, bytes.count - done, off_t(offset + done)))
        }
        guard transfer.count < bytes.count else { return }
        // A write that moves nothing and names no error would be tried for ever; it counts as a full disk.
        throw DiskError(.write, file.path, code: transfer.code ?? ENOSPC)
    }

    package func sync(_ file: DiskFile) throws(DiskError) {
        guard fdatasync(file.number) == 0 else { throw DiskError(.sync, file.path, code: errno) }
    }

    package func syncDirectory(_ directory: String) throws(DiskError) {
        let number = try self.call(.syncDirectory, directory) {
            Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        defer { _ = Glibc.close(number) }
        guard fsync(number) == 0 else { throw DiskError(.syncDirectory, directory, code: errno) }
    }

    package func rename(_ path: String, to newPath: String) throws(DiskError) {
        try self.call(.rename, path) { Glibc.rename(path, newPath) }
    }

    package func remove(_ path: String) throws(DiskError) {
        try self.call(.remove, path) { unlink(path) }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func outcome(_ answer: Int) -> Transfer.Outcome {
        answer >= 0 ? .moved(answer) : .failed(errno)
    }

    /// Calls again when a signal came between; never used for `fdatasync` and `fsync`, which are not tried twice.
    @discardableResult
    private func call(
        _ operation: DiskOperation,
        _ path: String,
        _ body: () -> Int32
    ) throws(DiskError) -> Int32 {
        while true {
            let answer = body()
            if answer >= 0 { return answer }
            guard errno == EINTR else { throw DiskError(operation, path, code: errno) }
        }
    }
}
