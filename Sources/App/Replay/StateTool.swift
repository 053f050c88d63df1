import Foundation
import GRDB
package import Model
package import Reports

/// Answers `baton replay --as-of`: who was connected, which source fed, what limits held at a moment.
package struct StateTool: Sendable {
    let directory: DataDirectory
    let clock: LocalClock

    package init(_ directory: DataDirectory, clock: LocalClock) {
        self.directory = directory
        self.clock = clock
    }

    /// The state of one customer, or of everything with `who` nil, folded from the log up to `moment`.
    package func text(_ who: String?, at moment: WallTime, form: TableFormat) throws -> String {
        try self.directory.require()
        return try PastState.with(self.directory, asOf: moment) { state in
            let customer = try who.map { try CustomerSearch(directory: self.directory, state: state).customer($0) }
            let tables = try state.readLive { try self.tables(customer, $0) }
            guard form != .json else {
                let fields = tables.map { "\"\($0.name)\": \($0.table.text(.json).dropLast())" }
                let at = "\"at\": \"\(self.clock.text(moment))\""
                return "{\(([at] + fields).joined(separator: ", "))}\n"
            }
            let parts = tables.map { "\($0.name.replacing("_", with: " ")):\n\($0.table.text(form))" }
            return (["as of \(self.clock.text(moment)) (\(self.clock.name))\n"] + parts).joined(separator: "\n")
        }
    }

    private typealias Named = (name: String, table: Table)

    private func tables(_ customer: String?, _ database: Database) throws -> [Named] {
        [
            ("connections", try self.connections(customer, database)), ("lines", try self.lines(customer, database)),
            ("channels", try self.channels(customer, database)),
        ]
    }

    private func connections(_ customer: String?, _ database: Database) throws -> Table {
        let sql = """
            SELECT connection, live_connection.customer, credential, channel.channel, channel.name, output, client, opened_at
            FROM live_connection LEFT JOIN channel ON channel.channel = live_connection.channel
            WHERE :customer IS NULL OR live_connection.customer = :customer ORDER BY connection
            """
        let rows = try Row.fetchAll(database, sql: sql, arguments: ["customer": customer])
        return Table(
            columns: ["connection", "customer", "credential", "channel", "name", "output", "device", "since"],
            rows: rows.map { row in
                [
                    .number(row["connection"]), .text(row["customer"]), .number(row["credential"]),
                    .init(row["channel"] as Int64?), .init(row["name"] as String?), .text(row["output"]),
                    .number(row["client"]), .text(self.clock.text(WallTime(microseconds: row["opened_at"]))),
                ]
            }
        )
    }

    /// What each line could do then, and how much of it was in use.
    private func lines(_ customer: String?, _ database: Database) throws -> Table {
        let sql = """
            SELECT credential.*, customer.plan AS plan,
              coalesce(credential.max_connections, plan.max_connections, 1) AS allowed,
              (SELECT count(*) FROM live_connection WHERE live_connection.credential = credential.credential) AS used
            FROM credential LEFT JOIN customer USING (customer) LEFT JOIN plan ON plan.plan = customer.plan
            WHERE :customer IS NULL OR credential.customer = :customer ORDER BY credential.credential
            """
        let rows = try Row.fetchAll(database, sql: sql, arguments: ["customer": customer])
        return Table(
            columns: ["credential", "customer", "plan", "in_use", "allowed", "status"],
            rows: rows.map { row in
                [
                    .number(row["credential"]), .text(row["customer"]), .init(row["plan"] as String?),
                    .number(row["used"]), .number(row["allowed"]), .init(row["status"] as String?),
                ]
            }
        )
    }

    /// Which source fed each channel; of one customer, those they were watching.
    private func channels(_ customer: String?, _ database: Database) throws -> Table {
        let sql = """
            SELECT channel.channel, channel.name, channel_state.state, channel_state.source, source.supplier,
              (SELECT count(*) FROM live_connection WHERE live_connection.channel = channel.channel) AS viewers
            FROM channel LEFT JOIN channel_state USING (channel) LEFT JOIN source ON source.source = channel_state.source
            WHERE :customer IS NULL OR channel.channel IN
              (SELECT channel FROM live_connection WHERE customer = :customer) ORDER BY channel.channel
            """
        let rows = try Row.fetchAll(database, sql: sql, arguments: ["customer": customer])
        return Table(
            columns: ["channel", "name", "state", "source", "supplier", "viewers"],
            rows: rows.map { row in
                [
                    .number(row["channel"]), .text(row["name"]), .init(row["state"] as String?),
                    .init(row["source"] as Int64?), .init(row["supplier"] as String?), .number(row["viewers"]),
                ]
            }
        )
    }
}
