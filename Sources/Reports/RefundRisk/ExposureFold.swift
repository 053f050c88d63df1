import Model

/// Finds what every customer saw in a week.
struct ExposureFold {
    private let supply: SupplyFacts
    private let views: ViewFacts
    private let bounds: Range<Int64>
    private let prime: TimeCover
    private let visible: VisibleGaps
    private let hidden: [Int32: TimeCover]
    private let events: [Int32: TimeCover]
    /// Ids that so many credentials have that they tell nobody apart.
    private let generic: Set<UInt64>
    /// By number in `customer_name`.
    private(set) var exposures: [Int64: Exposure] = [:]

    /// The same id on so many credentials of a week is generic.
    static let genericCredentials = 3

    init(supply: SupplyFacts, views: ViewFacts, bounds: Range<Int64>, prime: [Range<Int64>]) {
        self.supply = supply
        self.views = views
        self.bounds = bounds
        self.prime = TimeCover(prime, in: bounds)
        self.visible = VisibleGaps(supply.gaps)
        let hidden = Dictionary(grouping: supply.gaps.filter(\.isHidden)) { $0.channel }
        self.hidden = hidden.mapValues { TimeCover($0.map { $0.from..<$0.to }, in: bounds) }
        let events = Dictionary(grouping: views.events) { $0.channel }
        self.events = events.mapValues { TimeCover($0.map { $0.from..<max($0.to, $0.from) }, in: bounds) }
        self.generic = Self.genericIDs(views)
    }

    mutating func run() {
        self.exposures.reserveCapacity(self.views.credentials.count)
        for credential in self.views.credentials {
            var exposure = self.exposures[credential.customer] ?? Exposure()
            self.watch(credential, &exposure)
            self.refusals(credential, &exposure)
            self.exposures[credential.customer] = exposure
        }
    }

    private static func genericIDs(_ views: ViewFacts) -> Set<UInt64> {
        var last: [UInt64: (credential: Int, count: Int)] = [:]
        for (place, credential) in views.credentials.enumerated() {
            for connection in views.connections[credential.connections] {
                let id = views.clients[Int(connection.client)].deviceID
                guard id != 0 else { continue }
                let known = last[id] ?? (-1, 0)
                if known.credential != place { last[id] = (place, known.count + 1) }
            }
        }
        return Set(last.filter { $0.value.count >= Self.genericCredentials }.keys)
    }

    /// What a device is told by: its id unless that is generic, or else its user agent.
    private func device(_ client: Int32) -> UInt64 {
        let fact = self.views.clients[Int(client)]
        return fact.deviceID != 0 && !self.generic.contains(fact.deviceID) ? fact.deviceID : fact.agent ^ 1
    }
}

extension ExposureFold {
    private struct TimedOut {
        var device: UInt64
        var channel: Int32
        var at: Int64
    }

    private func watch(_ credential: CredentialFact, _ exposure: inout Exposure) {
        var timedOut: [TimedOut] = []
        var unavailableUntil = Int64.min
        for connection in self.views.connections[credential.connections] {
            self.rejoin(connection, &timedOut, &exposure)
            let from = max(connection.from, self.bounds.lowerBound)
            let to = min(connection.to, connection.from + RefundWeights.attentionMs, self.bounds.upperBound)
            if connection.end == .restart, self.bounds.contains(connection.to) { exposure.cut += 1 }
            if connection.end == .unavailable, self.bounds.contains(connection.from) {
                if connection.from >= unavailableUntil { exposure.failedStarts += 1 }
                exposure.failedSeq = connection.openedSeq
                unavailableUntil = connection.from + RefundWeights.episodeMs
            }
            guard to > from else { continue }
            exposure.watchMs += to - from
            exposure.hiddenMs += self.hidden[connection.channel]?.covered(from: from, to: to) ?? 0
            self.freezes(connection, from..<to, &exposure)
        }
    }

    private func freezes(_ connection: ConnectionFact, _ seen: Range<Int64>, _ exposure: inout Exposure) {
        self.visible.forEach(of: connection.channel, in: seen) { gap in
            let piece = (gap.from..<gap.to).clamped(to: seen)
            let ms = Int64(piece.count)
            let isEvent = self.events[connection.channel].map { Self.holds($0, piece.lowerBound) } ?? false
            let isPrime = Self.holds(self.prime, piece.lowerBound)
            let weight = isEvent ? RefundWeights.event : isPrime ? RefundWeights.prime : 1
            let seconds = Double(ms) / 1_000
            exposure.frozenMs += ms
            if isEvent { exposure.eventFrozenMs += ms }
            if isPrime { exposure.primeFrozenMs += ms }
            exposure.weightedSeconds += weight * min(seconds, RefundWeights.freezeSecondsMax)
            if ms >= RefundWeights.interruptionMs {
                exposure.interruptions += 1
                exposure.weightedInterruptions += weight
            }
            exposure.froze(connection.channel, gap.source, ms: ms, isEvent: isEvent, seq: gap.seq)
            let weighted = weight * min(seconds, RefundWeights.worstSecondsMax)
            if weighted > exposure.worst.weighted {
                exposure.worst = Exposure.Freeze(
                    weighted: weighted,
                    seconds: seconds,
                    at: piece.lowerBound,
                    channel: connection.channel,
                    source: gap.source,
                    seq: gap.seq,
                    isEvent: isEvent
                )
            }
            if ms > exposure.longestMs {
                exposure.longestMs = ms
                exposure.longestAt = (piece.lowerBound, gap.seq)
            }
            if connection.end == .left, ms >= RefundWeights.leavesAfterMs,
                connection.to - piece.lowerBound <= RefundWeights.leavesWithinMs
            {
                exposure.leftAfterFreeze += 1
                exposure.leftSeq = connection.closedSeq ?? 0
            }
        }
    }

