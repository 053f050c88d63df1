package import Model

/// What is known of one customer's evening: what the projections, or a fresh fold of the log, say.
///
/// Values only; ``ReplayTimeline`` makes lines of them and ``ReplayVerdict`` judges.
package struct ReplayFacts: Hashable, Sendable {
    /// The customer's id, or `erased-<number>`.
    package var customer: String
    /// What the customer had at the window's end, such as `plan basic, 1 connection`; `nil` where nothing is known.
    package var plan: String?
    /// Half-open.
    package var window: Range<WallTime>
    /// Until when the log tells anything; nothing is said about what lies behind it.
    package var knownUntil: WallTime
    /// Names of channels as they were at the window's end.
    package var channels: [ChannelID: String]
    /// In the order in which they opened; only those that touch the window.
    package var playbacks: [Playback]
    /// In the order of the log.
    package var refusals: [Refusal]
    /// What stood in place of the source's media on channels the customer watched, in their order.
    package var pictures: [PictureSpan]
    /// What sources of these channels did, in their order.
    package var sources: [SourceFact]
    /// Starts, stops and changes, in the order of the log.
    package var system: [SystemFact]

    package init(customer: String, window: Range<WallTime>, knownUntil: WallTime) {
        self.customer = customer
        self.window = window
        self.knownUntil = knownUntil
        self.channels = [:]
        self.playbacks = []
        self.refusals = []
        self.pictures = []
        self.sources = []
        self.system = []
    }
}

/// One connection of the customer.
package struct Playback: Hashable, Sendable {
    package var connection: ConnectionID
    package var channel: ChannelID
    package var device: ReplayDevice
    package var opened: WallTime
    package var openedSeq: Int64
    /// `nil` while it lives.
    package var closed: WallTime?
    package var closedSeq: Int64?
    /// Why it ended, as `connection.closed` says it.
    package var reason: String?
    /// What was watched of it; less than its time open when the device was gone before that was noticed.
    package var watchedMs: Int64
    package var stalls: Int64
    package var stalledMs: Int64

    package init(connection: ConnectionID, channel: ChannelID, device: ReplayDevice, opened: WallTime, openedSeq: Int64)
    {
        self.connection = connection
        self.channel = channel
        self.device = device
        self.opened = opened
        self.openedSeq = openedSeq
        self.watchedMs = 0
        self.stalls = 0
        self.stalledMs = 0
    }
}

/// A device as support may speak of it: what it is and where it stands, no address.
package struct ReplayDevice: Hashable, Sendable {
    /// The number of the ISO week.
    package var client: ClientID
    /// `tv`, `port` or `unk`.
    package var kind: String?
    /// Whether its network is where the customer watches most; `nil` where that is not known.
    package var isHome: Bool?
    /// Where it is, if not at home: `DE, AS3320`; `nil` where nothing is known.
    package var place: String?
    /// The address, for roles that may see it; truncated for the others.
    package var address: String?

    package init(client: ClientID, kind: String?, isHome: Bool?, place: String? = nil, address: String? = nil) {
        self.client = client
        self.kind = kind
        self.isHome = isHome
        self.place = place
        self.address = address
    }
}

/// A start that a rule refused.
package struct Refusal: Hashable, Sendable {
    package var seq: Int64
    package var at: WallTime
    package var channel: ChannelID
    package var device: ReplayDevice
    /// Such as `max-connections`.
    package var rule: String
    /// The number the rule allows.
    package var limit: Int64
    package var holders: [Playback]

    package init(
        seq: Int64,
        at: WallTime,
        channel: ChannelID,
        device: ReplayDevice,
        rule: String,
        limit: Int64,
        holders: [Playback]
    ) {
        self.seq = seq
        self.at = at
        self.channel = channel
        self.device = device
        self.rule = rule
        self.limit = limit
        self.holders = holders
    }
}

/// A time in which something else than the source's media went out.
package struct PictureSpan: Hashable, Sendable {
    package enum Kind: String, Sendable {
        /// A gap filled so that nobody saw it.
        case hidden
        /// A picture that stood still, to be seen.
        case frozen
        /// A slate in place of the picture.
        case slate
    }

    package var seq: Int64
    package var channel: ChannelID
    package var from: WallTime
    package var to: WallTime
    package var kind: Kind
    package var supplier: String?
    /// Everybody who watched then; `nil` where it was not recorded.
    package var viewers: Int64?

    package init(
        seq: Int64,
        channel: ChannelID,
        from: WallTime,
        to: WallTime,
        kind: Kind,
        supplier: String?,
        viewers: Int64?
    ) {
        self.seq = seq
        self.channel = channel
        self.from = from
        self.to = to
        self.kind = kind
        self.supplier = supplier
        self.viewers = viewers
    }
}

/// What a source did.
package struct SourceFact: Hashable, Sendable {
    package enum Deed: Hashable, Sendable {
        /// It was silent for `lengthMs`, ending when it was recorded.
        case blip(cause: String)
        case down(cause: String)
        case recovered
        case failover(why: String, toSupplier: String?)
        /// It sent again what it had sent.
        case repeated

        var isFailure: Bool {
            switch self {
            case .blip, .down: true
            case .recovered, .failover, .repeated: false
            }
        }

        var isFailover: Bool { if case .failover = self { true } else { false } }
    }

    package var seq: Int64
    /// When it began.
    package var at: WallTime
    package var channel: ChannelID
    package var supplier: String?
    package var deed: Deed
    package var lengthMs: Int64

    package init(
        seq: Int64,
        at: WallTime,
        channel: ChannelID,
        supplier: String?,
        deed: Deed,
        lengthMs: Int64
    ) {
        self.seq = seq
        self.at = at
        self.channel = channel
        self.supplier = supplier
        self.deed = deed
        self.lengthMs = lengthMs
    }
}

/// What happened to the service, to the customer's account, or by an operator's hand.
package struct SystemFact: Hashable, Sendable {
    package var seq: Int64
    package var at: WallTime
    /// What, as support reads it out.
    package var text: String
    /// A time before it of which the log knows nothing.
    package var silence: Range<WallTime>?

    package init(seq: Int64, at: WallTime, text: String, silence: Range<WallTime>? = nil) {
        self.seq = seq
        self.at = at
        self.text = text
        self.silence = silence
    }
}
