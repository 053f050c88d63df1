import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// What an operator does with accounts at suppliers.
package enum AccountEdit: Codable, Sendable {
    case add(supplier: String, AccountEntry)
    /// What is `nil` stays as it is; an empty label or panel, or a limit of 0, says nothing any more.
    case change(account: String, AccountChange)
    case remove(account: String)
}

/// What is to be different about an account.
package struct AccountChange: Codable, Hashable, Sendable {
    package var username: Redacted<String>?
    package var password: Redacted<String>?
    package var panel: Redacted<String>?
    package var label: String?
    package var maxConnections: Int64?

    package init() {}
}

/// Adds, changes or removes an account at a supplier.
package struct EditAccounts: Command {
    package typealias Reply = [String]

    let edit: AccountEdit
    let vault: Vault

    package init(_ edit: AccountEdit, vault: Vault) {
        self.edit = edit
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<[String]> {
        var editor = CatalogueEditor(state: state, vault: self.vault, now: now)
        let done: String
        switch self.edit {
        case .add(let supplier, let entry):
            let supplier = try CatalogueLookup(state: state, vault: self.vault).supplier(supplier).supplier
            let rows = try state.accounts(of: supplier)
            if let row = rows.first(where: { editor.username($0) == entry.username }) {
                throw AccountError.exists(supplier, row.account)
            }
            guard rows.count < AccountEntry.countMax else {
                throw AccountError.tooMany(supplier, allowed: AccountEntry.countMax)
            }
            let id = try editor.put(entry, of: supplier, replacing: nil)
            done = "added account \(id) of supplier \(supplier)"
        case .change(let id, let change):
            let row = try Self.row(id, state)
            try editor.put(self.entry(row, change), of: row.supplier, replacing: row)
            done = "changed account \(row.account) of supplier \(row.supplier)"
        case .remove(let id):
            let row = try Self.row(id, state)
            editor.removed(.accountRemoved(.init(account: row.account, supplier: row.supplier)))
            done = "removed account \(row.account) of supplier \(row.supplier)"
        }
        return Decision(editor.events, reply: [editor.events.isEmpty ? "nothing to change" : done])
    }

    private static func row(_ id: String, _ state: LiveState) throws -> SupplierAccountRow {
        guard let number = Int64(id), let row = try state.account(AccountID(number)) else {
            throw AccountError.unknown(id)
        }
        return row
    }

    private func entry(_ row: SupplierAccountRow, _ change: AccountChange) throws -> AccountEntry {
        let old = try? AccountSecrets.open(row, with: self.vault)
        guard let username = change.username ?? old?.username, let password = change.password ?? old?.password else {
            throw AccountError.sealed(row.account)
        }
        let panel = change.panel ?? old?.panel
        let label = change.label ?? row.label
        let most = change.maxConnections ?? row.maxConnections
        return AccountEntry(
            username: username,
            password: password,
            panel: panel?.clear.isEmpty ?? true ? nil : panel,
            label: label?.isEmpty ?? true ? nil : label,
            maxConnections: most == 0 ? nil : most
        )
    }
}

/// Takes an account of a supplier's panel, with which its list was read, among those that its sources use.
package struct AddPanelAccount: Command {
    package struct Reply: Sendable {
        package var account: AccountID
        package var isNew: Bool
        /// Accounts that the supplier has now.
        package var count: Int
    }

    let supplier: SupplierID
    let entry: AccountEntry
    let vault: Vault

    package init(_ entry: AccountEntry, of supplier: SupplierID, vault: Vault) {
        self.supplier = supplier
        self.entry = entry
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<Reply> {
        var editor = CatalogueEditor(state: state, vault: self.vault, now: now)
        let (account, isNew) = try editor.putPanelAccount(self.entry, of: self.supplier)
        let count = try state.accounts(of: self.supplier).count + (isNew ? 1 : 0)
        return Decision(editor.events, reply: Reply(account: account, isNew: isNew, count: count))
    }
}
