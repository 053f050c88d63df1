package import Model

/// Media of a source began to arrive.
package struct IngestStarted: EventPayload {
    package static let summary = "Media of a source began to arrive."

    /// The channel.
    package var channel: ChannelID
    /// The source.
    package var source: SourceID
    /// The supplier.
    package var supplier: SupplierID
    /// From the request to the first media.
    package var after: Milliseconds
    /// Codecs found.
    package var tracks: String?

    package init(
        channel: ChannelID,
        source: SourceID,
        supplier: SupplierID,
        after: Milliseconds,
        tracks: String? = nil
    ) {
        self.channel = channel
        self.source = source
        self.supplier = supplier
        self.after = after
        self.tracks = tracks
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        source: SourceID(3),
        supplier: SupplierID(rawValue: "alpha"),
        after: Milliseconds(340),
        tracks: "h264+aac"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("source", &self.source, "the source")
        visit("supplier", &self.supplier, "the supplier")
        visit("after", &self.after, "from the request to the first media")
        visit("tracks", &self.tracks, "codecs found")
    }
}

/// Media of a source stopped and came again.
package struct IngestBlip: EventPayload {
    package static let summary = "Media of a source stopped and came again."

    /// The channel.
    package var channel: ChannelID
    /// The source.
    package var source: SourceID
    /// The supplier.
    package var supplier: SupplierID
    /// What interrupted it.
    package var cause: String
    /// Without a byte of media.
    package var gap: Milliseconds
    /// Received before it, since the source was opened.
    package var bytes: ByteCount

    package init(
        channel: ChannelID,
        source: SourceID,
        supplier: SupplierID,
        cause: String,
        gap: Milliseconds,
        bytes: ByteCount
    ) {
        self.channel = channel
        self.source = source
        self.supplier = supplier
        self.cause = cause
        self.gap = gap
        self.bytes = bytes
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        source: SourceID(3),
        supplier: SupplierID(rawValue: "alpha"),
        cause: "stall",
        gap: Milliseconds(1800),
        bytes: ByteCount(91234567)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("source", &self.source, "the source")
        visit("supplier", &self.supplier, "the supplier")
        visit("cause", &self.cause, "what interrupted it")
        visit("gap", &self.gap, "without a byte of media")
        visit("bytes", &self.bytes, "received before it, since the source was opened")
    }
}

/// A source that was down delivers again.
package struct IngestRecovered: EventPayload {
    package static let summary = "A source that was down delivers again."

    /// The channel.
    package var channel: ChannelID
    /// The source.
    package var source: SourceID
    /// The supplier.
    package var supplier: SupplierID
    /// How long it was down.
    package var down: Milliseconds

    package init(
        channel: ChannelID,
        source: SourceID,
        supplier: SupplierID,
        down: Milliseconds
    ) {
        self.channel = channel
        self.source = source
        self.supplier = supplier
        self.down = down
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        source: SourceID(3),
        supplier: SupplierID(rawValue: "alpha"),
        down: Milliseconds(12000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("source", &self.source, "the source")
        visit("supplier", &self.supplier, "the supplier")
        visit("down", &self.down, "how long it was down")
    }
}

/// A source failed and is not delivering.
package struct IngestDown: EventPayload {
    package static let summary = "A source failed and is not delivering."

    /// The channel.
    package var channel: ChannelID
    /// The source.
    package var source: SourceID
    /// The supplier.
    package var supplier: SupplierID
    /// What went wrong.
    package var cause: String
    /// Received since the source was opened.
    package var bytes: ByteCount
    /// Until the next attempt.
    package var retryIn: Milliseconds
    /// The channel that was given the supplier's connection, where that is why.
    package var winner: ChannelID?

    package init(
        channel: ChannelID,
        source: SourceID,
        supplier: SupplierID,
        cause: String,
        bytes: ByteCount,
        retryIn: Milliseconds,
        winner: ChannelID? = nil
    ) {
        self.channel = channel
        self.source = source
        self.supplier = supplier
        self.cause = cause
        self.bytes = bytes
        self.retryIn = retryIn
        self.winner = winner
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        source: SourceID(3),
        supplier: SupplierID(rawValue: "alpha"),
        cause: "slot-taken",
        bytes: ByteCount(0),
        retryIn: Milliseconds(2000),
        winner: ChannelID(102)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("source", &self.source, "the source")
        visit("supplier", &self.supplier, "the supplier")
        visit("cause", &self.cause, "what went wrong")
        visit("bytes", &self.bytes, "received since the source was opened")
        visit("retryIn", &self.retryIn, "until the next attempt")
        visit("winner", &self.winner, "the channel that was given the supplier's connection, where that is why")
    }
}

/// A source was let go in good order.
package struct IngestStopped: EventPayload {
    package static let summary = "A source was let go in good order."

    /// The channel.
    package var channel: ChannelID
    /// The source.
    package var source: SourceID
    /// The supplier.
    package var supplier: SupplierID
    /// Why it was let go.
    package var why: String
    /// Received since the source was opened.
    package var bytes: ByteCount
    /// How long it ran.
    package var ran: Milliseconds

    package init(
        channel: ChannelID,
        source: SourceID,
        supplier: SupplierID,
        why: String,
        bytes: ByteCount,
        ran: Milliseconds
    ) {
        self.channel = channel
        self.source = source
        self.supplier = supplier
        self.why = why
        self.bytes = bytes
        self.ran = ran
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        source: SourceID(3),
        supplier: SupplierID(rawValue: "alpha"),
        why: "no-viewers",
        bytes: ByteCount(91234567),
        ran: Milliseconds(600000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("source", &self.source, "the source")
        visit("supplier", &self.supplier, "the supplier")
        visit("why", &self.why, "why it was let go")
        visit("bytes", &self.bytes, "received since the source was opened")
        visit("ran", &self.ran, "how long it ran")
    }
}

/// Media that the supplier sent a second time was dropped.
package struct OverlapDropped: EventPayload {
    package static let summary = "Media that the supplier sent a second time was dropped."

    /// The channel.
    package var channel: ChannelID
    /// The source.
    package var source: SourceID
    /// The supplier.
    package var supplier: SupplierID
    /// Access units dropped.
    package var units: Int64
    /// Media dropped.
    package var length: Milliseconds

    package init(
        channel: ChannelID,
        source: SourceID,
        supplier: SupplierID,
        units: Int64,
        length: Milliseconds
    ) {
        self.channel = channel
        self.source = source
        self.supplier = supplier
        self.units = units
        self.length = length
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        source: SourceID(3),
        supplier: SupplierID(rawValue: "alpha"),
        units: 375,
        length: Milliseconds(15000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("source", &self.source, "the source")
        visit("supplier", &self.supplier, "the supplier")
        visit("units", &self.units, "access units dropped")
        visit("length", &self.length, "media dropped")
    }
}
