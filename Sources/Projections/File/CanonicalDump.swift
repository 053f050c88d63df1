package import GRDB

/// All folded rows of all tables as lines of text, in one order: two files are equal when their dumps are.
///
/// Reports that are kept for analysts are no part of the fold, and of this.
package enum CanonicalDump {
    /// The dump of a file, which nobody need have open.
    package static func lines(path: String) throws -> [String] {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        return try queue.read { try self.lines(of: $0) }
    }

    /// The dump of an open database: `table|value|value…`, each value as an SQL literal, sorted by primary key.
    package static func lines(of database: Database) throws -> [String] {
        let tables = try String.fetchAll(
            database,
            sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        return try tables.filter { !KeptReport.tables.contains($0) }.flatMap {
            try self.lines(ofTable: $0, in: database)
        }
    }

    private static func lines(ofTable table: String, in database: Database) throws -> [String] {
        let columns = try Row.fetchAll(database, sql: "SELECT name, pk FROM pragma_table_info(?)", arguments: [table])
        let names = columns.map { row -> String in row[0] }
        let keys = columns.filter { row -> Bool in row[1] as Int64 > 0 }
            .sorted { ($0[1] as Int64) < ($1[1] as Int64) }
            .map { row -> String in row[0] }
        let values = names.map { "quote(\($0))" }.joined(separator: " || '|' || ")
        let order = (keys.isEmpty ? names : keys).joined(separator: ", ")
        return try String.fetchAll(database, sql: "SELECT '\(table)|' || \(values) FROM \(table) ORDER BY \(order)")
    }
}
