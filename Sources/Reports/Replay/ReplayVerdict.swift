package import Model

/// What an evening comes to, as support needs it first: what was seen, what was hidden, whose fault it was.
///
/// Pure; every number is a sum over the facts of the window.
package struct ReplayVerdict: Hashable, Sendable {
    /// A supplier's part of what was seen.
    package struct Cause: Hashable, Sendable {
        package var supplier: String?
        package var seenMs: Int64
        /// The most who watched the channel at such a moment, this customer left out; `nil` where not recorded.
        package var others: Int64?
    }

    /// Time in which the service delivered to any of the customer's devices.
    package var watchedMs: Int64 = 0
    package var frozenMs: Int64 = 0
    package var slateMs: Int64 = 0
    package var hiddenMs: Int64 = 0
    /// Gaps that nobody noticed, and pictures that stood still or were replaced.
    package var hiddenTimes: Int64 = 0
    package var seenTimes: Int64 = 0
    package var worstMs: Int64 = 0
    package var worstAt: WallTime?
    package var worstChannel: ChannelID?
    package var refusals: Int64 = 0
    /// Of them, with a slot held by the same device or by one whose line was dead.
    package var wrongRefusals: Int64 = 0
    /// Connections that a restart of the service ended.
    package var cutByRestart: Int64 = 0
    package var leftBecauseOfFreeze: Int64 = 0
    /// Times the customer's own connection did not keep up, and how long.
    package var stalls: Int64 = 0
    package var stalledMs: Int64 = 0
    /// Largest first.
    package var causes: [Cause] = []

    package init(_ facts: ReplayFacts) {
        let timeline = ReplayTimeline(facts)
        self.watch(facts)
        for span in facts.pictures { self.add(span, watched: timeline.watchedMs(of: span)) }
        self.refuse(facts)
        self.leftBecauseOfFreeze = Int64(facts.playbacks.count(where: timeline.leftBecauseOfFreeze))
        self.causes.sort { ($0.seenMs, $1.supplier ?? "") > ($1.seenMs, $0.supplier ?? "") }
    }

    /// What was seen, in milliseconds.
    package var seenMs: Int64 { self.frozenMs + self.slateMs }

    /// Nothing happened that the customer could notice.
    package var isClean: Bool {
        self.seenMs == 0 && self.refusals == 0 && self.cutByRestart == 0 && self.stalls == 0
    }

    private mutating func watch(_ facts: ReplayFacts) {
        let ranges = facts.playbacks.compactMap { playback -> Range<WallTime>? in
            let from = max(playback.opened, facts.window.lowerBound)
            let to = min(playback.watchedUntil ?? facts.knownUntil, facts.window.upperBound)
            return from < to ? from..<to : nil
        }
        self.watchedMs = ReplayTimeline.union(ranges)
        for playback in facts.playbacks {
            self.stalls += playback.stalls
            self.stalledMs += playback.stalledMs
            let inside = playback.closed.map { facts.window.contains($0) } ?? false
            if inside, playback.reason == "node-restart" || playback.reason == "shutdown" { self.cutByRestart += 1 }
        }
    }

    private mutating func add(_ span: PictureSpan, watched ms: Int64) {
        guard ms > 0 else { return }
        guard span.kind != .hidden else {
            self.hiddenMs += ms
            self.hiddenTimes += 1
            return
        }
        self.seenTimes += 1
        if span.kind == .slate { self.slateMs += ms } else { self.frozenMs += ms }
        if ms > self.worstMs { (self.worstMs, self.worstAt, self.worstChannel) = (ms, span.from, span.channel) }
        let others = span.viewers.map { max(0, $0 - 1) }
        if let index = self.causes.firstIndex(where: { $0.supplier == span.supplier }) {
            self.causes[index].seenMs += ms
            self.causes[index].others = [self.causes[index].others, others].compactMap(\.self).max()
        } else {
            self.causes.append(Cause(supplier: span.supplier, seenMs: ms, others: others))
        }
    }

    private mutating func refuse(_ facts: ReplayFacts) {
        for refusal in facts.refusals where facts.window.contains(refusal.at) {
            self.refusals += 1
            if refusal.isWrong { self.wrongRefusals += 1 }
        }
    }
}

extension Refusal {
    /// Whether the customer was locked out by themselves: the same device, or one whose line was dead, held a slot.
    package var isWrong: Bool {
        self.holders.contains { $0.device.client == self.device.client || $0.deadSince(at: self.at) != nil }
    }
}
