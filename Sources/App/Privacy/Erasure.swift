import GRDB
import Ledger
import Model
import Projections
import Vault

/// Finishes what `customer.erased` says: destroys the keys and leaves nothing behind in the tables' files.
///
/// The event comes first, so that a crash in between leaves keys too many and not data that nobody can read;
/// ``finishInterrupted()`` makes up for it.
struct Erasure: Sendable {
    let ledger: Ledger
    let vault: Vault

    /// What was destroyed.
    struct Outcome: Hashable, Sendable {
        var keys = 0
        /// Files that were removed as a whole.
        var files: [String] = []
    }

    func finish(_ customers: [CustomerID]) async throws -> Outcome {
        guard !customers.isEmpty else { return Outcome() }
        let keys = try self.vault.store.erase(customers)
        let files = KeptProjections.remove(in: self.ledger.directory)
        try await self.ledger.scrub()
        return Outcome(keys: keys, files: files)
    }

    /// Makes up for erasures that a crash broke off; before anything else is asked of the ledger.
    func finishInterrupted() async throws {
        let begun = try self.vault.store.unfinishedErasures()
        guard !begun.isEmpty else { return }
        let present = try self.ledger.read { state in try begun.filter { try state.customer($0) != nil } }
        try self.vault.store.withdraw(erasing: present)
        _ = try await self.finish(begun.filter { !present.contains($0) })
    }

    /// By what the history calls a customer once it is erased; `nil` when it knows nothing of it.
    func pseudonym(of customer: String) async throws -> String? {
        try await self.ledger.flushHistory()
        let sql = "SELECT number FROM customer_name WHERE name = ? AND erased_at IS NULL"
        let number = try await self.ledger.history.read { try Int64.fetchOne($0, sql: sql, arguments: [customer]) }
        return number.map { "erased-\($0)" }
    }
}
