/// When each channel showed a frozen or a held picture, and by whose fault, ready for many questions.
struct ChannelCovers {
    /// Milliseconds of viewers.
    struct Tally {
        var watched: Int64 = 0
        var visible: Int64 = 0
        var patched: Int64 = 0
    }

    struct Tallies {
        var channels: [Int32: Tally] = [:]
        /// By place of the source.
        var bySource: [Int: Tally] = [:]
    }

    private struct Channel {
        var visible: TimeCover
        var patched: TimeCover
        /// The sources that fed it or left gaps, with their parts.
        var sources: [(place: Int, active: TimeCover, visible: TimeCover, patched: TimeCover)]
    }

    private var channels: [Int32: Channel] = [:]

    init(_ facts: SupplyFacts, in bounds: Range<Int64>) {
        let active = ActiveSources(facts, in: bounds).covers
        let gaps = Dictionary(grouping: facts.gaps) { $0.channel }
        var sources: [Int32: [Int]] = [:]
        for (place, source) in facts.sources.enumerated() { sources[source.channel, default: []].append(place) }
        for channel in Set(gaps.keys).union(sources.keys) {
            let mine = gaps[channel] ?? []
            let parts = (sources[channel] ?? []).compactMap { place -> (Int, TimeCover, TimeCover, TimeCover)? in
                let its = mine.filter { $0.source == place }
                let fed = active[place] ?? TimeCover([], in: bounds)
                guard !its.isEmpty || !fed.isEmpty else { return nil }
                return (place, fed, Self.cover(its, isHidden: false, bounds), Self.cover(its, isHidden: true, bounds))
            }
            self.channels[channel] = Channel(
                visible: Self.cover(mine, isHidden: false, bounds),
                patched: Self.cover(mine, isHidden: true, bounds),
                sources: parts.map { (place: $0.0, active: $0.1, visible: $0.2, patched: $0.3) }
            )
        }
    }

    private static func cover(_ gaps: [GapFact], isHidden: Bool, _ bounds: Range<Int64>) -> TimeCover {
        TimeCover(gaps.filter { $0.isHidden == isHidden }.map { $0.from..<$0.to }, in: bounds)
    }

    var emptyTally: Tallies { Tallies() }

    /// Adds what a viewer of a channel saw from one moment to another.
    func add(_ channel: Int32, _ from: Int64, _ to: Int64, to tallies: inout Tallies) {
        guard let covers = self.channels[channel] else {
            tallies.channels[channel, default: Tally()].watched += to - from
            return
        }
        let (visible, patched) = (
            covers.visible.covered(from: from, to: to), covers.patched.covered(from: from, to: to)
        )
        tallies.channels[channel, default: Tally()].add(to - from, visible, patched)
        if covers.sources.count == 1 {
            tallies.bySource[covers.sources[0].place, default: Tally()].add(to - from, visible, patched)
            return
        }
        for source in covers.sources {
            tallies.bySource[source.place, default: Tally()].add(
                source.active.covered(from: from, to: to),
                visible == 0 ? 0 : source.visible.covered(from: from, to: to),
                patched == 0 ? 0 : source.patched.covered(from: from, to: to)
            )
        }
    }
}

extension ChannelCovers.Tally {
    fileprivate mutating func add(_ watched: Int64, _ visible: Int64, _ patched: Int64) {
        self.watched += watched
        self.visible += visible
        self.patched += patched
    }
}

/// Which source fed each channel, and when: its first one, but for switches.
struct ActiveSources {
    /// By place of the source.
    private(set) var covers: [Int: TimeCover] = [:]

    init(_ facts: SupplyFacts, in bounds: Range<Int64>) {
        var first: [Int32: Int] = [:]
        for (place, source) in facts.sources.enumerated() {
            if let known = first[source.channel], facts.sources[known].position <= source.position { continue }
            first[source.channel] = place
        }
        var changes: [Int32: [SwitchFact]] = [:]
        for change in facts.switches { changes[change.channel, default: []].append(change) }
        var spans: [Int: [Range<Int64>]] = [:]
        for (channel, place) in first {
            let mine = changes[channel] ?? []
            var source = mine.first.flatMap { $0.from >= 0 ? $0.from : nil } ?? place
            var since = bounds.lowerBound
            for change in mine where change.at < bounds.upperBound {
                if change.at > since {
                    spans[source, default: []].append(since..<change.at)
                    since = change.at
                }
                if change.to >= 0 { source = change.to }
            }
            if since < bounds.upperBound { spans[source, default: []].append(since..<bounds.upperBound) }
        }
        self.covers = spans.mapValues { TimeCover($0, in: bounds) }
    }
}

/// What each gap cost viewers: how many watched its channel, times how long.
struct GapCosts {
    /// In the order of the gaps.
    private(set) var visibleViewerMs: [Int64]

    init(_ gaps: [GapFact], _ views: ViewFacts, in bounds: Range<Int64>) {
        self.visibleViewerMs = Array(repeating: 0, count: gaps.count)
        // Viewers at a moment are openings less ends before it: two sorted lists a channel, asked with a search each.
        var openings: [Int32: [Int64]] = [:]
        var ends: [Int32: [Int64]] = [:]
        let channels = Set(gaps.filter { !$0.isHidden }.map(\.channel))
        for connection in views.connections where channels.contains(connection.channel) {
            openings[connection.channel, default: []].append(connection.from)
            ends[connection.channel, default: []].append(connection.to)
        }
        for channel in channels {
            openings[channel]?.sort()
            ends[channel]?.sort()
        }
        for (index, gap) in gaps.enumerated() where !gap.isHidden && bounds.overlaps(gap.from..<gap.to) {
            let here =
                Self.count(openings[gap.channel] ?? [], upTo: gap.from)
                - Self.count(ends[gap.channel] ?? [], upTo: gap.from)
            self.visibleViewerMs[index] = Int64(here) * (gap.to - gap.from)
        }
    }

    private static func count(_ sorted: [Int64], upTo moment: Int64) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
