package import Model
package import Projections
package import Vault

/// What one needs to use an account at a supplier, in clear.
package struct AccountSecrets: Hashable, Sendable {
    package var username: Redacted<String>
    package var password: Redacted<String>
    /// Where its panel is, when that isn't where the supplier's sources are.
    package var panel: Redacted<String>?

    /// - Throws: ``AccountError/sealed(_:)`` when the installation key is another.
    package static func open(_ row: SupplierAccountRow, with vault: Vault) throws(AccountError) -> Self {
        func text(_ sealed: String, _ field: String) throws(AccountError) -> Redacted<String> {
            guard let sealed = try? Sealed(parsing: sealed),
                let text = try? vault.open(sealed, for: Self.place(row.account, field))
            else { throw .sealed(row.account) }
            return text
        }
        let username = try text(row.username, "username")
        let password = try text(row.password, "password")
        guard let panel = row.panel else { return Self(username: username, password: password) }
        return Self(username: username, password: password, panel: try text(panel, "panel"))
    }

    static func seal(
        _ text: Redacted<String>,
        _ field: String,
        of account: AccountID,
        with vault: Vault
    ) throws -> String {
        try vault.seal(text, for: Self.place(account, field)).text
    }

    private static func place(_ account: AccountID, _ field: String) -> SealedPlace {
        SealedPlace(subject: account.eventStream, field: field)
    }
}

extension SupplierAccountRow {
    /// Connections that may be held of it: what the operator says, or the supplier's limit, and never more than its panel
    /// allows.
    package func limit(_ supplier: SupplierRow) -> Int64 {
        let configured = self.maxConnections ?? supplier.maxConnections
        guard let told = self.panelMax, told > 0 else { return configured }
        return min(configured, told)
    }

    /// Whether its panel says that it may not be used.
    package var isUnusable: Bool { AccountStatus.isUnusable(self.status) }
}

/// What panels call the state of an account.
package enum AccountStatus {
    /// What we call that of an account whose name or password the panel doesn't know.
    package static let refused = "refused"

    package static func isUnusable(_ status: String?) -> Bool {
        ["expired", "banned", "disabled", Self.refused].contains(status?.lowercased() ?? "")
    }
}
