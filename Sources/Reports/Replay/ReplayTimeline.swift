import Model

/// Makes the lines of a replay: what the customer did, what the stream did meanwhile, what the service did.
///
/// Pure, so that the same facts make the same lines, wherever they were read.
package struct ReplayTimeline {
    /// How long after leaving a channel its troubles are still told, for they may be why; in microseconds.
    static let afterLeaving: Int64 = 120_000_000
    /// A start so soon after an end is a change of channel; in microseconds.
    static let changeWithin: Int64 = 10_000_000
    /// Who leaves so soon after the picture froze left because of it; in milliseconds.
    static let leftBecauseWithinMs: Int64 = 60_000
    /// A frozen picture shorter than this drives nobody away; in milliseconds.
    static let freezeThatDrivesMs: Int64 = 3_000

    let facts: ReplayFacts

    package init(_ facts: ReplayFacts) {
        self.facts = facts
    }

    /// In the order of time, causes before effects, alike ones folded.
    package var lines: [ReplayLine] {
        let all = self.customerLines + self.refusalLines + self.pictureLines + self.sourceLines + self.systemLines
        let window = self.facts.window
        return ReplayFolding.folded(all.filter { window.contains($0.at) }.sorted(by: Self.before))
    }

    /// What caused comes before what it caused: a source's deed, then the picture, then the customer's.
    private static func before(_ left: ReplayLine, _ right: ReplayLine) -> Bool {
        let (leftRank, rightRank) = (Self.rank(left), Self.rank(right))
        return (left.at, leftRank, left.seq, left.text) < (right.at, rightRank, right.seq, right.text)
    }

    private static func rank(_ line: ReplayLine) -> Int {
        switch line.lane {
        case .system: 0
        case .stream: line.effect == .none(nil) ? 1 : 2
        case .customer: 3
        }
    }

    func name(_ channel: ChannelID) -> String { self.facts.channels[channel] ?? "channel \(channel.rawValue)" }
}

// What the customer did.
extension ReplayTimeline {
    var customerLines: [ReplayLine] {
        self.facts.playbacks.flatMap { [self.opening($0), self.closing($0)].compactMap(\.self) }
    }

    private func opening(_ playback: Playback) -> ReplayLine {
        let channel = self.name(playback.channel)
        let device = playback.device.words
        guard playback.opened >= self.facts.window.lowerBound else {
            let text = "\(device) is watching \(channel)"
            return ReplayLine(self.facts.window.lowerBound, .customer, text, seq: playback.openedSeq)
        }
        let text =
            if let last = self.predecessor(playback) {
                last.channel == playback.channel
                    ? "\(device) opens \(channel) again" : "\(device) changes to \(channel)"
            } else {
                "\(device) opens \(channel)"
            }
        return ReplayLine(playback.opened, .customer, text, seq: playback.openedSeq)
    }

    private func closing(_ playback: Playback) -> ReplayLine? {
        guard let closed = playback.closed, let seq = playback.closedSeq else { return nil }
        // A change of channel is told where it leads to.
        if self.successor(playback) != nil, Self.isTheirDoing(playback.reason) { return nil }
        let why = self.leftBecauseOfFreeze(playback) ? "left because of the freeze" : Self.why(playback)
        let verb = Self.isTheirDoing(playback.reason) ? "closes" : "loses"
        let text = "\(playback.device.words) \(verb) \(self.name(playback.channel))" + (why.map { " (\($0))" } ?? "")
        return ReplayLine(closed, .customer, text, seq: seq)
    }

    /// What this device watched until just before.
    private func predecessor(_ playback: Playback) -> Playback? {
        self.facts.playbacks.last {
            $0.connection != playback.connection && $0.device.client == playback.device.client
                && ($0.closed.map { closed in
                    abs(playback.opened.microseconds &- closed.microseconds) <= Self.changeWithin
                } ?? false) && $0.opened <= playback.opened
        }
    }

    private func successor(_ playback: Playback) -> Playback? {
        self.facts.playbacks.first { self.predecessor($0)?.connection == playback.connection }
    }

    /// Whether the viewer left of their own will while the picture stood still.
    func leftBecauseOfFreeze(_ playback: Playback) -> Bool {
        guard let closed = playback.closed, playback.reason == "left" || playback.reason == "client" else {
            return false
        }
        return self.facts.pictures.contains { span in
            span.kind != .hidden && span.channel == playback.channel
                && span.from.milliseconds(until: closed) >= 0
                && span.from.milliseconds(until: closed) <= Self.leftBecauseWithinMs
                && span.from.milliseconds(until: min(span.to, closed)) >= Self.freezeThatDrivesMs
        }
    }

    private static func isTheirDoing(_ reason: String?) -> Bool {
        switch reason {
        case nil, "left", "client", "idle", "superseded": true
        default: false
        }
    }

