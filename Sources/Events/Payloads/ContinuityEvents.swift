package import Model

/// A gap was filled on the output.
package struct FreezePatch: EventPayload {
    package static let summary = "A gap was filled on the output."

    /// The channel.
    package var channel: ChannelID
    /// How it was filled.
    package var method: String
    /// The source that had the gap.
    package var source: SourceID?
    /// Media filled.
    package var length: Milliseconds
    /// Whether viewers could see it.
    package var visibility: PatchVisibility
    /// Viewers at that moment.
    package var viewers: Int64
    /// Made for it.
    package var bytes: ByteCount

    package init(
        channel: ChannelID,
        method: String,
        source: SourceID? = nil,
        length: Milliseconds,
        visibility: PatchVisibility,
        viewers: Int64,
        bytes: ByteCount
    ) {
        self.channel = channel
        self.method = method
        self.source = source
        self.length = length
        self.visibility = visibility
        self.viewers = viewers
        self.bytes = bytes
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        method: "skip-pictures",
        source: SourceID(3),
        length: Milliseconds(4200),
        visibility: .hidden,
        viewers: 18,
        bytes: ByteCount(41000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("method", &self.method, "how it was filled")
        visit("source", &self.source, "the source that had the gap")
        visit("length", &self.length, "media filled")
        visit("visibility", &self.visibility, "whether viewers could see it")
        visit("viewers", &self.viewers, "viewers at that moment")
        visit("bytes", &self.bytes, "made for it")
    }
}

/// A channel went over to another source.
package struct FailoverSwitch: EventPayload {
    package static let summary = "A channel went over to another source."

    /// The channel.
    package var channel: ChannelID
    /// The source it left.
    package var from: SourceID?
    /// The source it went to.
    package var to: SourceID
    /// Why.
    package var why: String
    /// Media missing at the joint.
    package var gap: Milliseconds

    package init(
        channel: ChannelID,
        from: SourceID? = nil,
        to: SourceID,
        why: String,
        gap: Milliseconds
    ) {
        self.channel = channel
        self.from = from
        self.to = to
        self.why = why
        self.gap = gap
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        from: SourceID(3),
        to: SourceID(4),
        why: "down",
        gap: Milliseconds(0)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("from", &self.from, "the source it left")
        visit("to", &self.to, "the source it went to")
        visit("why", &self.why, "why")
        visit("gap", &self.gap, "media missing at the joint")
    }
}

/// A slate stood in place of the picture.
package struct SlateShown: EventPayload {
    package static let summary = "A slate stood in place of the picture."

    /// The channel.
    package var channel: ChannelID
    /// Why.
    package var why: String
    /// How long.
    package var length: Milliseconds
    /// Viewers at that moment.
    package var viewers: Int64

    package init(
        channel: ChannelID,
        why: String,
        length: Milliseconds,
        viewers: Int64
    ) {
        self.channel = channel
        self.why = why
        self.length = length
        self.viewers = viewers
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        why: "no-source",
        length: Milliseconds(30000),
        viewers: 18
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("why", &self.why, "why")
        visit("length", &self.length, "how long")
        visit("viewers", &self.viewers, "viewers at that moment")
    }
}
