package import Events

/// A fold over the event log, and the tables it fills: one database file.
///
/// Pure but for the rows it reads back: it holds no clock, and what `apply` does depends on the events before it only.
package protocol Projection: Sendable {
    /// The file's name without `.sqlite`.
    static var name: String { get }
    /// Bumped when `apply` or the tables change meaning; a bump rebuilds the file from the first event.
    static var version: Int64 { get }
    /// The tables and views, as SQL; exported to `schemas/projections/`.
    static var schema: String { get }

    /// The state before the first event.
    init()
    /// What is kept in memory between batches, read from the tables.
    mutating func load(from tables: TableDatabase) throws
    /// Folds one event; nothing is written yet.
    mutating func apply(_ envelope: Envelope, in backing: Backing) throws
    /// Writes what has changed.
    mutating func write(to tables: TableDatabase) throws
    /// Forgets rows that are in the tables, when there are many in memory.
    mutating func trim()
    /// Forgets written rows that no later event changes; what is left is all that a fold over ``Backing/fresh`` needs.
    mutating func forgetFinal()
}

/// The exported SQL of all projections.
package enum ProjectionSchemas {
    /// File name in `schemas/projections/` → text.
    package static var files: [String: String] {
        [
            "\(LiveProjection.name).sql": Self.text(of: LiveProjection.self),
            "\(HistoryProjection.name).sql": Self.text(of: HistoryProjection.self),
        ]
    }

    private static func text<P: Projection>(of projection: P.Type) -> String {
        """
        -- \(P.name).sqlite, version \(P.version). Written by Baton; read it with any SQLite.
        -- Times are microseconds since 1970-01-01T00:00:00Z unless a view says otherwise.

        \(Checkpoint.schema)

        \(P.schema)

        """
    }
}
