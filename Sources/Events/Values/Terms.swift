package import Model

/// What is sold, beside the number of connections: the terms of a plan, or a credential's own in place of its plan's.
///
/// What is `nil` is not said: a plan then restricts nothing, a credential has what its plan says. An empty list restricts
/// nothing either, so that a credential can be freed of what its plan restricts.
package struct Terms: Hashable, Sendable {
    /// What the price buys; `standard` when nobody says.
    package var tier: Tier?
    /// How the stream may be taken.
    package var outputs: [OutputKind]?
    /// Channels that may be watched; together with ``categories``, what either names.
    package var channels: [ChannelID]?
    /// Categories whose channels may be watched, as they are written at the channels.
    package var categories: [String]?
    /// What a start beyond the limit does; `reject-newest` when nobody says.
    package var onLimit: OnLimit?
    /// From where and with what it may be watched.
    package var locks: Locks

    package init(
        tier: Tier? = nil,
        outputs: [OutputKind]? = nil,
        channels: [ChannelID]? = nil,
        categories: [String]? = nil,
        onLimit: OnLimit? = nil,
        locks: Locks = Locks()
    ) {
        self.tier = tier
        self.outputs = outputs
        self.channels = channels
        self.categories = categories
        self.onLimit = onLimit
        self.locks = locks
    }

    /// These terms, and of `base` what they don't say.
    package func over(_ base: Terms) -> Terms {
        Terms(
            tier: self.tier ?? base.tier,
            outputs: self.outputs ?? base.outputs,
            channels: self.channels ?? base.channels,
            categories: self.categories ?? base.categories,
            onLimit: self.onLimit ?? base.onLimit,
            locks: self.locks.over(base.locks)
        )
    }

    static let example = Terms(
        tier: .premium,
        outputs: [.hls, .ts],
        channels: [ChannelID(101)],
        categories: ["News"],
        onLimit: .supersede,
        locks: .example
    )

    /// A credential's own: the addresses are sealed.
    static var sealedExample: Terms {
        var terms = Self.example
        terms.locks.addresses = ["v1.k1.c2VhbGVk"]
        return terms
    }

    /// Names the fields as they stand in an event.
    mutating func fields(_ visit: inout some FieldVisitor) {
        visit("tier", &self.tier, "what the price buys; standard when not said")
        visit("outputs", &self.outputs, "how the stream may be taken: hls, ts; any when not said or empty")
        visit(
            "channels",
            &self.channels,
            "channels that may be watched; any when neither these nor categories are said"
        )
        visit("categories", &self.categories, "categories whose channels may be watched as well")
        visit("onLimit", &self.onLimit, "what a start beyond the limit does; reject-newest when not said")
        self.locks.fields(&visit)
    }
}

/// What a credential's price buys.
package enum Tier: String, CaseIterable, Sendable {
    case standard
    /// May be given backup sources that others are not.
    case premium
}

/// What a start does when all slots of its credential are taken.
package enum OnLimit: String, CaseIterable, Sendable {
    /// It is refused.
    case rejectNewest = "reject-newest"
    /// The oldest connection makes room.
    case evictOldest = "evict-oldest"
    /// A connection of the same device makes room, else one of the same network, else the oldest.
    case supersede
}

extension Tier: WordValue {}
extension OnLimit: WordValue {}