    private static func holds(_ cover: TimeCover, _ moment: Int64) -> Bool {
        cover.covered(from: moment, to: moment + 1) > 0
    }

    /// Counts a device that comes back to a channel right after its connection timed out.
    private func rejoin(_ connection: ConnectionFact, _ timedOut: inout [TimedOut], _ exposure: inout Exposure) {
        let device = self.device(connection.client)
        let place = timedOut.firstIndex { $0.device == device && $0.channel == connection.channel }
        if let place {
            let gap = connection.from - timedOut[place].at
            if (0...RefundWeights.rejoinMs).contains(gap), self.bounds.contains(connection.from) {
                exposure.rejoins += 1
                let before = (timedOut[place].at - RefundWeights.episodeMs)..<(connection.from + 1)
                var isFaulty = false
                self.visible.forEach(of: connection.channel, in: before) { _ in isFaulty = true }
                if !isFaulty { exposure.lineRejoins += 1 }
            }
        }
        guard connection.end == .timeout else { return }
        let entry = TimedOut(device: device, channel: connection.channel, at: connection.to)
        if let place { timedOut[place] = entry } else { timedOut.append(entry) }
    }

    private func refusals(_ credential: CredentialFact, _ exposure: inout Exposure) {
        var lastLimit = Int64.min / 2
        var lastUnavailable = Int64.min / 2
        for refusal in self.views.rejections[credential.rejections] where self.bounds.contains(refusal.at) {
            switch refusal.rule {
            case .unavailable:
                if refusal.at - lastUnavailable > RefundWeights.episodeMs {
                    exposure.failedStarts += 1
                    exposure.failedSeq = refusal.seq
                }
                lastUnavailable = refusal.at
            case .limit:
                if refusal.at - lastLimit > RefundWeights.episodeMs { self.lockedOut(refusal, credential, &exposure) }
                lastLimit = refusal.at
            case .other: break
            }
        }
    }

    /// Somebody was kept out: wrongly, if by a connection of the same device or by a dead one.
    private func lockedOut(_ refusal: RejectionFact, _ credential: CredentialFact, _ exposure: inout Exposure) {
        let device = self.device(refusal.client)
        let holders = self.views.holders[refusal.holders]
        let isWrong = self.views.connections[credential.connections].contains { holder in
            guard holders.contains(holder.connection) else { return false }
            let isDead = holder.end == .timeout && holder.to - refusal.at <= RefundWeights.deadMs
            return isDead || self.device(holder.client) == device
        }
        exposure.lockouts += isWrong ? 1 : RefundWeights.rightLockout
        if isWrong {
            exposure.wrongLockouts += 1
            exposure.lockoutSeq = refusal.seq
        } else {
            exposure.rightLockouts += 1
            if exposure.lockoutSeq == 0 { exposure.lockoutSeq = refusal.seq }
        }
    }
}

/// The gaps that viewers saw, by channel and time.
struct VisibleGaps {
    private var channels: [Int32: [GapFact]] = [:]
    /// The longest gap of a channel: how far before a moment one must look.
    private var longest: [Int32: Int64] = [:]

    init(_ gaps: [GapFact]) {
        for gap in gaps where !gap.isHidden {
            self.channels[gap.channel, default: []].append(gap)
            self.longest[gap.channel] = max(self.longest[gap.channel] ?? 0, gap.to - gap.from)
        }
    }

    /// Hands the gaps of a channel that touch a span to `body`, ascending.
    func forEach(of channel: Int32, in span: Range<Int64>, _ body: (GapFact) -> Void) {
        guard let gaps = self.channels[channel], let longest = self.longest[channel] else { return }
        var (low, high) = (0, gaps.count)
        let from = span.lowerBound - longest
        while low < high {
            let middle = (low + high) / 2
            if gaps[middle].from < from { low = middle + 1 } else { high = middle }
        }
        while low < gaps.count, gaps[low].from < span.upperBound {
            if gaps[low].to > span.lowerBound { body(gaps[low]) }
            low += 1
        }
    }
}
