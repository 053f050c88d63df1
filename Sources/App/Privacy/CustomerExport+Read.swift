import Accounts
import Events
import GRDB
import Model
import Projections
import Vault

extension CustomerExport {
    /// Reads what `live.sqlite` knows: the record and its logins.
    init(_ row: CustomerRow, in state: LiveState, vault: Vault, now: WallTime) throws {
        let lookup = CatalogueLookup(state: state, vault: vault)
        let names = PersonalNames(vault: vault, customer: row.customer)
        let entry = lookup.entry(row)
        self.init(
            exportedAt: now,
            record: [
                .text(entry.id), .init(entry.name), .init(entry.notes), .init(entry.plan), .init(entry.timezone),
                .init(entry.language), .text(row.state.rawValue), .init(names.reason(row.why)), .init(row.addedAt),
            ]
        )
        let logins = try state.credentials(of: row.customer)
        self.fill(
            Self.credentials,
            logins.map { row in
                let addresses = lookup.terms(row).locks.addresses
                return [
                    .integer(row.credential.rawValue), .text(lookup.username(row)), .text(row.state.rawValue),
                    .init(names.reason(row.why)), .init(row.maxConnections), .init(row.expires), .flag(row.trial),
                    .init(row.issuedAt), .init(row.createdAt), addresses.map(ExportCell.texts) ?? .missing,
                ]
            }
        )
        self.fill(
            Self.excuses,
            try logins.compactMap { try state.excuse(of: $0.credential) }.map { row in
                [
                    .integer(row.credential.rawValue), .init(names.reason(row.why)), .init(row.givenAt),
                    .init(row.until),
                ]
            }
        )
        self.fill(
            Self.networks,
            try logins.flatMap { try state.places(of: $0.credential) }.map { row in
                [
                    .integer(row.credential.rawValue), .integer(row.place), .init(row.boundAt), .init(row.network4),
                    .init(row.network6), .init(row.carrier),
                ]
            }
        )
    }

    /// Adds what `history.sqlite` knows, opened where there are keys for it.
    mutating func addHistory(from database: Database, of customer: CustomerID, vault: Vault) throws {
        let sql = "SELECT number FROM customer_name WHERE name = ? AND erased_at IS NULL"
        guard let number = try Int64.fetchOne(database, sql: sql, arguments: [customer.rawValue]) else { return }
        let names = PersonalNames(vault: vault, customer: customer)
        for list in Self.lists {
            guard let sql = list.sql else { continue }
            let rows = try self.rows(database, sql, number) { row in
                zip(list.fields, row.databaseValues).map { Self.cell($0, $1, names) }
            }
            self.fill(list, rows)
        }
        self.fill(Self.clients, try self.rows(database, Self.clientsSQL, number) { Self.client($0, vault: vault) })
    }

    private mutating func fill(_ list: ExportedList, _ rows: [[ExportCell]]) {
        guard let index = self.lists.firstIndex(where: { $0.name == list.name }) else { return }
        self.lists[index].rows = rows
    }

    /// The newest rows of a list, oldest first.
    private mutating func rows(
        _ database: Database,
        _ sql: String,
        _ number: Int64,
        _ make: (Row) -> [ExportCell]
    ) throws -> [[ExportCell]] {
        let limited = "\(sql) LIMIT \(Self.rowsMax + 1)"
        var items = try Row.fetchAll(database, sql: limited, arguments: ["customer": number]).map(make)
        if items.count > Self.rowsMax {
            self.isTruncated = true
            items.removeLast(items.count - Self.rowsMax)
        }
        return items.reversed()
    }

    private static func cell(_ field: ExportField, _ value: DatabaseValue, _ names: PersonalNames) -> ExportCell {
        let number = Int64.fromDatabaseValue(value)
        let text = String.fromDatabaseValue(value)
        return switch field.kind {
        case .integer: ExportCell(number)
        case .time: ExportCell(number.map { WallTime(microseconds: $0) })
        case .flag: number.map { .flag($0 != 0) } ?? .missing
        case .text, .texts: ExportCell(text)
        // One whose key is gone is told as none.
        case .reason: text == nil ? .missing : ExportCell(names.reason(text) ?? "")
        }
    }

    private static func client(_ row: Row, vault: Vault) -> [ExportCell] {
        let number: Int64 = row[0]
        let identity = (row[6] as String?).flatMap { DeviceIdentity($0, of: ClientID(number), vault: vault) }
        let first = (row[5] as Int64?).map { WallTime(microseconds: $0) }
        return [
            .integer(number), identity == nil ? .missing : .init(row[4] as String?),
            identity == nil ? .missing : ExportCell(first), .init(identity?.address), .init(identity?.userAgent),
            .init(identity?.deviceID), .init(row[1] as String?), .init(row[2] as String?), .init(row[3] as Int64?),
        ]
    }

    private static let clientsSQL = """
        SELECT client.client, class, country, asn, week, first_at, identity FROM client
        LEFT JOIN seen_client ON seen_client.client = client.client
        WHERE client.customer = :customer ORDER BY client.client DESC
        """
}
