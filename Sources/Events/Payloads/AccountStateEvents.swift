package import Model

/// A supplier's panel said something new of an account there.
package struct AccountRead: EventPayload {
    package static let summary = "A supplier's panel said something new of an account there."

    /// The account.
    package var account: AccountID
    /// The supplier.
    package var supplier: SupplierID
    /// As the panel calls it, such as `Active`, `Expired`, `Banned`; `refused` when it does not know name and password.
    package var status: String
    /// Connections that the panel allows at once.
    package var maxConnections: Int64?
    /// Connections that the panel counts.
    package var activeConnections: Int64?
    /// Connections that we held at that time.
    package var ownConnections: Int64
    /// When it ends; missing for never, or not said.
    package var expires: WallTime?

    package init(
        account: AccountID,
        supplier: SupplierID,
        status: String,
        maxConnections: Int64? = nil,
        activeConnections: Int64? = nil,
        ownConnections: Int64 = 0,
        expires: WallTime? = nil
    ) {
        self.account = account
        self.supplier = supplier
        self.status = status
        self.maxConnections = maxConnections
        self.activeConnections = activeConnections
        self.ownConnections = ownConnections
        self.expires = expires
    }

    package var subject: EventStream? { self.account.stream }

    package static let example = Self(
        account: AccountID(2),
        supplier: SupplierID(rawValue: "alpha"),
        status: "Active",
        maxConnections: 1,
        activeConnections: 1,
        ownConnections: 1,
        expires: WallTime(seconds: 1_795_000_000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("account", &self.account, "the account")
        visit("supplier", &self.supplier, "the supplier")
        visit("status", &self.status, "as the panel calls it; `refused` when it knows no such name and password")
        visit("maxConnections", &self.maxConnections, "connections that the panel allows at once")
        visit("activeConnections", &self.activeConnections, "connections that the panel counts")
        visit("ownConnections", &self.ownConnections, "connections that we held at that time")
        visit("expires", &self.expires, "when it ends; missing for never, or not said")
    }
}

/// Something about an account at a supplier wants an operator.
package struct AccountWarned: EventPayload {
    package static let summary = "Something about an account at a supplier wants an operator."

    /// The account.
    package var account: AccountID
    /// The supplier.
    package var supplier: SupplierID
    /// What it is about.
    package var why: AccountWarning
    /// Days that are left, rounded up; of `expires`.
    package var days: Int64?
    /// What the panel says: connections it allows (`limit`) or counts (`shared`).
    package var found: Int64?
    /// What we say: connections that are configured (`limit`) or held (`shared`).
    package var own: Int64?
    /// Why it can't be read; of `unreadable`.
    package var cause: String?

    package init(
        account: AccountID,
        supplier: SupplierID,
        why: AccountWarning,
        days: Int64? = nil,
        found: Int64? = nil,
        own: Int64? = nil,
        cause: String? = nil
    ) {
        self.account = account
        self.supplier = supplier
        self.why = why
        self.days = days
        self.found = found
        self.own = own
        self.cause = cause
    }

    package var subject: EventStream? { self.account.stream }

    package static let example = Self(
        account: AccountID(2),
        supplier: SupplierID(rawValue: "alpha"),
        why: .expires,
        days: 7,
        found: 1,
        own: 2,
        cause: "timed-out-connect"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("account", &self.account, "the account")
        visit("supplier", &self.supplier, "the supplier")
        visit("why", &self.why, "what it is about")
        visit("days", &self.days, "days that are left, rounded up; of `expires`")
        visit("found", &self.found, "connections that the panel allows (`limit`) or counts (`shared`)")
        visit("own", &self.own, "connections that are configured (`limit`) or that we hold (`shared`)")
        visit("cause", &self.cause, "why it can't be read; of `unreadable`")
    }
}

/// An account was set aside because its supplier refused it; sources use the others of that supplier meanwhile.
package struct AccountSetAside: EventPayload {
    package static let summary =
        "An account was set aside because its supplier refused it; sources use the others of that supplier meanwhile."

    /// The account.
    package var account: AccountID
    /// The supplier.
    package var supplier: SupplierID
    /// What the supplier answered, such as `http-403`.
    package var cause: String
    /// When it is tried again.
    package var until: WallTime

    package init(account: AccountID, supplier: SupplierID, cause: String, until: WallTime) {
        self.account = account
        self.supplier = supplier
        self.cause = cause
        self.until = until
    }

    package var subject: EventStream? { self.account.stream }

    package static let example = Self(
        account: AccountID(2),
        supplier: SupplierID(rawValue: "alpha"),
        cause: "http-403",
        until: WallTime(seconds: 1_795_000_000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("account", &self.account, "the account")
        visit("supplier", &self.supplier, "the supplier")
        visit("cause", &self.cause, "what the supplier answered, such as `http-403`")
        visit("until", &self.until, "when it is tried again")
    }
}
