package import Model

/// An account at a supplier was added to those its sources may use.
package struct AccountAdded: EventPayload {
    package static let summary = "An account at a supplier was added to those its sources may use."

    /// The account.
    package var account: AccountID
    /// The supplier.
    package var supplier: SupplierID
    /// The username there; sealed.
    package var username: String
    /// The password there; sealed.
    package var password: String
    /// The address of the panel that knows the account; sealed; that of the supplier's sources when missing.
    package var panel: String?
    /// What the operator calls it.
    package var label: String?
    /// Connections it allows at once; as many as its supplier says when missing.
    package var maxConnections: Int64?

    package init(
        account: AccountID,
        supplier: SupplierID,
        username: String,
        password: String,
        panel: String? = nil,
        label: String? = nil,
        maxConnections: Int64? = nil
    ) {
        self.account = account
        self.supplier = supplier
        self.username = username
        self.password = password
        self.panel = panel
        self.label = label
        self.maxConnections = maxConnections
    }

    package var subject: EventStream? { self.account.stream }

    package static let example = Self(
        account: AccountID(2),
        supplier: SupplierID(rawValue: "alpha"),
        username: "v1.k1.c2VhbGVk",
        password: "v1.k1.c2VhbGVk",
        panel: "v1.k1.c2VhbGVk",
        label: "second line",
        maxConnections: 1
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("account", &self.account, "the account")
        visit("supplier", &self.supplier, "the supplier")
        visit("username", &self.username, "the username there; sealed")
        visit("password", &self.password, "the password there; sealed")
        visit("panel", &self.panel, "the address of its panel, where it isn't that of the supplier's sources; sealed")
        visit("label", &self.label, "what the operator calls it")
        visit("maxConnections", &self.maxConnections, "connections it allows at once, where the operator said so")
    }
}

/// An account at a supplier was changed; all fields as they are now.
package struct AccountChanged: EventPayload {
    package static let summary = "An account at a supplier was changed; all fields as they are now."

    /// The account.
    package var account: AccountID
    /// The supplier.
    package var supplier: SupplierID
    /// The username there; sealed.
    package var username: String
    /// The password there; sealed.
    package var password: String
    /// The address of the panel that knows the account; sealed; that of the supplier's sources when missing.
    package var panel: String?
    /// What the operator calls it.
    package var label: String?
    /// Connections it allows at once; as many as its supplier says when missing.
    package var maxConnections: Int64?

    package init(
        account: AccountID,
        supplier: SupplierID,
        username: String,
        password: String,
        panel: String? = nil,
        label: String? = nil,
        maxConnections: Int64? = nil
    ) {
        self.account = account
        self.supplier = supplier
        self.username = username
        self.password = password
        self.panel = panel
        self.label = label
        self.maxConnections = maxConnections
    }

    package var subject: EventStream? { self.account.stream }

    package static let example = Self(
        account: AccountID(2),
        supplier: SupplierID(rawValue: "alpha"),
        username: "v1.k1.c2VhbGVk",
        password: "v1.k1.c2VhbGVk",
        panel: "v1.k1.c2VhbGVk",
        label: "second line",
        maxConnections: 2
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("account", &self.account, "the account")
        visit("supplier", &self.supplier, "the supplier")
        visit("username", &self.username, "the username there; sealed")
        visit("password", &self.password, "the password there; sealed")
        visit("panel", &self.panel, "the address of its panel, where it isn't that of the supplier's sources; sealed")
        visit("label", &self.label, "what the operator calls it")
        visit("maxConnections", &self.maxConnections, "connections it allows at once, where the operator said so")
    }
}

/// An account at a supplier was removed.
package struct AccountRemoved: EventPayload {
    package static let summary = "An account at a supplier was removed."

    /// The account.
    package var account: AccountID
    /// The supplier.
    package var supplier: SupplierID

    package init(account: AccountID, supplier: SupplierID) {
        self.account = account
        self.supplier = supplier
    }

    package var subject: EventStream? { self.account.stream }

    package static let example = Self(account: AccountID(2), supplier: SupplierID(rawValue: "alpha"))

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("account", &self.account, "the account")
        visit("supplier", &self.supplier, "the supplier")
    }
}
