import Accounts
import Ingest
import Model
import Projections
import Vault

/// What is known of a supplier's panel and of the accounts there.
struct PanelPlace: Sendable {
    /// `http://host:port` of the supplier's sources that are of a panel.
    var base: Redacted<String>?
    private var limits: [Redacted<String>: Int64] = [:]
    /// In the order in which they were added; those that can't be opened are left out.
    var accounts: [AccountSecrets]

    init(of supplier: SupplierID, in state: LiveState, vault: Vault) throws {
        self.accounts = []
        for row in try state.accounts(of: supplier) {
            guard let secrets = try? AccountSecrets.open(row, with: vault) else { continue }
            self.accounts.append(secrets)
            self.limits[secrets.username] = row.maxConnections
        }
        // One address is like the other: the first that tells is enough.
        self.base = try state.sources(of: supplier).lazy
            .compactMap { try? SourceAddress.open($0, with: vault) }
            .compactMap { AccountAddress.panel(of: $0) }
            .first
    }

    /// The connections that an operator says an account has; `nil` where none is said.
    func configured(_ login: PanelLogin) -> Int64? { self.limits[login.username] }

    /// With whose name and password the addresses of a list are written: with those of the first account, so that reading
    /// the list by another one changes none.
    ///
    /// - Throws: ``AccountError/otherPanel(_:)``
    func addressLogin(reading login: PanelLogin, of supplier: SupplierID) throws(AccountError) -> PanelLogin {
        guard let first = self.accounts.first, first.username != login.username else { return login }
        let isKnown = self.accounts.contains { $0.username == login.username }
        if !isKnown, let base = self.base, base.clear.lowercased() != login.base.clear.lowercased() {
            throw .otherPanel(supplier)
        }
        return PanelLogin(base: login.base, username: first.username, password: first.password)
    }
}

extension SupplierAccount {
    /// An account as sources use it; `nil` when it was sealed with another key file.
    init?(_ row: SupplierAccountRow, of supplier: SupplierRow, vault: Vault) {
        guard let secrets = try? AccountSecrets.open(row, with: vault) else { return nil }
        self.init(
            id: row.account,
            login: AccountLogin(username: secrets.username, password: secrets.password),
            limit: Int(row.limit(supplier)),
            isDoubtful: row.isUnusable
        )
    }
}
