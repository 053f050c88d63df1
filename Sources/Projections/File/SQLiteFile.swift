package import GRDB
import Glibc

/// How Baton opens SQLite files.
///
/// Exactly one connection of a file writes and checkpoints, all others only read: Debian's SQLite 3.40.1 may damage a
/// file when two connections checkpoint at the same moment.
package enum SQLiteFile {
    /// Page cache of a connection, in KiB; Debian's default is 2,048.
    static let cacheKiB = 65_536
    /// How long a writer waits for a lock that another program holds.
    static let busyTimeoutSeconds = 2.0

    /// The connection that writes and checkpoints.
    static func writer(path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = path
        configuration.journalMode = .wal
        // Someone else's tool may hold the file for a moment; a backup or a curious operator must not end deciding.
        configuration.busyMode = .timeout(Self.busyTimeoutSeconds)
        configuration.prepareDatabase { database in
            // A power loss may take the last commits, which the log then gives back; the file stays whole.
            try database.execute(
                sql: """
                    PRAGMA synchronous = NORMAL;
                    PRAGMA secure_delete = OFF;
                    PRAGMA cache_size = -\(Self.cacheKiB);
                    PRAGMA wal_autocheckpoint = 0;
                    """
            )
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// A connection to a file that nobody else sees: no journal, nothing synced before the end.
    static func builder(path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = path
        // Without a journal a transaction that failed can't be rolled back: the file is thrown away with it.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA journal_mode = OFF;
                    PRAGMA synchronous = OFF;
                    PRAGMA locking_mode = EXCLUSIVE;
                    PRAGMA secure_delete = OFF;
                    PRAGMA cache_size = -\(Self.cacheKiB);
                    """
            )
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Read-only connections to a file that another connection may be writing.
    ///
    /// Each read sees the file as of one commit.
    package static func readers(path: String, count: Int = 4) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = path
        configuration.readonly = true
        configuration.maximumReaderCount = count
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -\(Self.cacheKiB / 8)")
        }
        return try DatabasePool(path: path, configuration: configuration)
    }

    /// Whether there is a file.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Removes a database with what belongs to it.
    ///
    /// The file goes first: a write-ahead log beside a file it doesn't belong to would be played into it.
    static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal", FileSeal.suffix] { _ = unlink(path + suffix) }
    }

    /// Moves a file aside, with its write-ahead log, for people to look into; an older one of that name goes.
    static func keep(_ path: String, as other: String) throws {
        self.remove(other)
        for suffix in ["", "-wal"] where self.exists(path + suffix) {
            guard rename(path + suffix, other + suffix) == 0 else {
                throw FileError(operation: "rename", path: path + suffix, errno: errno)
            }
        }
    }

    /// Puts a finished file in the place of another.
    static func replace(_ path: String, with finished: String) throws {
        try self.sync(finished)
        self.remove(path)
        try self.syncDirectory(of: path)
        guard rename(finished, path) == 0 else { throw FileError(operation: "rename", path: finished, errno: errno) }
        try self.syncDirectory(of: path)
    }

    private static func sync(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileError(operation: "open", path: path, errno: errno) }
        defer { _ = close(file) }
        guard fsync(file) == 0 else { throw FileError(operation: "fsync", path: path, errno: errno) }
    }

    private static func syncDirectory(of path: String) throws {
        let slash = path.lastIndex(of: "/")
        try self.sync(slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
    }
}

/// A file operation around a projection failed.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    package var operation: String
    package var path: String
    package var errno: CInt

    package var description: String { "\(self.operation) \(self.path): \(String(cString: strerror(self.errno)))" }
}
