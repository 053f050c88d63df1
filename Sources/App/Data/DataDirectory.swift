import Glibc

/// Everything a service keeps, and where it keeps it.
///
/// ```text
/// DATA/log/*.jsonl.zst   the log            DATA/live.sqlite, history.sqlite   the projections
/// DATA/keys.sqlite       personal keys      DATA/admin.sock, lock              of the running service
/// DATA/guide.sqlite      what is on; may be deleted      DATA/archive/     what channels keep for catch-up
/// DATA/logos/*           channels' logos, as they were fetched; may be deleted
/// DATA/slates/*.ts       what channels show when nothing is left
/// DATA.key               the installation's keys: beside the directory, so that a copy of it gives nothing away
/// ```
package struct DataDirectory: Hashable, Sendable {
    package let path: String

    /// - Parameter path: with or without a slash at the end.
    package init(path: String) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    package var log: String { "\(self.path)/log" }
    package var liveProjection: String { "\(self.path)/live.sqlite" }
    package var historyProjection: String { "\(self.path)/history.sqlite" }
    package var keyStore: String { "\(self.path)/keys.sqlite" }
    package var guide: String { "\(self.path)/guide.sqlite" }
    package var archive: String { "\(self.path)/archive" }
    package var keyFile: String { "\(self.path).key" }
    package var logos: String { "\(self.path)/logos" }
    package var slates: String { "\(self.path)/slates" }
    package var lock: String { "\(self.path)/lock" }

    /// Whether there is one.
    package var exists: Bool { access(self.path, F_OK) == 0 }

    /// Makes the directory, readable by its owner alone.
    package func create() throws(DataDirectoryError) {
        // What is written here is for the owner alone: 0700 for directories, 0600 for files.
        umask(0o077)
        guard mkdir(self.path, 0o700) != 0, errno != EEXIST else { return }
        throw .system("make the data directory \(self.path)", errno)
    }

    /// Fails with a hint when there is no directory to read.
    package func require() throws(DataDirectoryError) {
        guard self.exists else { throw .missing(self.path) }
    }
}

/// The right to write into a data directory: one process at a time.
package final class DataLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock, which the kernel gives back when the process ends, however it ends.
    ///
    /// - Throws: ``DataDirectoryError/locked(_:pid:)`` when another process has it.
    package init(_ directory: DataDirectory) throws(DataDirectoryError) {
        self.descriptor = Glibc.open(directory.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard self.descriptor >= 0 else { throw .system("open \(directory.lock)", errno) }
        guard flock(self.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            var digits = [UInt8](repeating: 0, count: 16)
            let count = read(self.descriptor, &digits, digits.count)
            close(self.descriptor)
            guard code == EWOULDBLOCK else { throw .system("lock \(directory.lock)", code) }
            let pid = String(decoding: digits.prefix(max(count, 0)), as: UTF8.self).filter(\.isNumber)
            throw .locked(directory.path, pid: pid)
        }
        let pid = Array("\(getpid())\n".utf8)
        ftruncate(self.descriptor, 0)
        _ = pwrite(self.descriptor, pid, pid.count, 0)
    }

    deinit {
        close(self.descriptor)
    }
}

/// Why a data directory can't be used.
package enum DataDirectoryError: Error, Hashable, Sendable, CustomStringConvertible {
    case missing(String)
    case locked(String, pid: String)
    case system(String, Int32)

    package var description: String {
        switch self {
        case .missing(let path):
            "there is no data directory \(path); name one with --data, or begin one with: baton serve"
        case .locked(let path, let pid):
            "the data directory \(path) is in use by process \(pid.isEmpty ? "?" : pid); stop that one first, or name another with --data"
        case .system(let operation, let code): "could not \(operation): \(String(cString: strerror(code)))"
        }
    }
}
