package import Model

/// What a limit cost viewers of one credential: the same sums for what was and for what would have been.
package struct SlotTally: Hashable, Sendable {
    /// Microseconds within which a device that is refused again only tries again.
    package static let episode: Int64 = 120 * WallTime.microsecondsPerSecond

    /// The sums.
    package struct Outcome: Hashable, Sendable {
        /// Connections that were ended for others, but for those of a device that went on by itself.
        package var kicks = 0
        /// Devices that were turned away; tries within two minutes are one.
        package var refusals = 0
        /// Microseconds that would have been watched but for kicks and refusals.
        package var lost: Int64 = 0
        /// Connections at once, at the most.
        package var most = 0

        package init(kicks: Int = 0, refusals: Int = 0, lost: Int64 = 0, most: Int = 0) {
            self.kicks = kicks
            self.refusals = refusals
            self.lost = lost
            self.most = most
        }

        package static func += (sum: inout Outcome, other: Outcome) {
            sum.kicks += other.kicks
            sum.refusals += other.refusals
            sum.lost &+= other.lost
            sum.most = max(sum.most, other.most)
        }
    }

    /// Only what happens in it counts.
    private let span: Range<WallTime>
    private var outcome = Outcome()
    /// By device: from when it lost something, and until when it would have watched.
    private var losses: [ClientID: Range<WallTime>] = [:]
    private var refusedAt: [ClientID: WallTime] = [:]

    init(span: Range<WallTime>) {
        self.span = span
    }

    /// A device plays: what it lost ends.
    mutating func played(_ client: ClientID, at now: WallTime) {
        guard let loss = self.losses.removeValue(forKey: client) else { return }
        self.add(loss.lowerBound..<max(min(now, loss.upperBound), loss.lowerBound))
    }

    /// A device that would have watched until then was pushed out.
    mutating func kicked(_ client: ClientID, at now: WallTime, until: WallTime) {
        guard self.span.contains(now) else { return }
        self.outcome.kicks += 1
        self.lose(client, now, until)
    }

    /// A device that would have watched until then was turned away.
    mutating func refused(_ client: ClientID, at now: WallTime, until: WallTime) {
        let last = self.refusedAt.updateValue(now, forKey: client)
        guard self.span.contains(now) else { return }
        if last.map({ now.microseconds - $0.microseconds >= Self.episode }) ?? true { self.outcome.refusals += 1 }
        self.lose(client, now, until)
    }

    /// So many play now.
    mutating func counted(_ live: Int, at now: WallTime) {
        if self.span.contains(now) { self.outcome.most = max(self.outcome.most, live) }
    }

    /// The sums, with what was never won back.
    mutating func finished() -> Outcome {
        for loss in self.losses.values { self.add(loss) }
        self.losses = [:]
        return self.outcome
    }

    /// Tries of a device that is out already make its loss longer, not larger.
    private mutating func lose(_ client: ClientID, _ from: WallTime, _ until: WallTime) {
        let end = min(until, self.span.upperBound)
        guard from < end else { return }
        guard let open = self.losses[client] else { return self.losses[client] = from..<end }
        guard from > open.upperBound else {
            self.losses[client] = open.lowerBound..<max(open.upperBound, end)
            return
        }
        self.add(open)
        self.losses[client] = from..<end
    }

    private mutating func add(_ loss: Range<WallTime>) {
        self.outcome.lost &+= loss.upperBound.microseconds - loss.lowerBound.microseconds
    }
}

extension SlotTally {
    /// What the history says of the starts of one credential.
    package static func recorded(_ asks: [SlotAsk], in span: Range<WallTime>) -> Outcome {
        enum Fact { case kicked(WallTime), refused, played }
        var facts: [(at: WallTime, place: Int, fact: Fact, ask: SlotAsk)] = []
        for ask in asks {
            guard ask.was != .refused else {
                facts.append((ask.at, 1, .refused, ask))
                continue
            }
            facts.append((ask.at, 2, .played, ask))
            if case .evicted(let at) = ask.was { facts.append((at, 0, .kicked(ask.until), ask)) }
        }
        facts.sort { ($0.at, $0.place) < ($1.at, $1.place) }
        var tally = SlotTally(span: span)
        for fact in facts {
            switch fact.fact {
            case .kicked(let until): tally.kicked(fact.ask.client, at: fact.at, until: until)
            case .refused: tally.refused(fact.ask.client, at: fact.at, until: fact.ask.until)
            case .played: tally.played(fact.ask.client, at: fact.at)
            }
        }
        return tally.finished()
    }
}
