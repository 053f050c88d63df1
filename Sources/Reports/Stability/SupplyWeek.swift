/// What sources, channels and suppliers did in one week.
enum SupplyWeek {
    /// What is known of one thing.
    struct Figures: Sendable {
        var inUseMs: Int64 = 0
        var blips: Int64 = 0
        var primeBlips: Int64 = 0
        var primeMs: Int64 = 0
        var sourceDownMs: Int64 = 0
        var streamDownMs: Int64 = 0
        var patchedMs: Int64 = 0
        var visibleMs: Int64 = 0
        var failovers: Int64 = 0
        var viewerMs: Int64 = 0
        var viewerVisibleMs: Int64 = 0
        var viewerPatchedMs: Int64 = 0
        var incidents: Int64 = 0
        /// Lengths of the outages that began in the week, whole.
        var downs: [Int64] = []
        /// From the failure to the other source's picture, of each failover.
        var failoverGaps: [Int64] = []
        /// The gap that cost viewers most: viewer-milliseconds, moment, event.
        var worst: (cost: Int64, at: Int64, seq: Int64)?
    }

    /// A time in which a channel's picture hung on one failing source.
    struct Dark: Hashable, Sendable {
        var channel: Int32
        var source: Int
        var from: Int64
        var to: Int64
        /// Whether another source ended it.
        var isSwitched: Bool
        var seq: Int64
    }

    /// From each failure of the source a channel hangs on until that is well or was left.
    static func darknesses(_ facts: SupplyFacts) -> [Dark] {
        var active: [Int32: Int] = [:]
        for (place, source) in facts.sources.enumerated() {
            guard let known = active[source.channel] else {
                active[source.channel] = place
                continue
            }
            if source.position < facts.sources[known].position { active[source.channel] = place }
        }
        // Before the first switch of the span it was fed by what that left.
        var isKnown: Set<Int32> = []
        for change in facts.switches where change.from >= 0 && isKnown.insert(change.channel).inserted {
            active[change.channel] = change.from
        }
        var changes: [Int32: [SwitchFact]] = [:]
        for change in facts.switches { changes[change.channel, default: []].append(change) }
        var darknesses: [Dark] = []
        for outage in facts.outages {
            let channel = facts.sources[outage.source].channel
            let mine = changes[channel] ?? []
            let feeds = mine.last { $0.at <= outage.from }?.to ?? active[channel]
            guard feeds == outage.source else { continue }
            let change = mine.first { $0.from == outage.source && $0.at >= outage.from && $0.at <= outage.to }
            darknesses.append(
                Dark(
                    channel: channel,
                    source: outage.source,
                    from: outage.from,
                    to: change?.at ?? outage.to,
                    isSwitched: change != nil,
                    seq: outage.seq
                )
            )
        }
        return darknesses
    }
}
