package import EventLog
import Events
import GRDB
package import Model

/// Makes a projection's file anew from the first event.
///
/// The fold is the live one over rows in memory; what no later event can change is written and forgotten now and then,
/// the rest once at the end. So it costs a statement a row, not one an event.
package enum Rebuild<P: Projection> {
    /// What came of it.
    package struct Summary: Hashable, Sendable {
        package var events: Int
        package var checkpoint: Checkpoint
    }

    /// Writes the file at `path`, in one step; what was there stays until the new one is whole.
    ///
    /// `log` is the log's id, for the checkpoint. With `asOf` it ends before the first event recorded later than that.
    package static func run(_ feed: LogFeed, log: LogID, path: String, asOf: WallTime? = nil) throws -> Summary {
        let target = try RebuildTarget<P>(path: path)
        do {
            let summary = try target.fill(log: log) { apply in
                try feed.forEach(after: 0) { envelope in
                    if let asOf, envelope.at > asOf { return false }
                    try apply(envelope)
                    return true
                }
            }
            try target.finish()
            return summary
        } catch {
            target.abandon()
            throw error
        }
    }
}

/// Makes both files anew, reading the log once: what reading costs is half of a rebuild.
package enum RebuildBoth {
    /// Writes the files at `live` and `history`, each in one step; what was there stays until the new ones are whole.
    ///
    /// With `asOf` they end before the first event recorded later than that.
    package static func run(
        _ feed: LogFeed,
        log: LogID,
        live: String,
        history: String,
        asOf: WallTime? = nil
    ) throws -> Rebuild<LiveProjection>.Summary {
        let (first, second) = (
            try RebuildTarget<LiveProjection>(path: live), try RebuildTarget<HistoryProjection>(path: history)
        )
        do {
            let summary = try first.fill(log: log) { applyFirst in
                _ = try second.fill(log: log) { applySecond in
                    try feed.forEach(after: 0) { envelope in
                        if let asOf, envelope.at > asOf { return false }
                        try applyFirst(envelope)
                        try applySecond(envelope)
                        return true
                    }
                }
            }
            try first.finish()
            try second.finish()
            return summary
        } catch {
            first.abandon()
            second.abandon()
            throw error
        }
    }
}

/// A file that is being made beside the one it will replace.
private final class RebuildTarget<P: Projection> {
    /// Events between two looks at the memory.
    ///
    /// Their final rows take some 20 MB, and what a restart in the log has to look through stays short.
    static var eventsPerWrite: Int { 32_768 }

    private let path: String
    private let fresh: String
    private let queue: DatabaseQueue

    init(path: String) throws {
        self.path = path
        let fresh = "\(path).new"
        self.fresh = fresh
        SQLiteFile.remove(fresh)
        self.queue = try RebuildFailure.naming(fresh) { try SQLiteFile.builder(path: fresh) }
    }

    /// Folds what `events` hands to the closure it is given.
    func fill(
        log: LogID,
        _ events: (_ apply: (Envelope) throws -> Void) throws -> Void
    ) throws -> Rebuild<P>.Summary {
        try RebuildFailure.naming(self.fresh) { try self.fillFile(log: log, events) }
    }

    private func fillFile(
        log: LogID,
        _ events: (_ apply: (Envelope) throws -> Void) throws -> Void
    ) throws -> Rebuild<P>.Summary {
        try self.queue.writeWithoutTransaction { database in
            let indexes = try self.makeTables(in: database)
            let tables = TableDatabase(database)
            var projection = P()
            var count = 0
            var checkpoint = Checkpoint(version: P.version, log: log.description, seq: 0, at: WallTime(microseconds: 0))
            try database.execute(sql: "BEGIN")
            try events { envelope in
                try projection.apply(envelope, in: .fresh)
                count += 1
                checkpoint.seq = envelope.seq
                checkpoint.at = envelope.at
                if count.isMultiple(of: Self.eventsPerWrite) {
                    try projection.write(to: tables)
                    projection.forgetFinal()
                }
            }
            try projection.write(to: tables)
            for index in indexes { try database.execute(sql: index) }
            try checkpoint.write(to: tables)
            try database.execute(sql: "COMMIT")
            return Rebuild<P>.Summary(events: count, checkpoint: checkpoint)
        }
    }

    /// Puts the file in its place.
    func finish() throws {
        try RebuildFailure.naming(self.fresh) {
            try self.queue.writeWithoutTransaction { if try ScrubMark.isSet(in: $0) { try ScrubMark.vacuum($0) } }
            try self.queue.close()
        }
        try SQLiteFile.replace(self.path, with: self.fresh)
    }

    func abandon() {
        // The file goes in either case.
        try? self.queue.close()
        SQLiteFile.remove(self.fresh)
    }

    /// Makes the tables and answers the SQL of their indexes, which are made when the rows are there: sorting once is faster
    /// than inserting in no order.
    private func makeTables(in database: Database) throws -> [String] {
        try database.execute(sql: Checkpoint.schema)
        try database.execute(sql: P.schema)
        let indexes = try Row.fetchAll(
            database,
            sql: "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid"
        )
        for index in indexes { try database.execute(sql: "DROP INDEX \(index[0] as String)") }
        return indexes.map { $0[1] }
    }
}

/// A file could not be made anew: what SQLite says, without the statement it says it of.
package struct RebuildFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package var path: String
    package var cause: String

    package var description: String { "\(self.path) can't be written: \(self.cause)" }

    /// Runs `body`, and names the file where SQLite fails.
    static func naming<Answer>(_ path: String, _ body: () throws -> Answer) throws -> Answer {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw RebuildFailure(path: path, cause: error.message ?? "\(error.resultCode)")
        }
    }
}
