package import EventLog
package import Events
package import GRDB

/// A projection with its file: the one connection that writes it.
///
/// Not thread-safe: one thread owns it (the ledger its own, the projector the other).
package final class ProjectionFile<P: Projection> {
    /// Events of a transaction when catching up: large enough that a row is written once, small enough to stay in memory.
    static var catchUpBatch: Int { 10_000 }

    /// Why a file was made anew.
    package enum RebuildReason: Hashable, Sendable {
        case missing
        /// Not a database, damaged, or changed since it was closed.
        case damaged(String)
        case version(found: Int64)
        /// Folded from another log.
        case otherLog(String)
        /// Folded events that the log has lost.
        case aheadOfLog(seq: Int64)
    }

    /// What opening it took.
    package enum Opening: Hashable, Sendable {
        /// Events that the file was behind.
        case caughtUp(events: Int)
        case rebuilt(RebuildReason, events: Int)
    }

    package let path: String
    package let opening: Opening
    /// The last event that is committed.
    package private(set) var checkpoint: Checkpoint
    /// The fold, as of the last batch.
    package var projection: P

    private let queue: DatabaseQueue
    /// The statements of this connection; gone before it is closed.
    private var tables: TableDatabase?

    /// Opens `directory/<name>.sqlite` and brings it up to the log's last event, by catching up or by making it anew.
    ///
    /// `log` and `lastSeq` are the log's id and last event.
    package init(directory: String, feed: LogFeed, log: LogID, lastSeq: Int64) throws {
        let path = "\(directory)/\(P.name).sqlite"
        self.path = path
        let found: Opened
        do throws(Unusable) {
            found = try Self.openExisting(path, feed, log: log, lastSeq: lastSeq)
        } catch {
            // It may be the only place that still knows what the log has lost.
            if case .aheadOfLog = error.reason { try SQLiteFile.keep(path, as: "\(path).ahead") }
            let summary = try Rebuild<P>.run(feed, log: log, path: path)
            let queue = try SQLiteFile.writer(path: path)
            var projection = P()
            try queue.writeWithoutTransaction { try projection.load(from: TableDatabase($0)) }
            let opening = Opening.rebuilt(error.reason, events: summary.events)
            found = Opened(queue: queue, projection: projection, checkpoint: summary.checkpoint, opening: opening)
        }
        self.queue = found.queue
        self.projection = found.projection
        self.checkpoint = found.checkpoint
        self.opening = found.opening
    }

    /// Runs `body` inside a write transaction.
    ///
    /// The rows and the checkpoint of what was folded are committed with it; when it throws, nothing is.
    package func transaction<Answer>(_ body: (TableDatabase, inout P) throws -> (Answer, Checkpoint?)) throws -> Answer
    {
        try self.queue.writeWithoutTransaction { database in
            let tables = self.tables ?? TableDatabase(database)
            self.tables = tables
            try tables.run("BEGIN IMMEDIATE")
            do {
                let (answer, checkpoint) = try body(tables, &self.projection)
                if let checkpoint {
                    try self.projection.write(to: tables)
                    try checkpoint.write(to: tables)
                }
                try tables.run("COMMIT")
                self.projection.forgetFinal()
                self.projection.trim()
                if let checkpoint { self.checkpoint = checkpoint }
                return answer
            } catch {
                // After some errors SQLite has rolled back by itself; either way nothing of the batch may stay in memory.
                try? database.rollback()
                try self.projection.load(from: tables)
                throw error
            }
        }
    }

    /// Folds a batch in one transaction; events up to the checkpoint are passed over.
    package func fold(_ envelopes: some Sequence<Envelope>) throws {
        try self.transaction { tables, projection in
            var checkpoint = self.checkpoint
            for envelope in envelopes where envelope.seq > checkpoint.seq {
                try projection.apply(envelope, in: .stored(tables))
                checkpoint.seq = envelope.seq
                checkpoint.at = envelope.at
            }
            return ((), checkpoint)
        }
    }

    /// Writes tables that are not folded, in a transaction of their own; nothing is written when `body` throws.
    package func change(_ body: (Database) throws -> Void) throws {
        try self.transaction { tables, _ in (try body(tables.database), nil) }
    }

    /// The write-ahead log, which holds no locks, so that other descriptors of it may be opened and closed.
    package var walPath: String { "\(self.path)-wal" }

    /// Moves the write-ahead log's pages into the file as far as no reader needs them; waits for nobody but the disk.
    ///
    /// SQLite syncs the log first, which is most of the wait when it has not been synced a moment ago.
    package func checkpointWAL() throws {
        try self.queue.writeWithoutTransaction { _ = try $0.checkpoint(.passive) }
    }

    /// Leaves nothing in the file, or in its write-ahead log, of rows that were removed with a person.
    ///
    /// Takes time and room in proportion to the file, once for each erasure; nothing where none is due. Answers `false` when
    /// readers hold the write-ahead log: then it is to be tried again.
    package func scrub() throws -> Bool {
        try self.queue.writeWithoutTransaction { database in
            if try ScrubMark.isSet(in: database) { try ScrubMark.vacuum(database) }
            // Readers are waited for outside: whoever writes this file has others to serve.
            try database.execute(sql: "PRAGMA busy_timeout = 0")
            defer {
                try? database.execute(sql: "PRAGMA busy_timeout = \(Int(SQLiteFile.busyTimeoutSeconds * 1_000))")
            }
            do {
                _ = try database.checkpoint(.truncate)
                return true
            } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED
            {
                return false
            }
        }
    }

    /// Reads outside a transaction of its own.
    package func read<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try self.queue.read(body)
    }

    /// Closes the file in good order.
    package func close() throws {
        self.tables = nil
        try self.queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try self.queue.close()
        FileSeal.write(for: self.path)
    }
}

