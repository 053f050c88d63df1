import Events
import GRDB
package import Ledger
package import Model
package import Projections
package import Vault

/// Ends credentials whose time has come, and what plays with them.
package struct ExpireCredentials: Command {
    /// How many ended.
    package typealias Reply = Int

    /// Those to look at; all when `nil`.
    let credentials: [CredentialID]?
    /// What time it is; the ledger's clock when `nil`.
    let time: WallTime?
    let vault: Vault

    package init(_ credentials: [CredentialID]? = nil, at time: WallTime? = nil, vault: Vault) {
        self.credentials = credentials
        self.time = time
        self.vault = vault
    }

    package var durability: Durability { .connection }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<Int> {
        let now = self.time ?? now
        let rows = try (self.credentials ?? Self.due(state, now: now)).compactMap { try state.credential($0) }
        var editor = CatalogueEditor(state: state, vault: self.vault, now: now)
        var count = 0
        // What was changed, suspended or removed meanwhile has another end or none.
        for row in rows where row.state == .active {
            guard let due = row.expires, due <= now else { continue }
            count += 1
            editor.record(.credentialExpired(.init(credential: row.credential, due: due, trial: row.trial)))
            let why: Denial.ForbiddenReason = row.trial ? .trialEnded : .expired
            editor.evict(try state.connections(of: row.credential), why: why.rawValue)
        }
        return Decision(editor.events, reply: count)
    }

    private static func due(_ state: LiveState, now: WallTime) throws -> [CredentialID] {
        let statement = try state.database.cachedStatement(
            sql:
                "SELECT credential FROM credential WHERE state = 'active' AND expires <= ? ORDER BY expires, credential"
        )
        return try Int64.fetchAll(statement, arguments: [now.microseconds]).map { CredentialID($0) }
    }
}
