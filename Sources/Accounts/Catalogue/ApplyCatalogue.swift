import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// Makes the catalogue what a file says: all of it or, when one entry is wrong, nothing.
package struct ApplyCatalogue: Command {
    package struct Reply: Sendable {
        package var counts: CatalogueCounts
        package var messages: [String]
        /// Customers that were removed, whose keys are to be destroyed.
        package var erased: [CustomerID] = []
    }

    let catalogue: Catalogue
    /// Removes channels, suppliers, plans and customers that the file doesn't name.
    let prune: Bool
    /// Decides and tells, and records nothing.
    let dryRun: Bool
    let passwords: PreparedPasswords
    let vault: Vault
    /// By what locks can be judged.
    package var geography = Geography.all

    package init(_ catalogue: Catalogue, prune: Bool, dryRun: Bool, passwords: PreparedPasswords = .none, vault: Vault)
    {
        self.catalogue = catalogue
        self.prune = prune
        self.dryRun = dryRun
        self.passwords = passwords
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<Reply> {
        var editor = CatalogueEditor(state: state, vault: self.vault, now: now, passwords: self.passwords)
        editor.geography = self.geography
        try self.prepareKeys(state)
        for entry in self.catalogue.suppliers { try editor.put(entry, .either) }
        for entry in self.catalogue.plans { try editor.put(entry, .either) }
        for entry in self.catalogue.channels { try editor.put(entry, .either, withSources: true) }
        for entry in self.catalogue.customers { try editor.put(entry, .either) }
        if self.prune { try editor.prune(to: self.catalogue) }
        guard !self.dryRun else { return Decision([], reply: Reply(counts: editor.counts, messages: [])) }
        let erased = editor.erased
        try self.vault.store.begin(erasing: erased)
        return Decision(
            editor.events,
            reply: Reply(counts: editor.counts, messages: editor.messages, erased: erased)
        )
    }

    /// All keys of new customers in one commit of the key store; one each would cost a disk write each.
    private func prepareKeys(_ state: LiveState) throws {
        guard !self.dryRun else { return }
        let names = self.catalogue.customers.compactMap { CustomerID(checking: $0.id) }
        try self.vault.store.prepare(names.map { .names(of: $0) })
    }
}

extension CatalogueEditor {
    mutating func prune(to catalogue: Catalogue) throws {
        let customers = Set(catalogue.customers.map(\.id))
        for row in try self.state.customers() where !customers.contains(row.customer.rawValue) { try self.remove(row) }
        let channels = Set(catalogue.channels.map(\.id))
        for row in try self.state.channels() where !channels.contains(row.channel.rawValue) { try self.remove(row) }
        let suppliers = Set(catalogue.suppliers.map(\.name))
        for row in try self.state.suppliers() where !suppliers.contains(row.supplier.rawValue) {
            self.removed(.supplierRemoved(.init(supplier: row.supplier)))
        }
        let plans = Set(catalogue.plans.map(\.name))
        for row in try self.state.plans() where !plans.contains(row.plan.rawValue) {
            self.removed(.planRemoved(.init(plan: row.plan)))
        }
    }
}
