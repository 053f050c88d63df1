package import Model

/// What a channel shows now, as the events say.
package struct ChannelStateRow: StoredRow {
    package static let table = "channel_state"
    package static let statements = TableStatements<ChannelStateRow>()
    package static let empty = ChannelStateRow(
        channel: .init(0),
        state: .off,
        source: nil,
        node: .init(rawValue: ""),
        since: WallTime(microseconds: 0)
    )

    package enum State: String, CaseIterable, RawColumnValue {
        /// Media of a source.
        case live
        /// The source is away; what is shown is patched or stands still.
        case down
        /// The "nothing to show" picture.
        case slate
        case off
    }

    package var channel: ChannelID
    package var state: State
    /// The source it takes, or took last.
    package var source: SourceID?
    package var node: NodeID
    package var since: WallTime

    package var key: Int64 { self.channel.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("channel", &self.channel)
        visit("state", &self.state)
        visit("source", &self.source)
        visit("node", &self.node)
        visit("since", &self.since)
    }
}

/// How a source does now, as the events say.
package struct SourceStateRow: StoredRow {
    package static let table = "source_state"
    package static let statements = TableStatements<SourceStateRow>()
    package static let empty = SourceStateRow(
        source: .init(0),
        channel: .init(0),
        supplier: .init(rawValue: ""),
        state: .stopped,
        node: .init(rawValue: ""),
        since: WallTime(microseconds: 0),
        blips: 0
    )

    package enum State: String, CaseIterable, RawColumnValue {
        case running, down, stopped
    }

    package var source: SourceID
    package var channel: ChannelID
    package var supplier: SupplierID
    package var state: State
    package var node: NodeID
    package var since: WallTime
    /// Interruptions since it was started.
    package var blips: Int64
    /// What interrupted it last.
    package var cause: String?
    /// Codecs found.
    package var tracks: String?

    package var key: Int64 { self.source.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("source", &self.source)
        visit("channel", &self.channel)
        visit("supplier", &self.supplier)
        visit("state", &self.state)
        visit("node", &self.node)
        visit("since", &self.since)
        visit("blips", &self.blips)
        visit("cause", &self.cause)
        visit("tracks", &self.tracks)
    }
}
