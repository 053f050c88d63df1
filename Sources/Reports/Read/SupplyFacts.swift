/// What sources did, and what the output showed, as flat values; moments are milliseconds since 1970.
package struct SupplyFacts: Sendable {
    package var span: Range<Int64>
    /// Names of suppliers; sources name them by their place here.
    package var suppliers: [String] = []
    package var sources: [FeedFact] = []
    /// Ascending by their beginning.
    package var outages: [OutageFact] = []
    /// Ascending by their beginning.
    package var gaps: [GapFact] = []
    /// Ascending by time.
    package var switches: [SwitchFact] = []

    package init(span: Range<Int64>) {
        self.span = span
    }
}

/// A source of a channel.
package struct FeedFact: Hashable, Sendable {
    package var source: Int64
    package var channel: Int32
    /// Place in ``SupplyFacts/suppliers``.
    package var supplier: Int
    /// Its place in the order of the channel's sources.
    package var position: Int64
}

/// A time in which a source delivered nothing.
package struct OutageFact: Hashable, Sendable {
    /// Place in ``SupplyFacts/sources``.
    package var source: Int
    package var from: Int64
    package var to: Int64
    /// The event that tells of its beginning or, for one that was over at once, of it all.
    package var seq: Int64
}

/// A time in which the output had no media of its own to show.
package struct GapFact: Hashable, Sendable {
    package var channel: Int32
    /// Place in ``SupplyFacts/sources`` of the source that left it; -1 for none.
    package var source: Int
    package var from: Int64
    package var to: Int64
    /// Whether it was filled so that nobody saw it.
    package var isHidden: Bool
    package var seq: Int64
}

/// A channel went over to another source.
package struct SwitchFact: Hashable, Sendable {
    package var channel: Int32
    /// Places in ``SupplyFacts/sources``; -1 for none.
    package var from: Int
    package var to: Int
    package var at: Int64
    package var seq: Int64
}
