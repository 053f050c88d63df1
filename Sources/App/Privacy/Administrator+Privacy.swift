import Accounts
import GRDB
import Ledger
import Model
import Projections

/// What is asked about one person's data.
extension Administrator {
    func perform(_ request: PrivacyRequest) async throws -> AdminAnswer {
        switch request {
        case .erase(let customer): return try await self.erase(customer)
        case .export(let customer): return AdminAnswer(text: try await self.export(customer))
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

    /// Puts down that it was made, whatever becomes of it.
    private func export(_ id: String) async throws -> String {
        let vault = self.vault
        let now = self.time()
        let (record, customer) = try self.ledger.read { state in
            let row = try CatalogueLookup(state: state, vault: vault).customer(id)
            return (try CustomerExport(row, in: state, vault: vault, now: now), row.customer)
        }
        try await self.ledger.flushHistory()
        let export = try await self.ledger.history.read { database in
            var export = record
            try export.addHistory(from: database, of: customer, vault: vault)
            return export
        }
        let by = OperatorID(rawValue: "command-line")
        try await self.ledger.perform(RecordExport(by: by, report: "customer", span: id, format: "json"))
        return export.text
    }

    /// Destroys the keys of customers who are no longer in the catalogue.
    func forget(_ customers: [CustomerID]) async throws {
        _ = try await Erasure(ledger: self.ledger, vault: self.vault).finish(customers)
    }
}
