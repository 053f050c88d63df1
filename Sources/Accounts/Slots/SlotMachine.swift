package import Events
package import Model
package import Projections

/// Whether a device gets one more connection of its credential, and at whose expense.
///
/// Pure: what is live, what is remembered and the time come with the question; the ledger asks it inside the
/// transaction that its own events are part of, so that simultaneous starts can't overrun the limit.
///
/// A device takes its own slot over: at once when it asks for the same channel again or opened the last connection a
/// moment ago, otherwise when the limit is reached. Two boxes of one kind in one house look like one device, so while
/// there is room they push each other out twice in a minute at most, and are two from then on. What becomes of others is
/// the policy's; a device that took slots and lost them in turn is kept from taking more (``SlotFight``).
package struct SlotMachine: Hashable, Sendable {
    /// What follows from a question.
    package enum Verdict: Hashable, Sendable {
        /// Admitted; these end for it.
        case admit([Eviction])
        case refuse(Refusal)
        /// Refused as it is; to be asked again when a slot is freed, or with ``SlotMachine/mayWait`` off in the end.
        case wait
    }

    /// A connection that makes room.
    package struct Eviction: Hashable, Sendable {
        package var slot: SlotRow
        package var rule: SlotRule
        /// Until when its device may push nobody out.
        package var blockedUntil: WallTime?
    }

    /// Why the device is not admitted.
    package struct Refusal: Hashable, Sendable {
        package var rule: SlotRule
        /// The connection that keeps the slot that the device would have had.
        package var winner: ConnectionID?
        /// Until when the device may push nobody out, when that begins now.
        package var blockedUntil: WallTime?
    }

    /// Microseconds within which another connection of a device means that it is changing channels.
    package static let zapTime: Int64 = 2 * WallTime.microsecondsPerSecond
    /// Takeovers within a minute while there is room, after which boxes that look alike are taken for several.
    package static let takeoversMax = 2

    /// The numbers the device has: this week's, the one of last week, the one its session had.
    package var clients: [ClientID]
    /// Whether it tells an id of its own, so that no other box is taken for it.
    package var hasDeviceID: Bool
    /// Keyed hash of its network.
    package var network: String
    package var channel: ChannelID
    package var output: Output
    package var limit: Int64
    package var policy: OnLimit
    /// The connections of the credential, oldest first.
    package var live: [SlotRow]
    package var evictions: [RecentEviction]
    package var blocks: [DeviceBlock]
    /// Whether it is worth waiting for a slot that is just being freed.
    package var mayWait: Bool
    package var now: WallTime

    package init(
        clients: [ClientID],
        hasDeviceID: Bool = false,
        network: String,
        channel: ChannelID,
        output: Output,
        limit: Int64,
        policy: OnLimit,
        live: [SlotRow],
        evictions: [RecentEviction] = [],
        blocks: [DeviceBlock] = [],
        mayWait: Bool = false,
        now: WallTime
    ) {
        self.clients = clients
        self.hasDeviceID = hasDeviceID
        self.network = network
        self.channel = channel
        self.output = output
        self.limit = limit
        self.policy = policy
        self.live = live
        self.evictions = evictions
        self.blocks = blocks
        self.mayWait = mayWait
        self.now = now
    }

    package func decide() -> Verdict {
        if self.fight.isKicked { return .refuse(Refusal(rule: .kicked)) }
        // Nothing will be freed where nothing is held.
        guard self.limit > 0 else { return .refuse(Refusal(rule: .limit, winner: self.live.first?.connection)) }
        if self.live.isEmpty { return .admit([]) }
        let own = self.own
        let atOnce = own.filter { self.isTakenOverAtOnce($0) }
        let isFull = Int64(self.live.count) >= self.limit
        var gone = atOnce.map { Eviction(slot: $0, rule: isFull ? .sameDevice : self.takeoverRule($0)) }
        let missing = self.missing(without: gone.count)
        let further = own.filter { slot in !atOnce.contains { $0.connection == slot.connection } }
        gone += further.prefix(missing).map { Eviction(slot: $0, rule: .sameDevice) }
        let stillMissing = self.missing(without: gone.count)
        guard stillMissing > 0 else { return .admit(gone) }
        return self.pushOut(stillMissing, besides: gone)
    }

    /// How many have to go so that one more may come, when so many go anyway.
    private func missing(without count: Int) -> Int {
        Int(clamping: max(Int64(self.live.count - count) + 1 - self.limit, 0))
    }
}

/// The device's own connections.
extension SlotMachine {
    /// Those of the same channel first, then by age.
    private var own: [SlotRow] {
        let own = self.live.filter { self.clients.contains($0.client) }
        return own.filter { $0.channel == self.channel } + own.filter { $0.channel != self.channel }
    }

    private func isTakenOverAtOnce(_ slot: SlotRow) -> Bool {
        guard slot.channel == self.channel || self.isRecent(slot) else { return false }
        if self.isReload(slot) { return true }
        return self.takeovers < Self.takeoversMax || (self.hasDeviceID && slot.channel == self.channel)
    }

    /// A player that asks its first address for every reload of the playlist starts anew each time.
    private func isReload(_ slot: SlotRow) -> Bool {
        self.output == .hls && slot.output == .hls && slot.channel == self.channel
    }

    private func takeoverRule(_ slot: SlotRow) -> SlotRule {
        if self.isReload(slot) { return .sameDevice }
        return slot.channel == self.channel ? .sameChannel : .zap
    }

    private func isRecent(_ slot: SlotRow) -> Bool {
        abs(self.now.microseconds &- slot.openedAt.microseconds) < Self.zapTime
    }

    /// How often boxes that look like this one took each other over of late.
    private var takeovers: Int {
        self.fight.recent.count { self.clients.contains($0.winner) && self.clients.contains($0.loser) }
    }
}

/// Other devices' connections.
extension SlotMachine {
    private var fight: SlotFight {
        SlotFight(clients: self.clients, evictions: self.evictions, blocks: self.blocks, now: self.now)
    }

    /// Makes room at others' expense, if the policy does and the device may.
    private func pushOut(_ count: Int, besides gone: [Eviction]) -> Verdict {
        let victims = Array(self.victims(besides: gone).prefix(count))
        let winner = victims.first?.slot.connection ?? self.live.first?.connection
        guard self.policy != .rejectNewest, victims.count == count else {
            return self.mayWait ? .wait : .refuse(Refusal(rule: .limit, winner: winner))
        }
        var pushed: [Eviction] = []
        for victim in victims {
            switch self.fight.verdict(against: victim.slot.client) {
            case .push(let until):
                pushed.append(Eviction(slot: victim.slot, rule: victim.rule, blockedUntil: until))
            case .keepOut(let until):
                guard !self.mayWait else { return .wait }
                return .refuse(Refusal(rule: .fight, winner: victim.slot.connection, blockedUntil: until))
            }
        }
        return .admit(gone + pushed)
    }

    /// Others in the order in which they would have to go.
    private func victims(besides gone: [Eviction]) -> [(slot: SlotRow, rule: SlotRule)] {
        let others = self.live.filter { slot in !gone.contains { $0.slot.connection == slot.connection } }
        guard self.policy == .supersede else { return others.map { ($0, .oldest) } }
        return others.filter { $0.network == self.network }.map { ($0, .sameNetwork) }
            + others.filter { $0.network != self.network }.map { ($0, .oldest) }
    }
}
