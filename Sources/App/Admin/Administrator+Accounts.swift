package import Accounts
import Ingest
import Ledger
import Model
import Projections

/// What an operator asks about accounts at suppliers.
package enum AccountRequest: Codable, Sendable {
    case edit(AccountEdit)
    /// Of one supplier, or of all.
    case list(supplier: String?)
}

extension Administrator {
    func perform(_ request: AccountRequest) async throws -> AdminAnswer {
        switch request {
        case .edit(let edit):
            return AdminAnswer(messages: try await self.ledger.perform(EditAccounts(edit, vault: self.vault)))
        case .list(let supplier):
            let held = self.held
            let now = Clocks.system.wall()
            return try self.ledger.read { state in
                let id = try supplier.map { try CatalogueLookup(state: state, vault: self.vault).supplier($0).supplier }
                return AdminAnswer(table: try AccountTable(state: state, now: now, held: held).table(of: id))
            }
        }
    }
}
