package import GRDB
package import Model

/// The rows of a report of one week, to be kept in `history.sqlite`.
package struct KeptWeek: Sendable {
    /// One value of ``KeptColumn/names``, in their order; a customer by its id.
    package typealias Values = [DatabaseValue]

    package var report: KeptReport
    /// As `2026-W45`.
    package var week: String
    /// Of the report's definitions.
    package var version: Int64
    package var from: WallTime
    package var to: WallTime
    package var coversUntil: WallTime
    package var isFinal: Bool
    /// IANA name.
    package var timezone: String
    package var rows: [Values]

    package init(
        _ report: KeptReport,
        week: String,
        version: Int64,
        from: WallTime,
        to: WallTime,
        coversUntil: WallTime,
        isFinal: Bool,
        timezone: String,
        rows: [Values]
    ) {
        self.report = report
        self.week = week
        self.version = version
        self.from = from
        self.to = to
        self.coversUntil = coversUntil
        self.isFinal = isFinal
        self.timezone = timezone
        self.rows = rows
    }

    /// Puts the week in place of what was kept of it, and lets go of what is too old; inside a transaction.
    ///
    /// Rows of a customer who was erased meanwhile are left out.
    package func write(to database: Database) throws {
        let table = self.report.table
        try database.execute(sql: "DELETE FROM \(table) WHERE week = ?", arguments: [self.week])
        let insert = try database.makeStatement(sql: self.insertion)
        for row in self.rows { try insert.execute(arguments: StatementArguments(row)) }
        try database.execute(
            sql: "INSERT OR REPLACE INTO kept_week VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                self.report.rawValue, self.week, self.version, self.from.microseconds, self.to.microseconds,
                self.coversUntil.microseconds, self.isFinal, self.timezone,
            ]
        )
        let oldest = try String.fetchOne(
            database,
            sql: "SELECT week FROM kept_week WHERE report = ? ORDER BY week DESC LIMIT 1 OFFSET ?",
            arguments: [self.report.rawValue, KeptReport.weeksMax - 1]
        )
        guard let oldest else { return }
        try database.execute(sql: "DELETE FROM \(table) WHERE week < ?", arguments: [oldest])
        try database.execute(
            sql: "DELETE FROM kept_week WHERE report = ? AND week < ?",
            arguments: [self.report.rawValue, oldest]
        )
    }

    private var insertion: String {
        let columns = self.report.columns
        let values = columns.flatMap { column in
            column.kind == .customer
                ? ["(SELECT number FROM customer_name WHERE name = ?)"] : column.names.map { _ in "?" }
        }
        // A customer that is not found makes a NULL where none may be: that row is passed over.
        return
            "INSERT OR IGNORE INTO \(self.report.table)(\(columns.flatMap(\.names).joined(separator: ", "))) SELECT \(values.joined(separator: ", "))"
    }

    /// What is kept, by report and week: the version of its definitions and the zone.
    package static func kept(
        _ report: KeptReport,
        in database: Database
    ) throws -> [String: (version: Int64, timezone: String)] {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT week, version, timezone FROM kept_week WHERE report = ?",
            arguments: [report.rawValue]
        )
        let pairs = rows.map { row -> (String, (version: Int64, timezone: String)) in (row[0], (row[1], row[2])) }
        return Dictionary(pairs) { first, _ in first }
    }
}