extension ProjectionFile {
    private struct Opened {
        var queue: DatabaseQueue
        var projection: P
        var checkpoint: Checkpoint
        var opening: Opening
    }

    private struct Unusable: Error {
        var reason: RebuildReason
    }

    private static func openExisting(
        _ path: String,
        _ feed: LogFeed,
        log: LogID,
        lastSeq: Int64
    ) throws(Unusable) -> Opened {
        guard SQLiteFile.exists(path) else { throw Unusable(reason: .missing) }
        let seal = FileSeal.take(from: path)
        if seal == .broken { throw Unusable(reason: .damaged("changed since it was closed")) }
        do {
            let queue = try SQLiteFile.writer(path: path)
            do {
                return try self.caughtUp(path, queue, feed, log: log, lastSeq: lastSeq, isChecked: seal == .intact)
            } catch {
                try? queue.close()
                throw error
            }
        } catch let error as Unusable {
            throw error
        } catch {
            throw Unusable(reason: .damaged("\(error)"))
        }
    }

    private static func caughtUp(
        _ path: String,
        _ queue: DatabaseQueue,
        _ feed: LogFeed,
        log: LogID,
        lastSeq: Int64,
        isChecked: Bool
    ) throws -> Opened {
        var projection = P()
        let found = try queue.writeWithoutTransaction { database -> Checkpoint? in
            if !isChecked, let trouble = try String.fetchOne(database, sql: "PRAGMA quick_check(1)"), trouble != "ok" {
                throw Unusable(reason: .damaged(trouble))
            }
            // An erasure that was broken off.
            if try ScrubMark.isSet(in: database) {
                try ScrubMark.vacuum(database)
                _ = try database.checkpoint(.truncate)
            }
            let tables = TableDatabase(database)
            let checkpoint = try Checkpoint.read(from: tables)
            if checkpoint?.version == P.version { try projection.load(from: tables) }
            return checkpoint
        }
        guard var checkpoint = found else { throw Unusable(reason: .damaged("no checkpoint")) }
        guard checkpoint.version == P.version else { throw Unusable(reason: .version(found: checkpoint.version)) }
        guard checkpoint.log == log.description else { throw Unusable(reason: .otherLog(checkpoint.log)) }
        guard checkpoint.seq <= lastSeq else { throw Unusable(reason: .aheadOfLog(seq: checkpoint.seq)) }
        var events = 0
        while checkpoint.seq < lastSeq {
            let count = try self.catchUp(queue, &projection, &checkpoint, feed)
            guard count > 0 else { break }
            events += count
        }
        return Opened(queue: queue, projection: projection, checkpoint: checkpoint, opening: .caughtUp(events: events))
    }

    private static func catchUp(
        _ queue: DatabaseQueue,
        _ projection: inout P,
        _ checkpoint: inout Checkpoint,
        _ feed: LogFeed
    ) throws -> Int {
        var events = 0
        try queue.writeWithoutTransaction { database in
            let tables = TableDatabase(database)
            try database.inTransaction(.immediate) {
                try feed.forEach(after: checkpoint.seq) { envelope in
                    try projection.apply(envelope, in: .stored(tables))
                    checkpoint.seq = envelope.seq
                    checkpoint.at = envelope.at
                    events += 1
                    return events < self.catchUpBatch
                }
                try projection.write(to: tables)
                try checkpoint.write(to: tables)
                return .commit
            }
        }
        projection.forgetFinal()
        projection.trim()
        return events
    }
}
