import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// Ends connections at an operator's word, and keeps their devices out for a while: players come back by themselves.
package struct KickConnections: Command {
    package typealias Reply = String

    /// Whose.
    package enum Target: Hashable, Sendable {
        /// One connection, by its number.
        case connection(String)
        /// All of a credential, by its number or username.
        case credential(String)
    }

    let target: Target
    let vault: Vault

    package init(_ target: Target, vault: Vault) {
        self.target = target
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<String> {
        let rows = try self.connections(state)
        guard !rows.isEmpty else { return Decision([], reply: "\(self.name) plays nothing") }
        let until = WallTime(microseconds: now.microseconds &+ SlotFight.kickTime)
        let events = rows.map { row -> Event in
            let kick = ConnectionEvicted(
                connection: row.connection,
                credential: row.credential,
                customer: row.customer,
                why: SlotRule.kicked.rawValue,
                client: row.client,
                blockedUntil: until
            )
            return .connectionEvicted(kick)
        }
        let seconds = SlotFight.kickTime / WallTime.microsecondsPerSecond
        let numbers = rows.map(\.connection.description).joined(separator: ", ")
        return Decision(
            events,
            reply:
                "ended connection \(numbers); \(rows.count == 1 ? "its device is" : "their devices are") kept out for \(seconds) s"
        )
    }

    private func connections(_ state: LiveState) throws -> [LiveConnectionRow] {
        switch self.target {
        case .connection(let text):
            guard let number = Int64(text), let row = try state.connection(ConnectionID(number)) else {
                throw ConnectionError.unknown(text)
            }
            return [row]
        case .credential(let name):
            let row = try CatalogueLookup(state: state, vault: self.vault).credential(name)
            return try state.connections(of: row.credential)
        }
    }

    private var name: String {
        switch self.target {
        case .connection(let text): "connection \(text)"
        case .credential(let text): "credential \(text)"
        }
    }
}

/// Why a connection could not be ended.
package enum ConnectionError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(String)

    package var description: String {
        switch self {
        case .unknown(let text): "no connection \(text) is open; see: baton connection list"
        }
    }
}
