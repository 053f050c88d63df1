package import Model

/// A channel was added.
package struct ChannelAdded: EventPayload {
    package static let summary = "A channel was added."

    /// The channel.
    package var channel: ChannelID
    /// What viewers read.
    package var name: String
    /// The group it is listed in.
    package var category: String?
    /// When its source is pulled.
    package var keep: ChannelKeep
    /// Whether it goes back to a better source that is well again; `better` where it isn't said.
    package var returns: ReturnPolicy?
    /// Its place in viewers' lists; by its own number when not said.
    package var number: Int64?
    /// The address of its logo; sealed, since it may be a supplier's.
    package var logo: String?
    /// Its id in programme guides, where the operator set it; empty where it has none.
    package var epg: String?
    /// Days that its stream is kept on disk for catch-up; not kept where it isn't said.
    package var keepDays: Int64?
    /// Bytes that may be kept; not bounded where it isn't said.
    package var keepBytes: ByteCount?

    package init(
        channel: ChannelID,
        name: String,
        category: String? = nil,
        keep: ChannelKeep,
        returns: ReturnPolicy? = nil,
        number: Int64? = nil,
        logo: String? = nil,
        epg: String? = nil,
        keepDays: Int64? = nil,
        keepBytes: ByteCount? = nil
    ) {
        self.channel = channel
        self.name = name
        self.category = category
        self.keep = keep
        self.returns = returns
        self.number = number
        self.logo = logo
        self.epg = epg
        self.keepDays = keepDays
        self.keepBytes = keepBytes
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        name: "News One",
        category: "News",
        keep: .onDemand,
        returns: .sticky,
        number: 1,
        logo: "v1.k1.c2VhbGVk",
        epg: "newsone.de",
        keepDays: 7,
        keepBytes: ByteCount(200_000_000_000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("name", &self.name, "what viewers read")
        visit("category", &self.category, "the group it is listed in")
        visit("keep", &self.keep, "when its source is pulled")
        visit(
            "return",
            &self.returns,
            "whether it goes back to a better source that is well again; better when missing"
        )
        visit("number", &self.number, "its place in viewers' lists; by its own number when missing")
        visit("logo", &self.logo, "the address of its logo; sealed")
        visit("epg", &self.epg, "its id in programme guides, where the operator set it; empty where it has none")
        visit("keepDays", &self.keepDays, "days that its stream is kept for catch-up; not kept when missing")
        visit("keepBytes", &self.keepBytes, "bytes that may be kept; not bounded when missing")
    }
}

/// A channel was changed; all fields as they are now.
package struct ChannelChanged: EventPayload {
    package static let summary = "A channel was changed; all fields as they are now."

    /// The channel.
    package var channel: ChannelID
    /// What viewers read.
    package var name: String
    /// The group it is listed in.
    package var category: String?
    /// When its source is pulled.
    package var keep: ChannelKeep
    /// Whether it goes back to a better source that is well again; `better` where it isn't said.
    package var returns: ReturnPolicy?
    /// Its place in viewers' lists; by its own number when not said.
    package var number: Int64?
    /// The address of its logo; sealed, since it may be a supplier's.
    package var logo: String?
    /// Its id in programme guides, where the operator set it; empty where it has none.
    package var epg: String?
    /// Days that its stream is kept on disk for catch-up; not kept where it isn't said.
    package var keepDays: Int64?
    /// Bytes that may be kept; not bounded where it isn't said.
    package var keepBytes: ByteCount?

    package init(
        channel: ChannelID,
        name: String,
        category: String? = nil,
        keep: ChannelKeep,
        returns: ReturnPolicy? = nil,
        number: Int64? = nil,
        logo: String? = nil,
        epg: String? = nil,
        keepDays: Int64? = nil,
        keepBytes: ByteCount? = nil
    ) {
        self.channel = channel
        self.name = name
        self.category = category
        self.keep = keep
        self.returns = returns
        self.number = number
        self.logo = logo
        self.epg = epg
        self.keepDays = keepDays
        self.keepBytes = keepBytes
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        name: "News One",
        category: "News",
        keep: .onDemand,
        returns: .sticky,
        number: 1,
        logo: "v1.k1.c2VhbGVk",
        epg: "newsone.de",
        keepDays: 7,
        keepBytes: ByteCount(200_000_000_000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("name", &self.name, "what viewers read")
        visit("category", &self.category, "the group it is listed in")
        visit("keep", &self.keep, "when its source is pulled")
        visit(
            "return",
            &self.returns,
            "whether it goes back to a better source that is well again; better when missing"
        )
        visit("number", &self.number, "its place in viewers' lists; by its own number when missing")
        visit("logo", &self.logo, "the address of its logo; sealed")
        visit("epg", &self.epg, "its id in programme guides, where the operator set it; empty where it has none")
        visit("keepDays", &self.keepDays, "days that its stream is kept for catch-up; not kept when missing")
        visit("keepBytes", &self.keepBytes, "bytes that may be kept; not bounded when missing")
    }
}

/// A channel was removed, with its sources.
package struct ChannelRemoved: EventPayload {
    package static let summary = "A channel was removed, with its sources."

    /// The channel.
    package var channel: ChannelID

    package init(
        channel: ChannelID
    ) {
        self.channel = channel
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
    }
}
