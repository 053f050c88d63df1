package import Model

/// A source was attached to a channel.
package struct SourceAttached: EventPayload {
    package static let summary = "A source was attached to a channel."

    /// The source.
    package var source: SourceID
    /// The channel.
    package var channel: ChannelID
    /// The supplier.
    package var supplier: SupplierID
    /// Its place in the order of the channel's sources, from 0.
    package var position: Int64
    /// The address, with what it needs to log in; sealed.
    package var url: String

    package init(
        source: SourceID,
        channel: ChannelID,
        supplier: SupplierID,
        position: Int64,
        url: String
    ) {
        self.source = source
        self.channel = channel
        self.supplier = supplier
        self.position = position
        self.url = url
    }

    package var subject: EventStream? { self.source.stream }

    package static let example = Self(
        source: SourceID(3),
        channel: ChannelID(101),
        supplier: SupplierID(rawValue: "alpha"),
        position: 0,
        url: "v1.k1.c2VhbGVk"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("source", &self.source, "the source")
        visit("channel", &self.channel, "the channel")
        visit("supplier", &self.supplier, "the supplier")
        visit("position", &self.position, "its place in the order of the channel's sources, from 0")
        visit("url", &self.url, "the address, with what it needs to log in; sealed")
    }
}

/// A source was changed; all fields as they are now.
package struct SourceChanged: EventPayload {
    package static let summary = "A source was changed; all fields as they are now."

    /// The source.
    package var source: SourceID
    /// The channel.
    package var channel: ChannelID
    /// The supplier.
    package var supplier: SupplierID
    /// Its place in the order of the channel's sources, from 0.
    package var position: Int64
    /// The address, with what it needs to log in; sealed.
    package var url: String

    package init(
        source: SourceID,
        channel: ChannelID,
        supplier: SupplierID,
        position: Int64,
        url: String
    ) {
        self.source = source
        self.channel = channel
        self.supplier = supplier
        self.position = position
        self.url = url
    }

    package var subject: EventStream? { self.source.stream }

    package static let example = Self(
        source: SourceID(3),
        channel: ChannelID(101),
        supplier: SupplierID(rawValue: "alpha"),
        position: 0,
        url: "v1.k1.c2VhbGVk"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("source", &self.source, "the source")
        visit("channel", &self.channel, "the channel")
        visit("supplier", &self.supplier, "the supplier")
        visit("position", &self.position, "its place in the order of the channel's sources, from 0")
        visit("url", &self.url, "the address, with what it needs to log in; sealed")
    }
}

/// A source was taken off its channel.
package struct SourceDetached: EventPayload {
    package static let summary = "A source was taken off its channel."

    /// The source.
    package var source: SourceID
    /// The channel.
    package var channel: ChannelID

    package init(
        source: SourceID,
        channel: ChannelID
    ) {
        self.source = source
        self.channel = channel
    }

    package var subject: EventStream? { self.source.stream }

    package static let example = Self(
        source: SourceID(3),
        channel: ChannelID(101)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("source", &self.source, "the source")
        visit("channel", &self.channel, "the channel")
    }
}
