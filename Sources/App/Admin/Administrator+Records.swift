import Accounts
import GRDB
import Ledger
import Model
import Projections

/// What operators put down: matches and refunds.
extension Administrator {
    /// Rows that a list shows, the newest first.
    private static let rowsMax = 1_000

    func perform(_ record: RecordRequest) async throws -> AdminAnswer {
        switch record {
        case .addEvent(let channel, let title, let from, let to):
            let command = ScheduleEvent(
                channel: channel,
                title: title,
                from: WallTime(microseconds: from),
                to: WallTime(microseconds: to)
            )
            return AdminAnswer(messages: [try await self.ledger.perform(command)])
        case .recordRefund(let customer, let amountCents, let why, let day):
            let command = RecordRefund(
                customer: customer,
                amountCents: amountCents,
                why: why,
                day: day.map { WallTime(microseconds: $0) },
                vault: self.vault
            )
            return AdminAnswer(messages: [try await self.ledger.perform(command)])
        case .exported(let report, let span, let format):
            let command = RecordExport(by: Self.commandLine, report: report, span: span, format: format)
            try await self.ledger.perform(command)
            return AdminAnswer()
        case .excuse(let credential, let why, let until):
            let until = WallTime(microseconds: until)
            let command = ExcuseCredential(credential, why: why, until: until, vault: self.vault)
            return AdminAnswer(messages: [try await self.ledger.perform(command)])
        case .withdrawExcuse(let credential):
            let command = WithdrawExcuse(credential, vault: self.vault)
            return AdminAnswer(messages: [try await self.ledger.perform(command)])
        case .excuses: return AdminAnswer(table: try self.excuses())
        case .events:
            return try await self.list(
                ["seq", "channel", "from", "to", "label"],
                "SELECT seq, channel, from_at, to_at, title FROM scheduled_event ORDER BY from_at DESC, seq LIMIT \(Self.rowsMax)"
            ) { row in
                [.number(row[0]), .number(row[1]), Self.time(row[2]), Self.time(row[3]), .text(row[4])]
            }
        case .refunds:
            return try await self.list(
                ["seq", "at", "customer", "amount_cents", "for", "why"],
                "SELECT seq, at, name, amount, for_day, why FROM refund JOIN customer_name ON number = customer ORDER BY seq DESC LIMIT \(Self.rowsMax)"
            ) { [vault = self.vault] row in
                let names = PersonalNames(vault: vault, customer: CustomerID(rawValue: row[2]))
                return [
                    .number(row[0]), Self.time(row[1]), .text(row[2]), .number(row[3]), Self.time(row[4]),
                    .init(names.reason(row[5])),
                ]
            }
        }
    }

    private func excuses() throws -> Table {
        let rows = try self.ledger.read { state in
            try state.excuses().map { row -> [Table.Cell] in
                let names = PersonalNames(vault: self.vault, customer: row.customer)
                let username = try state.credential(row.credential).flatMap {
                    names.open($0.username, field: "username/\(row.credential.rawValue)")
                }
                return [
                    .number(row.credential.rawValue), .init(username), .text(row.customer.rawValue),
                    .init(names.reason(row.why)),
                    Self.time(row.givenAt.microseconds), Self.time(row.until.microseconds),
                ]
            }
        }
        return Table(columns: ["credential", "username", "customer", "why", "given", "until"], rows: rows)
    }

    /// Who uses the command line; it has no names of its own.
    private static let commandLine = OperatorID(rawValue: "command-line")

    private static func time(_ microseconds: Int64) -> Table.Cell {
        .text(WallTime(microseconds: microseconds).description)
    }

    private func list(
        _ columns: [String],
        _ sql: String,
        _ row: @Sendable @escaping (Row) -> [Table.Cell]
    ) async throws -> AdminAnswer {
        try await self.ledger.flushHistory()
        let rows = try await self.ledger.history.read { try Row.fetchAll($0, sql: sql).map(row) }
        return AdminAnswer(table: Table(columns: columns, rows: rows))
    }
}

/// What is put down, and the lists of it.
package enum RecordRequest: Codable, Sendable {
    /// A match; times in microseconds since 1970.
    case addEvent(channel: String, title: String, from: Int64, to: Int64)
    /// Money given back, in 1/100 of the currency; the day in microseconds since 1970.
    case recordRefund(customer: String, amountCents: Int64, why: String, day: Int64?)
    /// A report that went into a file.
    case exported(report: String, span: String, format: String)
    /// A credential that is known to be fine, until a time in microseconds since 1970.
    case excuse(credential: String, why: String, until: Int64)
    case withdrawExcuse(credential: String)
    case excuses
    case events
    case refunds

    /// Whether nothing is recorded for it.
    var onlyReads: Bool {
        switch self {
        case .events, .refunds, .excuses: true
        case .addEvent, .recordRefund, .exported, .excuse, .withdrawExcuse: false
        }
    }
}
