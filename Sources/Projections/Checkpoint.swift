package import Model

/// How far a projection has come: written in the same transaction as the rows it covers.
///
/// That sentence is the whole exactly-once story.
package struct Checkpoint: StoredRow {
    package static let table = "checkpoint"
    package static let statements = TableStatements<Checkpoint>()
    package static let empty = Checkpoint(version: 0, log: "", seq: 0, at: WallTime(microseconds: 0))

    static let schema = """
        -- How far the log has been folded into this file: one row.
        CREATE TABLE checkpoint(
          one INTEGER NOT NULL PRIMARY KEY CHECK(one = 1),
          version INTEGER NOT NULL,  -- of the fold; another one means: rebuild
          log TEXT NOT NULL,         -- the log that was folded, by its UUID
          seq INTEGER NOT NULL,      -- the last event folded
          at INTEGER NOT NULL        -- its time
        );
        """

    private var one = onlyRow
    /// ``Projection/version`` of the fold.
    package var version: Int64
    /// UUID of the log.
    package var log: String
    /// The last event folded; 0 for none.
    package var seq: Int64
    /// The time of that event.
    package var at: WallTime

    package init(version: Int64, log: String, seq: Int64, at: WallTime) {
        self.version = version
        self.log = log
        self.seq = seq
        self.at = at
    }

    package var key: Int64 { self.one }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("one", &self.one)
        visit("version", &self.version)
        visit("log", &self.log)
        visit("seq", &self.seq)
        visit("at", &self.at)
    }

    /// The checkpoint of a projection's file; `nil` when it has none yet.
    package static func read(from tables: TableDatabase) throws -> Checkpoint? {
        var found: Checkpoint?
        try tables.read(Checkpoint.self, "one = 1", { _ in }) { found = $0 }
        return found
    }

    /// Writes it in place of the last one.
    package func write(to tables: TableDatabase) throws {
        try tables.execute(Checkpoint.self, "INSERT") { self.bind(to: $0) }
    }
}
