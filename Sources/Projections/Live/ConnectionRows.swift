package import Events
package import Model

/// One viewer that is being served: a slot of its credential.
package struct LiveConnectionRow: StoredRow {
    package static let table = "live_connection"
    package static let statements = TableStatements<LiveConnectionRow>()
    package static let empty = LiveConnectionRow(
        credential: .init(0),
        connection: .init(0),
        customer: .init(rawValue: ""),
        channel: .init(0),
        client: .init(0),
        output: .hls,
        node: .init(rawValue: ""),
        network: "",
        session: "",
        openedAt: WallTime(microseconds: 0)
    )

    package var credential: CredentialID
    package var connection: ConnectionID
    package var customer: CustomerID
    package var channel: ChannelID
    package var client: ClientID
    package var output: OutputKind
    package var node: NodeID
    /// Keyed hash.
    package var network: String
    /// Keyed hash of the session token.
    package var session: String
    package var openedAt: WallTime

    package var key: NumberPair { NumberPair(self.credential.rawValue, self.connection.rawValue) }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("credential", &self.credential)
        visit("connection", &self.connection)
        visit("customer", &self.customer)
        visit("channel", &self.channel)
        visit("client", &self.client)
        visit("output", &self.output)
        visit("node", &self.node)
        visit("network", &self.network)
        visit("session", &self.session)
        visit("opened_at", &self.openedAt)
    }
}

/// A slot in use, by what admission decides by: some columns of ``LiveConnectionRow``'s table.
package struct SlotRow: StoredRow {
    package static let table = LiveConnectionRow.table
    package static let statements = TableStatements<SlotRow>()
    package static let empty = SlotRow(
        credential: .init(0),
        connection: .init(0),
        customer: .init(rawValue: ""),
        channel: .init(0),
        client: .init(0),
        output: .hls,
        network: "",
        openedAt: WallTime(microseconds: 0)
    )

    package var credential: CredentialID
    package var connection: ConnectionID
    package var customer: CustomerID
    package var channel: ChannelID
    package var client: ClientID
    package var output: OutputKind
    /// Keyed hash.
    package var network: String
    package var openedAt: WallTime

    package init(
        credential: CredentialID,
        connection: ConnectionID,
        customer: CustomerID,
        channel: ChannelID,
        client: ClientID,
        output: OutputKind,
        network: String,
        openedAt: WallTime
    ) {
        self.credential = credential
        self.connection = connection
        self.customer = customer
        self.channel = channel
        self.client = client
        self.output = output
        self.network = network
        self.openedAt = openedAt
    }

    package var key: NumberPair { NumberPair(self.credential.rawValue, self.connection.rawValue) }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("credential", &self.credential)
        visit("connection", &self.connection)
        visit("customer", &self.customer)
        visit("channel", &self.channel)
        visit("client", &self.client)
        visit("output", &self.output)
        visit("network", &self.network)
        visit("opened_at", &self.openedAt)
    }
}

/// What a session token stands for; outlives the connections of a node that went down, so that tokens reopen.
package struct SessionRow: StoredRow {
    package static let table = "session"
    package static let statements = TableStatements<SessionRow>()
    package static let empty = SessionRow(
        session: "",
        connection: .init(0),
        credential: .init(0),
        customer: .init(rawValue: ""),
        channel: .init(0),
        client: .init(0),
        output: .hls,
        network: "",
        startedAt: WallTime(microseconds: 0),
        openedAt: WallTime(microseconds: 0)
    )

    /// Keyed hash of the token.
    package var session: String
    /// The last connection that used it.
    package var connection: ConnectionID
    package var credential: CredentialID
    package var customer: CustomerID
    package var channel: ChannelID
    package var client: ClientID
    package var output: OutputKind
    /// Keyed hash of the network it is bound to.
    package var network: String
    /// When the token was first admitted; its absolute age counts from here.
    package var startedAt: WallTime
    /// When it was last admitted.
    package var openedAt: WallTime

    package var key: String { self.session }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("session", &self.session)
        visit("connection", &self.connection)
        visit("credential", &self.credential)
        visit("customer", &self.customer)
        visit("channel", &self.channel)
        visit("client", &self.client)
        visit("output", &self.output)
        visit("network", &self.network)
        visit("started_at", &self.startedAt)
        visit("opened_at", &self.openedAt)
    }
}

/// The number of a device in one ISO week.
package struct ClientRow: StoredRow {
    package static let table = "client"
    package static let statements = TableStatements<ClientRow>()
    package static let empty = ClientRow(client: .init(0), customer: .init(rawValue: ""), week: "", device: "")

    package var client: ClientID
    package var customer: CustomerID
    /// As `2026-W47`.
    package var week: String
    /// Keyed hash of customer, week, user agent or device id, and network.
    package var device: String

    package var key: Int64 { self.client.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("client", &self.client)
        visit("customer", &self.customer)
        visit("week", &self.week)
        visit("device", &self.device)
    }
}
