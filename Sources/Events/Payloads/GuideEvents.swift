package import Model

/// A programme guide was fetched, and is in the place of the one before.
package struct GuideRefreshed: EventPayload {
    package static let summary = "A programme guide was fetched, and is in the place of the one before."

    /// The guide: a file's name, or an address without its secrets.
    package var source: String
    /// Programmes of it that are kept.
    package var programmes: Int64
    /// Channels that it knows.
    package var channels: Int64
    /// Channels of the catalogue that have an id in any guide.
    package var matched: Int64
    /// Programmes without a time, a channel or a title.
    package var leftOut: Int64?

    package init(
        source: String,
        programmes: Int64,
        channels: Int64,
        matched: Int64,
        leftOut: Int64? = nil
    ) {
        self.source = source
        self.programmes = programmes
        self.channels = channels
        self.matched = matched
        self.leftOut = leftOut
    }

    package var subject: EventStream? { nil }

    package static let example = Self(
        source: "http://guide.example",
        programmes: 48_211,
        channels: 312,
        matched: 87,
        leftOut: 3
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("source", &self.source, "the guide: a file's name, or an address without its secrets")
        visit("programmes", &self.programmes, "programmes of it that are kept")
        visit("channels", &self.channels, "channels that it knows")
        visit("matched", &self.matched, "channels of the catalogue that have an id in any guide")
        visit("leftOut", &self.leftOut, "programmes without a time, a channel or a title")
    }
}

/// A programme guide could not be fetched or read; the one before stays.
package struct GuideFailed: EventPayload {
    package static let summary = "A programme guide could not be fetched or read; the one before stays."

    /// The guide: a file's name, or an address without its secrets.
    package var source: String
    /// What went wrong.
    package var why: String

    package init(
        source: String,
        why: String
    ) {
        self.source = source
        self.why = why
    }

    package var subject: EventStream? { nil }

    package static let example = Self(
        source: "http://guide.example",
        why: "it ends in the middle"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("source", &self.source, "the guide: a file's name, or an address without its secrets")
        visit("why", &self.why, "what went wrong")
    }
}

/// Some of a channel's stream that was to be kept for catch-up was dropped or not written.
package struct ArchiveDropped: EventPayload {
    package static let summary =
        "Some of a channel's stream that was to be kept for catch-up was dropped or not written."

    /// The channel.
    package var channel: ChannelID
    /// `bytes` (its own bound), `disk-full`, `disk-slow` or `disk-failed`.
    package var why: String
    /// When what was dropped begins.
    package var from: WallTime
    /// When it ends.
    package var to: WallTime
    /// How much it was.
    package var bytes: ByteCount

    package init(
        channel: ChannelID,
        why: String,
        from: WallTime,
        to: WallTime,
        bytes: ByteCount
    ) {
        self.channel = channel
        self.why = why
        self.from = from
        self.to = to
        self.bytes = bytes
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        why: "disk-full",
        from: WallTime(seconds: 1_795_392_000),
        to: WallTime(seconds: 1_795_392_600),
        bytes: ByteCount(375_000_000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("why", &self.why, "bytes (its own bound), disk-full, disk-slow or disk-failed")
        visit("from", &self.from, "when what was dropped begins")
        visit("to", &self.to, "when it ends")
        visit("bytes", &self.bytes, "how much it was")
    }
}
