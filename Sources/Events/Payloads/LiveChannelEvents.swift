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

    package init(
        channel: ChannelID,
        name: String,
        category: String? = nil,
        keep: ChannelKeep,
        returns: ReturnPolicy? = nil
    ) {
        self.channel = channel
        self.name = name
        self.category = category
        self.keep = keep
        self.returns = returns
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        name: "News One",
        category: "News",
        keep: .onDemand,
        returns: .sticky
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

    package init(
        channel: ChannelID,
        name: String,
        category: String? = nil,
        keep: ChannelKeep,
        returns: ReturnPolicy? = nil
    ) {
        self.channel = channel
        self.name = name
        self.category = category
        self.keep = keep
        self.returns = returns
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        name: "News One",
        category: "News",
        keep: .onDemand,
        returns: .sticky
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