    /// Why a connection ended, in words; `nil` where the viewer just left.
    private static func why(_ playback: Playback) -> String? {
        switch playback.reason {
        case nil, "left", "client": nil
        case "idle": "asked for nothing any more"
        case "stalled", "timeout": "took no more bytes: the device or its line was gone"
        case "superseded": "opened anew on the same device"
        case "evicted": "made room for another device"
        case "revoked": "the line was suspended, expired or removed, or got a new password"
        case "suspended": "the line was suspended"
        case "expired": "the line had expired"
        case "trial-ended": "the trial had ended"
        case "not-ready", "no-source": "the channel had nothing to show"
        case "codec-changed": "the channel went on in another format"
        case "channel-ended": "the channel was taken off"
        case "shutdown", "node-restart": "the service restarted"
        case let other?: other
        }
    }
}

// What was refused.
extension ReplayTimeline {
    var refusalLines: [ReplayLine] {
        self.facts.refusals.map { refusal in
            let text = "\(refusal.device.words) is refused \(self.name(refusal.channel)): \(self.why(refusal))"
            return ReplayLine(refusal.at, .customer, text, .refused, seq: refusal.seq)
        }
    }

    private func why(_ refusal: Refusal) -> String {
        guard refusal.rule == "max-connections" || !refusal.holders.isEmpty else {
            return RefusalWords.sentence(refusal.rule)
        }
        let holders = refusal.holders.map { holder in
            let dead = holder.deadSince(at: refusal.at).map { _ in ", its line was already dead" } ?? ""
            return holder.device.words + dead
        }
        return "\(refusal.holders.count) of \(refusal.limit) in use (\(holders.joined(separator: "; ")))"
    }
}

// What the stream did.
extension ReplayTimeline {
    var pictureLines: [ReplayLine] {
        self.facts.pictures.compactMap { span in
            let ms = self.watchedMs(of: span)
            guard ms > 0 || self.wasThere(span.channel, span.from) else { return nil }
            let effect: ReplayLine.Effect =
                if ms == 0 { .none("had left") } else if span.kind == .hidden { .hidden(ms) } else { .seen(ms) }
            return ReplayLine(span.from, .stream, "\(self.name(span.channel)): \(span.words)", effect, seq: span.seq)
        }
    }

    var sourceLines: [ReplayLine] {
        self.facts.sources.compactMap { fact in
            guard self.wasThere(fact.channel, fact.at) else { return nil }
            let note = self.isThere(fact.channel, fact.at) ? nil : "had left"
            return ReplayLine(
                fact.at,
                .stream,
                "\(self.name(fact.channel)): \(fact.words)",
                .none(note),
                seq: fact.seq
            )
        }
    }

    /// How much of a span this customer watched, by all their devices together, in milliseconds.
    func watchedMs(of span: PictureSpan) -> Int64 {
        let inside = self.facts.playbacks.filter { $0.channel == span.channel }.compactMap {
            playback -> Range<WallTime>? in
            let from = max(span.from, playback.opened, self.facts.window.lowerBound)
            let to = min(span.to, playback.watchedUntil ?? self.facts.knownUntil, self.facts.window.upperBound)
            return from < to ? from..<to : nil
        }
        return Self.union(inside)
    }

    /// The length of ranges laid over one another, in milliseconds.
    static func union(_ ranges: [Range<WallTime>]) -> Int64 {
        var total: Int64 = 0
        var end: WallTime?
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let from = max(range.lowerBound, end ?? range.lowerBound)
            if from < range.upperBound { total += from.microseconds(until: range.upperBound) }
            end = max(range.upperBound, end ?? range.upperBound)
        }
        return (total + 500) / 1_000
    }

    private func isThere(_ channel: ChannelID, _ at: WallTime) -> Bool {
        self.facts.playbacks.contains { $0.channel == channel && $0.opened <= at && at <= ($0.closed ?? at) }
    }

    /// Whether the customer watched the channel, or had done so until a moment before.
    private func wasThere(_ channel: ChannelID, _ at: WallTime) -> Bool {
        self.facts.playbacks.contains { playback in
            guard playback.channel == channel, playback.opened <= at else { return false }
            return playback.closed.map { $0.microseconds(until: at) <= Self.afterLeaving } ?? true
        }
    }
}

// What the service did.
extension ReplayTimeline {
    var systemLines: [ReplayLine] {
        self.facts.system.flatMap { fact -> [ReplayLine] in
            let line = ReplayLine(fact.at, .system, fact.text, seq: fact.seq)
            guard let silence = fact.silence else { return [line] }
            let ms = silence.lowerBound.milliseconds(until: silence.upperBound)
            let text = "no data for \(Spoken.words(ms)): the service was not running"
            return [ReplayLine(max(silence.lowerBound, self.facts.window.lowerBound), .system, text, seq: 0), line]
        }
    }
}
