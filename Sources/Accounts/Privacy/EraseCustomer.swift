import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// Erases a customer: ends what plays, takes the record and the credentials away, and says so without a word about the person.
///
/// The keys that open what was sealed are destroyed by the caller, after the event is on disk; until then it is noted that they
/// have to be.
package struct EraseCustomer: Command {
    /// What there was.
    package struct Reply: Hashable, Sendable {
        package var customer: CustomerID
        package var credentials: Int
        package var connections: Int
    }

    let id: String
    let vault: Vault

    package init(_ id: String, vault: Vault) {
        self.id = id
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<Reply> {
        let row = try CatalogueLookup(state: state, vault: self.vault).customer(self.id)
        let credentials = try state.credentials(of: row.customer)
        let connections = try credentials.map { try state.connections(of: $0.credential).count }.reduce(0, +)
        var editor = CatalogueEditor(state: state, vault: self.vault, now: now)
        try editor.remove(row)
        try self.vault.store.begin(erasing: editor.erased)
        return Decision(
            editor.events,
            reply: Reply(customer: row.customer, credentials: credentials.count, connections: connections)
        )
    }
}
