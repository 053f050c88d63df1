package import Events
package import Model
import Projections

/// The starts of one credential once more, under another limit or policy.
///
/// The rule is the one that admits viewers (``SlotMachine``), with the memory that it has there (``SlotMark``). What differs from
/// life: a viewer who is refused or pushed out here and wasn't then doesn't try again, and one who was refused then and
/// plays here doesn't ask a second time.
package struct LimitReplay {
    /// Starts of a credential that are looked at; the rest of a week with more is passed over.
    package static let asksMax = 20_000
    /// Microseconds that a connection must have gone on for the start that took it over to have been another box that looks
    /// alike: a device that is gone is noticed within this time.
    static let goneTime: Int64 = 60 * WallTime.microsecondsPerSecond

    private enum Kind: Int {
        /// A viewer leaves by itself: before whoever comes at the same moment.
        case left
        case ask
        /// A connection ends because its device goes on with the one that is asked for at the same moment.
        case movedOn
        /// A start that waits is asked again.
        case again
    }

    private struct Step {
        var at: WallTime
        var kind: Kind
        /// Place of the start.
        var place: Int

        static func isLater(_ left: Step, than right: Step) -> Bool {
            (left.at, left.kind.rawValue, left.place) > (right.at, right.kind.rawValue, right.place)
        }
    }

    private let limit: Int64
    private let policy: OnLimit
    private var asks: ArraySlice<SlotAsk> = []
    /// What is to come, the next one last.
    private var steps: [Step] = []
    /// Oldest first.
    private var live: [SlotRow] = []
    private var memory = SlotMemoryRow.empty
    private var tally: SlotTally

    /// Only what happens in `span` counts; starts before it say who plays when it begins.
    package init(limit: Int64, policy: OnLimit, in span: Range<WallTime>) {
        self.limit = limit
        self.policy = policy
        self.tally = SlotTally(span: span)
    }

    /// What would have been; `asks` by time.
    package static func outcome(
        of asks: [SlotAsk],
        limit: Int64,
        policy: OnLimit,
        in span: Range<WallTime>
    ) -> SlotTally.Outcome {
        var replay = LimitReplay(limit: limit, policy: policy, in: span)
        replay.asks = asks.prefix(Self.asksMax)
        replay.steps = replay.asks.indices.map { Step(at: asks[$0].at, kind: .ask, place: $0) }
        replay.steps.sort { Step.isLater($0, than: $1) }
        while let step = replay.steps.popLast() { replay.take(step) }
        return replay.tally.finished()
    }

    private mutating func take(_ step: Step) {
        switch step.kind {
        case .left, .movedOn: self.live.removeAll { Self.place(of: $0) == step.place }
        case .ask:
            guard !self.isItsOwnRetry(self.asks[step.place]) else { return }
            self.decide(step.place, at: step.at, mayWait: true)
        case .again:
            self.decide(step.place, at: step.at, mayWait: step.at < Self.deadline(of: self.asks[step.place]))
        }
    }

    /// Whether it was refused then and plays here since an earlier try.
    private func isItsOwnRetry(_ ask: SlotAsk) -> Bool {
        guard ask.was == .refused else { return false }
        return self.live.contains { slot in
            slot.client == ask.client && slot.channel == ask.channel
                && self.asks[Self.place(of: slot)].was == .refused
        }
    }

    private mutating func decide(_ place: Int, at now: WallTime, mayWait: Bool) {
        let ask = self.asks[place]
        let machine = SlotMachine(
            clients: [ask.client],
            hasDeviceID: ask.hasDeviceID,
            network: ask.network,
            channel: ask.channel,
            output: ask.output,
            limit: self.limit,
            policy: self.policy,
            live: self.live,
            evictions: self.memory.evictions.list,
            blocks: self.memory.blocks.list,
            mayWait: mayWait,
            now: now
        )
        switch machine.decide() {
        case .admit(let evictions): self.admit(place, evictions, at: now)
        case .refuse(let refusal):
            self.remember(SlotMark(refused: ask.client, blockedUntil: refusal.blockedUntil), at: now)
            self.tally.refused(ask.client, at: now, until: ask.until)
        case .wait:
            let freed = self.live.map { self.asks[Self.place(of: $0)].until }.filter { $0 > now }.min()
            let deadline = Self.deadline(of: ask)
            self.insert(Step(at: min(freed ?? deadline, deadline), kind: .again, place: place))
        }
    }

    private mutating func admit(_ place: Int, _ evictions: [SlotMachine.Eviction], at now: WallTime) {
        let ask = self.asks[place]
        // Before the others' losses: one of them may be a box that looks like this one.
        self.tally.played(ask.client, at: now)
        for eviction in evictions {
            let slot = eviction.slot
            self.live.removeAll { $0.connection == slot.connection }
            let mark = SlotMark(
                winner: ask.client,
                loser: slot.client,
                why: eviction.rule.rawValue,
                blockedUntil: eviction.blockedUntil,
                at: now
            )
            self.remember(mark, at: now)
            let loser = self.asks[Self.place(of: slot)]
            if !eviction.rule.isTakeover || Self.wentOn(loser, at: now) {
                self.tally.kicked(slot.client, at: now, until: loser.until)
            }
        }
        self.live.append(self.slot(place, at: now))
        self.tally.counted(self.live.count, at: now)
        self.insert(Step(at: max(ask.until, now), kind: ask.was == .takenOver ? .movedOn : .left, place: place))
    }

    /// Whether what was taken over is known to have been watched for longer, so by another box.
    private static func wentOn(_ ask: SlotAsk, at now: WallTime) -> Bool {
        ask.was == .watched && ask.until.microseconds - now.microseconds > Self.goneTime
    }

    private mutating func remember(_ mark: SlotMark?, at now: WallTime) {
        if let mark { self.memory.take(mark, at: now) }
    }

    /// Connections have the places of their starts as numbers.
    private func slot(_ place: Int, at now: WallTime) -> SlotRow {
        let ask = self.asks[place]
        return SlotRow(
            credential: .init(0),
            connection: ConnectionID(Int64(place)),
            customer: .init(rawValue: ""),
            channel: ask.channel,
            client: ask.client,
            output: ask.output.kind,
            network: ask.network,
            openedAt: now
        )
    }

    private static func place(of slot: SlotRow) -> Int { Int(clamping: slot.connection.rawValue) }

    private static func deadline(of ask: SlotAsk) -> WallTime { ask.at.advanced(milliseconds: SlotWait.lengthMs) }

    /// Puts a step where its time is.
    private mutating func insert(_ step: Step) {
        var (low, high) = (0, self.steps.count)
        while low < high {
            let middle = (low + high) / 2
            if Step.isLater(self.steps[middle], than: step) { low = middle + 1 } else { high = middle }
        }
        self.steps.insert(step, at: low)
    }
}
