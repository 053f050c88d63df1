package import Model

/// An account at a supplier, as sources use it.
package struct SupplierAccount: Hashable, Sendable {
    package var id: AccountID
    package var login: AccountLogin
    /// Connections it allows at once.
    package var limit: Int
    /// Whether its panel says that it may not be used: it is tried where no other account is left.
    package var isDoubtful: Bool

    package init(id: AccountID, login: AccountLogin, limit: Int, isDoubtful: Bool = false) {
        self.id = id
        self.login = login
        self.limit = limit
        self.isDoubtful = isDoubtful
    }
}

/// An account that is left alone for a while, because its supplier refused it.
package struct AccountAside: Hashable, Sendable {
    package var supplier: SupplierID
    package var account: AccountID
    /// A short code such as `http-403`.
    package var cause: String
    /// For how long.
    package var milliseconds: Int64
}
