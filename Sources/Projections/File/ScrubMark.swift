import GRDB

/// Says in a file that something personal was taken out of its tables and may still lie in its free pages.
///
/// Set in the transaction that takes it out, so that a crash before the file is scrubbed is made up for at the next opening.
enum ScrubMark {
    private static let due = 1

    static func set(in database: Database) throws {
        try database.execute(sql: "PRAGMA user_version = \(Self.due)")
    }

    static func isSet(in database: Database) throws -> Bool {
        try Int.fetchOne(database, sql: "PRAGMA user_version") == Self.due
    }

    /// Leaves nothing of removed rows in the file; its write-ahead log, where it has one, still holds them.
    ///
    /// Zeroing what is freed is not enough: a page that was rebuilt keeps stale copies between its rows, hence `VACUUM`.
    static func vacuum(_ database: Database) throws {
        try database.execute(sql: "VACUUM")
        try database.execute(sql: "PRAGMA user_version = 0")
    }
}

/// What was set aside of projections whose log had lost events.
package enum KeptProjections {
    /// Removes what was set aside in a data directory; answers the names of the files.
    ///
    /// Copies of tables that nothing folds any more can't be scrubbed one by one.
    package static func remove(in directory: String) -> [String] {
        [LiveProjection.name, HistoryProjection.name].map { "\($0).sqlite.ahead" }.filter { name in
            let path = "\(directory)/\(name)"
            guard SQLiteFile.exists(path) else { return false }
            SQLiteFile.remove(path)
            return !SQLiteFile.exists(path)
        }
    }
}
