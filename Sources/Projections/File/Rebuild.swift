package import EventLog
import Events
import GRDB
package import Model

/// Makes a projection's file anew from the first event.
///
/// The fold is the live one over rows in memory; what no later event can change is written and forgotten now and then,
/// the rest once at the end. So it costs a statement a row, not one an event.
package struct Rebuild<P: Projection> {
    /// Events between two looks at the memory.
    ///
    /// Their final rows take some 20 MB, and what a restart in the log has to look through stays short.
    static var eventsPerWrite: Int { 32_768 }

    /// What came of it.
    package struct Summary: Hashable, Sendable {
        package var events: Int
        package var checkpoint: Checkpoint
    }

    /// Writes the file at `path`, in one step; what was there stays until the new one is whole.
    ///
    /// `log` is the log's id, for the checkpoint. With `asOf` it ends before the first event recorded later than that.
    package static func run(_ feed: LogFeed, log: LogID, path: String, asOf: WallTime? = nil) throws -> Summary {
        let fresh = "\(path).new"
        SQLiteFile.remove(fresh)
        let summary: Summary
        do {
            let queue = try SQLiteFile.builder(path: fresh)
            summary = try queue.writeWithoutTransaction { try self.fill($0, feed, log: log, asOf: asOf) }
            try queue.close()
        } catch {
            SQLiteFile.remove(fresh)
            throw error
        }
        try SQLiteFile.replace(path, with: fresh)
        return summary
    }

    private static func fill(_ database: Database, _ feed: LogFeed, log: LogID, asOf: WallTime?) throws -> Summary {
        try database.execute(sql: Checkpoint.schema)
        try database.execute(sql: P.schema)
        // Indexes are made when the rows are there: sorting once is faster than inserting in no order.
        let indexes = try Row.fetchAll(
            database,
            sql: "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid"
        ).map { row -> (name: String, sql: String) in (row[0], row[1]) }
        for index in indexes { try database.execute(sql: "DROP INDEX \(index.name)") }
        var projection = P()
        var summary = Summary(
            events: 0,
            checkpoint: Checkpoint(version: P.version, log: log.description, seq: 0, at: WallTime(microseconds: 0))
        )
        try database.execute(sql: "BEGIN")
        try feed.forEach(after: 0) { envelope in
            if let asOf, envelope.at > asOf { return false }
            try projection.apply(envelope, in: .fresh)
            summary.events += 1
            summary.checkpoint.seq = envelope.seq
            summary.checkpoint.at = envelope.at
            if summary.events.isMultiple(of: self.eventsPerWrite) {
                try projection.write(to: database)
                projection.forgetFinal()
            }
            return true
        }
        try projection.write(to: database)
        for index in indexes { try database.execute(sql: index.sql) }
        try summary.checkpoint.write(to: database)
        try database.execute(sql: "COMMIT")
        return summary
    }
}
