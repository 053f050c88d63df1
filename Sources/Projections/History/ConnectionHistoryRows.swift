package import Events
package import Model

/// A customer under a number, so that erasing the name is changing one row.
package struct CustomerNameRow: StoredRow {
    package static let table = "customer_name"
    package static let statements = TableStatements<CustomerNameRow>()
    package static let empty = CustomerNameRow(number: 0, name: "", firstAt: WallTime(microseconds: 0))

    package var number: Int64
    /// The customer's id, or `erased-<number>`.
    package var name: String
    package var firstAt: WallTime
    package var erasedAt: WallTime?

    package var key: Int64 { self.number }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("number", &self.number)
        visit("name", &self.name)
        visit("first_at", &self.firstAt)
        visit("erased_at", &self.erasedAt)
    }
}

/// One viewer's playback of one channel, from admission to end.
package struct ConnectionRow: StoredRow {
    package static let table = "connection"
    package static let statements = TableStatements<ConnectionRow>()
    package static let empty = ConnectionRow(
        connection: .init(0),
        credential: .init(0),
        customer: 0,
        channel: .init(0),
        client: .init(0),
        output: .hls,
        network: "",
        node: .init(rawValue: ""),
        openedAt: WallTime(microseconds: 0),
        openedSeq: 0
    )

    package var connection: ConnectionID
    package var credential: CredentialID
    /// Number in `customer_name`.
    package var customer: Int64
    package var channel: ChannelID
    package var client: ClientID
    package var output: OutputKind
    package var network: String
    package var country: String?
    package var asn: Int64?
    package var deviceClass: String?
    package var node: NodeID
    package var openedAt: WallTime
    package var openedSeq: Int64
    package var closedAt: WallTime?
    package var closedSeq: Int64?
    package var reason: String?
    /// Whether the end is told in full: by `connection.closed`, or for good by the node's restart.
    package var settled = false
    package var bytes = ByteCount(0)
    package var watched = Milliseconds(0)
    package var patched = Milliseconds(0)
    package var slate = Milliseconds(0)
    package var stalls: Int64 = 0
    package var stalled = Milliseconds(0)

    package var key: Int64 { self.connection.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("connection", &self.connection)
        visit("credential", &self.credential)
        visit("customer", &self.customer)
        visit("channel", &self.channel)
        visit("client", &self.client)
        visit("output", &self.output)
        visit("network", &self.network)
        visit("country", &self.country)
        visit("asn", &self.asn)
        visit("device_class", &self.deviceClass)
        visit("node", &self.node)
        visit("opened_at", &self.openedAt)
        visit("opened_seq", &self.openedSeq)
        visit("closed_at", &self.closedAt)
        visit("closed_seq", &self.closedSeq)
        visit("reason", &self.reason)
        visit("settled", &self.settled)
        visit("bytes", &self.bytes)
        visit("watched_ms", &self.watched)
        visit("patched_ms", &self.patched)
        visit("slate_ms", &self.slate)
        visit("stalls", &self.stalls)
        visit("stalled_ms", &self.stalled)
    }
}

/// A device as seen in one ISO week, its identity sealed.
package struct SeenClientRow: StoredRow {
    package static let table = "seen_client"
    package static let statements = TableStatements<SeenClientRow>()
    package static let empty = SeenClientRow(
        client: .init(0),
        customer: 0,
        week: "",
        device: "",
        identity: "",
        firstAt: WallTime(microseconds: 0)
    )

    package var client: ClientID
    /// Number in `customer_name`.
    package var customer: Int64
    package var week: String
    package var device: String
    package var identity: String
    package var firstAt: WallTime

    package var key: Int64 { self.client.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("client", &self.client)
        visit("customer", &self.customer)
        visit("week", &self.week)
        visit("device", &self.device)
        visit("identity", &self.identity)
        visit("first_at", &self.firstAt)
    }
}

/// What a device was known by, as numbers.
package struct ClientKeysRow: StoredRow {
    package static let table = "client"
    package static let statements = TableStatements<ClientKeysRow>()
    package static let empty = ClientKeysRow(client: .init(0), customer: 0)

    package var client: ClientID
    /// Number in `customer_name`.
    package var customer: Int64
    package var agent: Int64?
    package var deviceID: Int64?
    package var network: Int64?
    package var address: Int64?
    package var deviceClass: String?
    package var family: Int64?
    package var country: String?
    package var asn: Int64?

    package var key: Int64 { self.client.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("client", &self.client)
        visit("customer", &self.customer)
        visit("agent", &self.agent)
        visit("device_id", &self.deviceID)
        visit("network", &self.network)
        visit("address", &self.address)
        visit("class", &self.deviceClass)
        visit("family", &self.family)
        visit("country", &self.country)
        visit("asn", &self.asn)
    }
}

extension ClientKeysRow {
    init(_ event: ClientSeen, customer: Int64) {
        self.init(client: event.client, customer: customer)
        self.agent = Self.key(event.agent)
        self.deviceID = Self.key(event.deviceID)
        self.network = Self.key(event.network)
        self.address = Self.key(event.address)
        self.deviceClass = event.deviceClass
        self.family = event.family
        self.country = event.country
        self.asn = event.asn
    }

    /// The first 64 bits of a hash's digits; `nil` for what is none.
    private static func key(_ hash: String?) -> Int64? {
        hash.flatMap { UInt64($0.prefix(16), radix: 16) }.map { Int64(bitPattern: $0) }
    }
}
