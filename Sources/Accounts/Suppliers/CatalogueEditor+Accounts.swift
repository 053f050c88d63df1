import Events
import Model
import Projections
import Vault

/// Accounts at suppliers.
extension CatalogueEditor {
    /// Makes these the accounts of a supplier; one is known again by its username.
    mutating func putAccounts(_ entries: [AccountEntry], of supplier: SupplierID) throws {
        guard entries.count <= AccountEntry.countMax else {
            throw AccountError.tooMany(supplier, allowed: AccountEntry.countMax)
        }
        guard Set(entries.map(\.username)).count == entries.count else { throw AccountError.twice(supplier) }
        var rows = try self.state.accounts(of: supplier)
        for entry in entries {
            let index = rows.firstIndex { self.username($0) == entry.username }
            var entry = entry
            // A file says no panel where the import of a list has learnt one.
            if let index, entry.panel == nil { entry.panel = self.secrets(rows[index])?.panel }
            try self.put(entry, of: supplier, replacing: index.map { rows.remove(at: $0) })
        }
        for row in rows { self.removed(.accountRemoved(.init(account: row.account, supplier: supplier))) }
    }

    /// Adds an account, or makes `row` this one.
    @discardableResult
    mutating func put(
        _ entry: AccountEntry,
        of supplier: SupplierID,
        replacing row: SupplierAccountRow?
    ) throws -> AccountID {
        try entry.check(of: supplier)
        let id = row?.account ?? self.nextAccount
        let old = row.flatMap { self.secrets($0) }
        let isSame =
            old == AccountSecrets(username: entry.username, password: entry.password, panel: entry.panel)
            && row?.label == entry.label && row?.maxConnections == entry.maxConnections
        // What is as it was stays sealed as it was: by that is seen what has changed.
        func sealed(_ text: Redacted<String>, _ field: String, was: Redacted<String>?, _ kept: String?) throws -> String
        {
            if let kept, was == text { return kept }
            return try AccountSecrets.seal(text, field, of: id, with: self.vault)
        }
        let username = try sealed(entry.username, "username", was: old?.username, row?.username)
        let password = try sealed(entry.password, "password", was: old?.password, row?.password)
        let panel = try entry.panel.map { try sealed($0, "panel", was: old?.panel, row?.panel) }
        let added = AccountAdded(
            account: id,
            supplier: supplier,
            username: username,
            password: password,
            panel: panel,
            label: entry.label,
            maxConnections: entry.maxConnections
        )
        let changed = AccountChanged(
            account: id,
            supplier: supplier,
            username: username,
            password: password,
            panel: panel,
            label: entry.label,
            maxConnections: entry.maxConnections
        )
        self.count(
            added: row == nil,
            changed: !isSame,
            row == nil ? .accountAdded(added) : .accountChanged(changed)
        )
        if row == nil { self.nextAccount = AccountID(id.rawValue + 1) }
        return id
    }

    /// Adds an account of a supplier's panel that one's list is read with, or gives it the password it has now.
    ///
    /// - Returns: The account, and whether it is new.
    mutating func putPanelAccount(_ entry: AccountEntry, of supplier: SupplierID) throws -> (AccountID, isNew: Bool) {
        let rows = try self.state.accounts(of: supplier)
        guard let row = rows.first(where: { self.username($0) == entry.username }) else {
            guard rows.count < AccountEntry.countMax else {
                throw AccountError.tooMany(supplier, allowed: AccountEntry.countMax)
            }
            return (try self.put(entry, of: supplier, replacing: nil), true)
        }
        var entry = entry
        (entry.label, entry.maxConnections) = (row.label, row.maxConnections)
        return (try self.put(entry, of: supplier, replacing: row), false)
    }

    func secrets(_ row: SupplierAccountRow) -> AccountSecrets? { try? AccountSecrets.open(row, with: self.vault) }

    func username(_ row: SupplierAccountRow) -> Redacted<String>? { self.secrets(row)?.username }
}
