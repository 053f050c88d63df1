import Model

/// The sentences of a replay: the verdict for support, and what they may tell the customer.
///
/// The customer's text names no supplier and no other customer.
package struct ReplayStory {
    let facts: ReplayFacts
    let verdict: ReplayVerdict
    let clock: LocalClock

    package init(_ facts: ReplayFacts, clock: LocalClock) {
        self.facts = facts
        self.verdict = ReplayVerdict(facts)
        self.clock = clock
    }

    /// For support, most important first.
    package var judgement: [String] {
        guard !self.facts.playbacks.isEmpty || !self.facts.refusals.isEmpty else {
            return ["Watched nothing and asked for nothing in this time."]
        }
        return [self.sum] + self.cause + [self.line, self.away].compactMap(\.self)
    }

    /// To read out or to paste into an answer.
    package var message: [String] {
        guard !self.facts.playbacks.isEmpty || !self.facts.refusals.isEmpty else {
            return ["We see no attempt to watch in this time. Please tell us which channel and device it was."]
        }
        if self.verdict.isClean { return self.cleanMessage }
        var sentences = [self.failure, self.refused, self.restarted].compactMap(\.self)
        if !sentences.isEmpty { sentences.append("That was our side.") }
        if let weak = self.weakLine { sentences.append(weak) }
        return sentences
    }
}

// For support.
extension ReplayStory {
    private var sum: String {
        let it = self.verdict
        var parts = [
            it.frozenMs > 0 ? "\(Spoken.seconds(it.frozenMs)) frozen seen" : nil,
            it.slateMs > 0 ? "\(Spoken.seconds(it.slateMs)) of slate seen" : nil,
            it.seenMs == 0 ? "nothing bad seen" : nil,
            it.hiddenMs > 0 ? "\(Spoken.seconds(it.hiddenMs)) hidden" : nil,
        ].compactMap(\.self)
        let right = it.refusals - it.wrongRefusals
        if it.wrongRefusals > 0 { parts.append("\(Spoken.count(it.wrongRefusals, "wrong lock-out"))") }
        if right > 0 { parts.append("\(Spoken.count(right, "refusal")) by a rule") }
        if it.cutByRestart > 0 { parts.append("\(Spoken.count(it.cutByRestart, "connection")) cut by a restart") }
        return parts.joined(separator: ", ") + ", in \(Spoken.words(it.watchedMs)) watched."
    }

    private var cause: [String] {
        self.verdict.causes.prefix(3).map { cause in
            let who = cause.supplier.map { "supplier \($0)" } ?? "not known"
            let others = cause.others.map {
                $0 == 0 ? "nobody else watched" : "\(Spoken.count($0, "other viewer")) hit"
            }
            return "Cause of \(Spoken.seconds(cause.seenMs)): \(who)" + (others.map { " (\($0))" } ?? "") + "."
        }
    }

    private var line: String? {
        let it = self.verdict
        if it.stalls > 0 {
            let length = it.stalledMs > 0 ? ", \(Spoken.seconds(it.stalledMs)) together" : ""
            return "Their own connection did not keep up \(Spoken.times(it.stalls))\(length)."
        }
        return it.seenMs > 0 ? "Not the customer's line: their connection kept up." : nil
    }

    private var away: String? {
        self.verdict.leftBecauseOfFreeze > 0
            ? "Left \(Spoken.times(self.verdict.leftBecauseOfFreeze)) because of a freeze." : nil
    }
}

// For the customer.
extension ReplayStory {
    private var cleanMessage: [String] {
        let watched = Spoken.words(self.verdict.watchedMs)
        return [
            "In this time we delivered \(watched) to your devices without an interruption on our side.",
            "If the picture stopped, please look at the device and its connection to the internet.",
        ]
    }

    private var failure: String? {
        let it = self.verdict
        guard it.seenMs > 0, let at = it.worstAt, let channel = it.worstChannel else { return nil }
        let name = self.facts.channels[channel] ?? "the channel"
        let seen = it.frozenMs > 0 ? "a frozen picture" : "a notice instead of the picture"
        let more = it.seenTimes > 1 ? " in all, \(Spoken.times(it.seenTimes))" : ""
        let acts = [
            it.hiddenMs >= 1_000 ? "bridged \(Spoken.words(it.hiddenMs))" : nil,
            self.switchedAfterMs(channel, at).map { "switched after \(Spoken.words($0))" },
        ].compactMap(\.self)
        let ours = acts.isEmpty ? "You" : "We \(acts.joined(separator: " and ")); you"
        return "On \(self.clock.weekday(at)) at \(self.clock.hourAndMinute(at)) the source of \(name) failed. "
            + "\(ours) saw about \(Spoken.words(it.seenMs)) of \(seen)\(more)."
    }

    /// From a source's failure to the switch to another, around a moment at which the picture stood; in milliseconds.
    private func switchedAfterMs(_ channel: ChannelID, _ moment: WallTime) -> Int64? {
        let facts = self.facts.sources.filter { $0.channel == channel }
        guard let failed = facts.last(where: { $0.at <= moment && $0.deed.isFailure }),
            let switched = facts.first(where: { $0.at >= moment && $0.deed.isFailover })
        else { return nil }
        let ms = failed.at.milliseconds(until: switched.at)
        return ms <= Self.switchedWithinMs ? ms : nil
    }

    /// A later switch has nothing to do with the failure, in milliseconds.
    private static let switchedWithinMs: Int64 = 600_000

    private var refused: String? {
        let it = self.verdict
        if it.wrongRefusals > 0 {
            return
                "You were wrongly refused \(Spoken.times(it.wrongRefusals)), because we still counted a connection that was gone."
        }
        return nil
    }

    private var restarted: String? {
        self.verdict.cutByRestart > 0
            ? "Our service was interrupted, which ended \(Spoken.count(self.verdict.cutByRestart, "connection")) of yours."
            : nil
    }

    private var weakLine: String? {
        let it = self.verdict
        let own = it.refusals - it.wrongRefusals
        if it.stalls > 0 {
            return "Your own connection could not keep up \(Spoken.times(it.stalls)) in this time."
        }
        if own > 0, it.wrongRefusals == 0 {
            return "\(own == 1 ? "One start was" : "\(own) starts were") refused, "
                + "because all connections of your plan were in use by your other devices."
        }
        return nil
    }
}
