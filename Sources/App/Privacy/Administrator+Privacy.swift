import Accounts
import Ledger
import Model

/// What is asked about one person's data.
extension Administrator {
    func perform(_ request: PrivacyRequest) async throws -> AdminAnswer {
        switch request {
        case .erase(let customer): return try await self.erase(customer)
        }
    }

    func erase(_ id: String) async throws -> AdminAnswer {
        let erasure = Erasure(ledger: self.ledger, vault: self.vault)
        let pseudonym = try await erasure.pseudonym(of: id)
        let reply = try await self.ledger.perform(EraseCustomer(id, vault: self.vault))
        let outcome = try await erasure.finish([reply.customer])
        let known = pseudonym.map { ", who is \($0) in the history from now on" } ?? ""
        return AdminAnswer(
            messages: [
                "erased customer \(id)\(known)",
                "credentials removed: \(reply.credentials), connections ended: \(reply.connections), keys destroyed: \(outcome.keys)",
            ] + outcome.files.map { "removed \($0), a copy of older tables" } + [
                "outside of Baton, look at: catalogue files, reports and exports that were written, backups of keys.sqlite"
            ]
        )
    }

    /// Destroys the keys of customers who are no longer in the catalogue.
    func forget(_ customers: [CustomerID]) async throws {
        _ = try await Erasure(ledger: self.ledger, vault: self.vault).finish(customers)
    }
}
