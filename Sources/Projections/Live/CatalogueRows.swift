package import Events
package import Model

/// A company that feeds sources.
package struct SupplierRow: StoredRow {
    package static let table = "supplier"
    package static let statements = TableStatements<SupplierRow>()
    package static let empty = SupplierRow(supplier: .init(rawValue: ""), maxConnections: 0, privateNetwork: false)

    package var supplier: SupplierID
    package var maxConnections: Int64
    package var privateNetwork: Bool

    package var key: String { self.supplier.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("supplier", &self.supplier)
        visit("max_connections", &self.maxConnections)
        visit("private_network", &self.privateNetwork)
    }
}

/// What a viewer tunes to.
package struct ChannelRow: StoredRow {
    package static let table = "channel"
    package static let statements = TableStatements<ChannelRow>()
    package static let empty = ChannelRow(
        channel: .init(0),
        name: "",
        category: nil,
        keep: .always,
        addedAt: WallTime(microseconds: 0)
    )

    package var channel: ChannelID
    package var name: String
    package var category: String?
    package var keep: ChannelKeep
    /// Whether it goes back to a better source that is well again; `better` where it isn't said.
    package var returns: ReturnPolicy?
    /// Its place in viewers' lists; by its own number when not said.
    package var number: Int64?
    /// The address of its logo, sealed.
    package var logo: String?
    package var addedAt: WallTime
    /// Its id in programme guides, where the operator set it; empty where it has none.
    package var epg: String?
    /// Days that its stream is kept for catch-up.
    package var keepDays: Int64?
    /// Bytes that may be kept; not bounded where it isn't said.
    package var keepBytes: ByteCount?

    package var key: Int64 { self.channel.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("channel", &self.channel)
        visit("name", &self.name)
        visit("category", &self.category)
        visit("keep", &self.keep)
        visit("return", &self.returns)
        visit("number", &self.number)
        visit("logo", &self.logo)
        visit("added_at", &self.addedAt)
        visit("epg", &self.epg)
        visit("keep_days", &self.keepDays)
        visit("keep_bytes", &self.keepBytes)
    }
}

/// One place a channel's media comes from.
package struct SourceRow: StoredRow {
    package static let table = "source"
    package static let statements = TableStatements<SourceRow>()
    package static let empty = SourceRow(
        source: .init(0),
        channel: .init(0),
        supplier: .init(rawValue: ""),
        position: 0,
        url: ""
    )

    package var source: SourceID
    package var channel: ChannelID
    package var supplier: SupplierID
    /// Place in the order of the channel's sources, from 0.
    package var position: Int64
    /// The address, sealed.
    package var url: String

    package var key: Int64 { self.source.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("source", &self.source)
        visit("channel", &self.channel)
        visit("supplier", &self.supplier)
        visit("position", &self.position)
        visit("url", &self.url)
    }
}

/// What a customer pays for.
package struct PlanRow: StoredRow {
    package static let table = "plan"
    package static let statements = TableStatements<PlanRow>()
    package static let empty = PlanRow(plan: .init(rawValue: ""), maxConnections: 0, priceMonth: Cents(0))

    package var plan: PlanID
    package var maxConnections: Int64
    package var priceMonth: Cents
    /// What else is sold.
    package var terms = Terms()

    package var key: String { self.plan.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("plan", &self.plan)
        visit("max_connections", &self.maxConnections)
        visit("price_month", &self.priceMonth)
        self.terms.column(&visit)
    }
}

/// Who pays.
package struct CustomerRow: StoredRow {
    package static let table = "customer"
    package static let statements = TableStatements<CustomerRow>()
    package static let empty = CustomerRow(customer: .init(rawValue: ""), addedAt: WallTime(microseconds: 0))

    /// Whether its credentials may be used.
    package enum State: String, CaseIterable, RawColumnValue {
        case active, suspended
    }

    package var customer: CustomerID
    package var plan: PlanID?
    /// Sealed.
    package var name: String?
    package var timezone: String?
    package var language: String?
    /// Sealed.
    package var notes: String?
    package var state = State.active
    /// Why it is suspended.
    package var why: String?
    package var addedAt: WallTime

    package var key: String { self.customer.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("customer", &self.customer)
        visit("plan", &self.plan)
        visit("name", &self.name)
        visit("timezone", &self.timezone)
        visit("language", &self.language)
        visit("notes", &self.notes)
        visit("state", &self.state)
        visit("why", &self.why)
        visit("added_at", &self.addedAt)
    }
}

/// One login.
package struct CredentialRow: StoredRow {
    package static let table = "credential"
    package static let statements = TableStatements<CredentialRow>()
    package static let empty = CredentialRow(
        credential: .init(0),
        customer: .init(rawValue: ""),
        login: "",
        username: "",
        password: "",
        trial: false,
        state: .active,
        issuedAt: WallTime(microseconds: 0),
        createdAt: WallTime(microseconds: 0)
    )

    /// Whether it may be used, but for its date.
    package enum State: String, CaseIterable, RawColumnValue {
        case active, suspended, expired
    }

    package var credential: CredentialID
    package var customer: CustomerID
    /// Keyed hash of the username.
    package var login: String
    /// Sealed.
    package var username: String
    /// Hash of the password.
    package var password: String
    /// Overrides the plan's.
    package var maxConnections: Int64?
    /// What it has in place of its plan's.
    package var terms = Terms()
    package var expires: WallTime?
    /// Whether it is a trial, until it is converted.
    package var trial: Bool
    package var state: State
    /// Why it is suspended.
    package var why: String?
    package var issuedAt: WallTime
    /// When it was first sold: when it was issued, unless it was brought along.
    package var createdAt: WallTime

    package var key: Int64 { self.credential.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("credential", &self.credential)
        visit("customer", &self.customer)
        visit("login", &self.login)
        visit("username", &self.username)
        visit("password", &self.password)
        visit("max_connections", &self.maxConnections)
        self.terms.column(&visit)
        visit("expires", &self.expires)
        visit("trial", &self.trial)
        visit("state", &self.state)
        visit("why", &self.why)
        visit("issued_at", &self.issuedAt)
        visit("created_at", &self.createdAt)
    }
}

extension Terms: ColumnValue {
    package func bind(to statement: OpaquePointer, at index: CInt) {
        self.json.bind(to: statement, at: index)
    }

    package init?(column index: CInt, of statement: OpaquePointer) {
        guard let json = String(column: index, of: statement) else { return nil }
        self.init(json: json)
    }

    /// The column of what a plan or credential says; nothing where it says nothing.
    fileprivate mutating func column(_ visit: inout some ColumnVisitor) {
        var said = self.isEmpty ? nil : self
        visit("terms", &said)
        self = said ?? Terms()
    }
}
