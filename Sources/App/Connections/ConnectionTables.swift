import Accounts
import Events
import Model
import Projections
import Vault

/// Who is being served now, as a table for people and machines.
struct ConnectionTables {
    let state: LiveState
    let vault: Vault
    let now: WallTime

    private static let columns = [
        "connection", "credential", "username", "customer", "channel", "output", "client", "network", "opened_at",
        "seconds", "address",
    ]

    /// All of them, or those of one credential, oldest first.
    func rows(credential name: String?) throws -> [LiveConnectionRow] {
        guard let name else { return try self.state.connections() }
        let lookup = CatalogueLookup(state: self.state, vault: self.vault)
        return try self.state.connections(of: lookup.credential(name).credential)
    }

    /// Addresses by device, where they can be read.
    func table(_ rows: [LiveConnectionRow], addresses: [ClientID: String]) throws -> Table {
        let lookup = CatalogueLookup(state: self.state, vault: self.vault)
        var usernames: [CredentialID: String] = [:]
        for id in Set(rows.map(\.credential)) {
            usernames[id] = try self.state.credential(id).map(lookup.username)
        }
        return Table(
            columns: Self.columns,
            rows: rows.map { row in
                self.cells(row, username: usernames[row.credential]) + [.init(addresses[row.client])]
            }
        )
    }

    private func cells(_ row: LiveConnectionRow, username: String?) -> [Table.Cell] {
        let age = (self.now.microseconds &- row.openedAt.microseconds) / WallTime.microsecondsPerSecond
        return [
            .number(row.connection.rawValue), .number(row.credential.rawValue), .init(username),
            .text(row.customer.rawValue), .number(row.channel.rawValue), .text(row.output.rawValue),
            .number(row.client.rawValue), .text(String(row.network.prefix(Self.networkSize))),
            .text(row.openedAt.description), .number(max(age, 0)),
        ]
    }

    /// Characters of a network's keyed hash that are shown: enough to see which are of one household.
    private static let networkSize = 8
}
