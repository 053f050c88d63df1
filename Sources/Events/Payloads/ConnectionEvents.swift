package import Model

/// A viewer was admitted.
package struct ConnectionOpened: EventPayload {
    package static let summary = "A viewer was admitted."

    /// The connection.
    package var connection: ConnectionID
    /// The credential.
    package var credential: CredentialID
    /// The customer.
    package var customer: CustomerID
    /// The channel.
    package var channel: ChannelID
    /// The device, as told in `client.seen`.
    package var client: ClientID
    /// How the stream is taken.
    package var output: OutputKind
    /// Keyed hash of the /24 or /56 network.
    package var network: String
    /// ISO 3166 country of the address, where known.
    package var country: String?
    /// Autonomous system of the address, where known.
    package var asn: Int64?
    /// Keyed hash of the session token.
    package var session: String
    /// What kind of device it says it is.
    package var deviceClass: String?
    /// Where in the archive it begins; live when missing.
    package var catchup: WallTime?

    package init(
        connection: ConnectionID,
        credential: CredentialID,
        customer: CustomerID,
        channel: ChannelID,
        client: ClientID,
        output: OutputKind,
        network: String,
        country: String? = nil,
        asn: Int64? = nil,
        session: String,
        deviceClass: String? = nil,
        catchup: WallTime? = nil
    ) {
        self.connection = connection
        self.credential = credential
        self.customer = customer
        self.channel = channel
        self.client = client
        self.output = output
        self.network = network
        self.country = country
        self.asn = asn
        self.session = session
        self.deviceClass = deviceClass
        self.catchup = catchup
    }

    package var subject: EventStream? { self.connection.stream }

    package static let example = Self(
        connection: ConnectionID(4711),
        credential: CredentialID(7),
        customer: CustomerID(rawValue: "c1"),
        channel: ChannelID(101),
        client: ClientID(12),
        output: .hls,
        network: "9f86d081884c7d65",
        country: "DE",
        asn: 3320,
        session: "5f4dcc3b5aa765d61d8327deb882cf99",
        deviceClass: "tv",
        catchup: WallTime(seconds: 1_795_392_000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("connection", &self.connection, "the connection")
        visit("credential", &self.credential, "the credential")
        visit("customer", &self.customer, "the customer")
        visit("channel", &self.channel, "the channel")
        visit("client", &self.client, "the device, as told in `client.seen`")
        visit("output", &self.output, "how the stream is taken")
        visit("network", &self.network, "keyed hash of the /24 or /56 network")
        visit("country", &self.country, "ISO 3166 country of the address, where known")
        visit("asn", &self.asn, "autonomous system of the address, where known")
        visit("session", &self.session, "keyed hash of the session token")
        visit("deviceClass", &self.deviceClass, "what kind of device it says it is")
        visit("catchup", &self.catchup, "where in the archive it begins; live when missing")
    }
}

/// A viewer's connection ended; its slot is free.
package struct ConnectionClosed: EventPayload {
    package static let summary = "A viewer's connection ended; its slot is free."

    /// The connection.
    package var connection: ConnectionID
    /// The credential.
    package var credential: CredentialID
    /// The customer.
    package var customer: CustomerID
    /// The channel.
    package var channel: ChannelID
    /// Why it ended.
    package var reason: String
    /// Media written to the viewer.
    package var bytes: ByteCount
    /// From admission to end.
    package var watched: Milliseconds
    /// Of it, filled by patches.
    package var patched: Milliseconds
    /// Times the viewer was skipped ahead, took nothing, or asked for nothing for longer than what it had could last.
    package var stalls: Int64
    /// How long those were together; missing in lines from before it was recorded.
    package var stalled: Milliseconds?
    /// Of the time watched, a slate; missing in lines from before it was recorded.
    package var slate: Milliseconds?

    package init(
        connection: ConnectionID,
        credential: CredentialID,
        customer: CustomerID,
        channel: ChannelID,
        reason: String,
        bytes: ByteCount,
        watched: Milliseconds,
        patched: Milliseconds,
        stalls: Int64,
        stalled: Milliseconds? = nil,
        slate: Milliseconds? = nil
    ) {
        self.connection = connection
        self.credential = credential
        self.customer = customer
        self.channel = channel
        self.reason = reason
        self.bytes = bytes
        self.watched = watched
        self.patched = patched
        self.stalls = stalls
        self.stalled = stalled
        self.slate = slate
    }

    package var subject: EventStream? { self.connection.stream }

    package static let example = Self(
        connection: ConnectionID(4711),
        credential: CredentialID(7),
        customer: CustomerID(rawValue: "c1"),
        channel: ChannelID(101),
        reason: "left",
        bytes: ByteCount(73400320),
        watched: Milliseconds(1800000),
        patched: Milliseconds(4200),
        stalls: 1,
        stalled: Milliseconds(2100),
        slate: Milliseconds(0)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("connection", &self.connection, "the connection")
        visit("credential", &self.credential, "the credential")
        visit("customer", &self.customer, "the customer")
        visit("channel", &self.channel, "the channel")
        visit("reason", &self.reason, "why it ended")
        visit("bytes", &self.bytes, "media written to the viewer")
        visit("watched", &self.watched, "from admission to end")
        visit("patched", &self.patched, "of it, filled by patches")
        visit(
            "stalls",
            &self.stalls,
            "times the viewer was skipped ahead, took nothing, or asked for nothing for too long"
        )
        visit("stalled", &self.stalled, "how long those were together")
        visit("slate", &self.slate, "of the time watched, a slate")
    }
}

/// A viewer was refused by a rule.
package struct LimitRejected: EventPayload {
    package static let summary = "A viewer was refused by a rule."

    /// The credential.
    package var credential: CredentialID
    /// The customer.
    package var customer: CustomerID
    /// The channel.
    package var channel: ChannelID
    /// The device, as told in `client.seen`.
    package var client: ClientID
    /// How the stream was asked for.
    package var output: OutputKind
    /// The rule that refused.
    package var rule: String
    /// The number the rule allows.
    package var limit: Int64
    /// The connections that hold the slots.
    package var holders: [ConnectionID]
    /// What the plan says is done when the limit is reached, where that decided.
    package var policy: String?
    /// The connection that keeps the slot that was asked for, where there is one.
    package var winner: ConnectionID?
    /// How long it was waited for a slot before this was decided.
    package var waited: Milliseconds?
    /// Until when the device may push nobody out, where this refusal began that.
    package var blockedUntil: WallTime?

    package init(
        credential: CredentialID,
        customer: CustomerID,
        channel: ChannelID,
        client: ClientID,
        output: OutputKind,
        rule: String,
        limit: Int64,
        holders: [ConnectionID],
        policy: String? = nil,
        winner: ConnectionID? = nil,
        waited: Milliseconds? = nil,
        blockedUntil: WallTime? = nil
    ) {
        self.credential = credential
        self.customer = customer
        self.channel = channel
        self.client = client
        self.output = output
        self.rule = rule
        self.limit = limit
        self.holders = holders
        self.policy = policy
        self.winner = winner
        self.waited = waited
        self.blockedUntil = blockedUntil
    }

    package var subject: EventStream? { self.credential.stream }

    package static let example = Self(
        credential: CredentialID(7),
        customer: CustomerID(rawValue: "c1"),
        channel: ChannelID(101),
        client: ClientID(12),
        output: .ts,
        rule: "anti-fight",
        limit: 1,
        holders: [ConnectionID(4711)],
        policy: "supersede",
        winner: ConnectionID(4711),
        waited: Milliseconds(2000),
        blockedUntil: WallTime(seconds: 1_795_417_500)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("credential", &self.credential, "the credential")
        visit("customer", &self.customer, "the customer")
        visit("channel", &self.channel, "the channel")
        visit("client", &self.client, "the device, as told in `client.seen`")
        visit("output", &self.output, "how the stream was asked for")
        visit("rule", &self.rule, "the rule that refused")
        visit("limit", &self.limit, "the number the rule allows")
        visit("holders", &self.holders, "the connections that hold the slots")
        visit("policy", &self.policy, "what is done when the limit is reached, where that decided")
        visit("winner", &self.winner, "the connection that keeps the slot that was asked for")
        visit("waited", &self.waited, "how long it was waited for a slot first")
        visit("blockedUntil", &self.blockedUntil, "until when the device may push nobody out, where this began that")
    }
}

/// A connection was ended to make room, or by an operator.
package struct ConnectionEvicted: EventPayload {
    package static let summary = "A connection was ended to make room, or by an operator."

    /// The connection.
    package var connection: ConnectionID
    /// The credential.
    package var credential: CredentialID
    /// The customer.
    package var customer: CustomerID
    /// The rule or the command.
    package var why: String
    /// The connection that took its place.
    package var by: ConnectionID?
    /// The device that lost it, as told in `client.seen`; missing where that doesn't matter.
    package var client: ClientID?
    /// The device that took its place.
    package var winner: ClientID?
    /// The connections that held the slots when it was decided.
    package var holders: [ConnectionID]?
    /// The number of connections the rule allows.
    package var limit: Int64?
    /// What the plan says is done when the limit is reached, where that decided.
    package var policy: String?
    /// Until when the device may push nobody out, or, after a kick, may not come back at all.
    package var blockedUntil: WallTime?

    package init(
        connection: ConnectionID,
        credential: CredentialID,
        customer: CustomerID,
        why: String,
        by: ConnectionID? = nil,
        client: ClientID? = nil,
        winner: ClientID? = nil,
        holders: [ConnectionID]? = nil,
        limit: Int64? = nil,
        policy: String? = nil,
        blockedUntil: WallTime? = nil
    ) {
        self.connection = connection
        self.credential = credential
        self.customer = customer
        self.why = why
        self.by = by
        self.client = client
        self.winner = winner
        self.holders = holders
        self.limit = limit
        self.policy = policy
        self.blockedUntil = blockedUntil
    }

    package var subject: EventStream? { self.connection.stream }

    package static let example = Self(
        connection: ConnectionID(4711),
        credential: CredentialID(7),
        customer: CustomerID(rawValue: "c1"),
        why: "same-network",
        by: ConnectionID(4712),
        client: ClientID(12),
        winner: ClientID(13),
        holders: [ConnectionID(4711)],
        limit: 1,
        policy: "supersede",
        blockedUntil: WallTime(seconds: 1_795_417_500)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("connection", &self.connection, "the connection")
        visit("credential", &self.credential, "the credential")
        visit("customer", &self.customer, "the customer")
        visit("why", &self.why, "the rule or the command")
        visit("by", &self.by, "the connection that took its place")
        visit("client", &self.client, "the device that lost it, as told in `client.seen`")
        visit("winner", &self.winner, "the device that took its place")
        visit("holders", &self.holders, "the connections that held the slots")
        visit("limit", &self.limit, "the number the rule allows")
        visit("policy", &self.policy, "what is done when the limit is reached, where that decided")
        visit(
            "blockedUntil",
            &self.blockedUntil,
            "until when the device may push nobody out, or, after a kick, may not come back at all"
        )
    }
}

/// A device was seen for the first time in an ISO week; its address and user agent are sealed under a key of its customer and week.
package struct ClientSeen: EventPayload {
    package static let summary =
        "A device was seen for the first time in an ISO week; its address and user agent are sealed under a key of its customer and week."

    /// The device, as told in `client.seen`.
    package var client: ClientID
    /// The customer.
    package var customer: CustomerID
    /// The ISO week, UTC.
    package var week: String
    /// Keyed hash of customer, week, user agent or device id, and network.
    package var device: String
    /// Address, user agent and device id; sealed.
    package var identity: String
    /// What kind of device its user agent says it is: tv, port, unk.
    package var deviceClass: String?
    /// Keyed hash of the user agent.
    package var agent: String?
    /// Keyed hash of the device id, where it tells one.
    package var deviceID: String?
    /// Keyed hash of the /24 or /56 network.
    package var network: String?
    /// Keyed hash of the address.
    package var address: String?
    /// Family of the address: 4 or 6.
    package var family: Int64?
    /// ISO 3166 country of the address, where known.
    package var country: String?
    /// Autonomous system of the address, where known.
    package var asn: Int64?

    package init(
        client: ClientID,
        customer: CustomerID,
        week: String,
        device: String,
        identity: String,
        deviceClass: String? = nil,
        agent: String? = nil,
        deviceID: String? = nil,
        network: String? = nil,
        address: String? = nil,
        family: Int64? = nil,
        country: String? = nil,
        asn: Int64? = nil
    ) {
        self.client = client
        self.customer = customer
        self.week = week
        self.device = device
        self.identity = identity
        self.deviceClass = deviceClass
        self.agent = agent
        self.deviceID = deviceID
        self.network = network
        self.address = address
        self.family = family
        self.country = country
        self.asn = asn
    }

    package var subject: EventStream? { self.client.stream }

    package static let example = Self(
        client: ClientID(12),
        customer: CustomerID(rawValue: "c1"),
        week: "2026-W47",
        device: "6b86b273ff34fce1",
        identity: "v1.k1.c2VhbGVk",
        deviceClass: "tv",
        agent: "2c624232cdd221771294dfbb310aca00",
        deviceID: "19581e27de7ced00ff1ce50b2047e7a5",
        network: "9f86d081884c7d659a2feaa0c55ad015",
        address: "4a44dc15364204a80fe80e9039455cc1",
        family: 4,
        country: "DE",
        asn: 3320
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("client", &self.client, "the device, as told in `client.seen`")
        visit("customer", &self.customer, "the customer")
        visit("week", &self.week, "the ISO week, UTC")
        visit("device", &self.device, "keyed hash of customer, week, user agent or device id, and network")
        visit("identity", &self.identity, "address, user agent and device id; sealed")
        visit("deviceClass", &self.deviceClass, "what kind of device its user agent says it is: tv, port, unk")
        visit("agent", &self.agent, "keyed hash of the user agent")
        visit("deviceID", &self.deviceID, "keyed hash of the device id, where it tells one")
        visit("network", &self.network, "keyed hash of the /24 or /56 network")
        visit("address", &self.address, "keyed hash of the address")
        visit("family", &self.family, "family of the address: 4 or 6")
        visit("country", &self.country, "ISO 3166 country of the address, where known")
        visit("asn", &self.asn, "autonomous system of the address, where known")
    }
}
