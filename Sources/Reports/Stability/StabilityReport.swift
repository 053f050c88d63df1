import Model

/// What suppliers and channels did in a week, and what that cost viewers.
///
/// Source: the definitions Sources/Reports/README.md.
struct StabilityReport {
    /// Outages of so many channels of one supplier, so close together, are one incident of the supplier.
    static let incidentChannels = 3
    static let incidentMs: Int64 = 10_000

    let supply: SupplyFacts
    let views: ViewFacts
    let names: Names
    let clock: LocalClock
    let prime: PrimeTime

    init(
        supply: SupplyFacts,
        views: ViewFacts,
        names: Names,
        clock: LocalClock,
        prime: PrimeTime = .usual
    ) {
        self.supply = supply
        self.views = views
        self.names = names
        self.clock = clock
        self.prime = prime
    }

    /// The figures of a week by scope: suppliers by the failing source, channels, and all together.
    struct Week {
        var suppliers: [Int: SupplyWeek.Figures] = [:]
        var channels: [Int32: SupplyWeek.Figures] = [:]
        var all = SupplyWeek.Figures()
        /// Suppliers of a channel, its first one first.
        var suppliersOf: [Int32: [Int]] = [:]
        /// Channels of a supplier.
        var channelsOf: [Int: Set<Int32>] = [:]
    }

    /// Puts a week's figures together; `until` cuts a week that is not over.
    func figures(of week: ReportWeek, until: Int64) -> Week {
        let bounds = week.start.ms..<max(min(week.end.ms, until), week.start.ms + 1)
        var figures = Week()
        for source in self.supply.sources.sorted(by: { $0.position < $1.position }) {
            if figures.suppliersOf[source.channel]?.contains(source.supplier) != true {
                figures.suppliersOf[source.channel, default: []].append(source.supplier)
            }
            figures.channelsOf[source.supplier, default: []].insert(source.channel)
        }
        let prime = TimeCover(
            self.prime.spans(in: week, self.clock).map { $0.lowerBound.ms..<$0.upperBound.ms },
            in: bounds
        )
        self.countOutages(bounds, prime, &figures)
        self.countPictures(bounds, &figures)
        self.countViewers(bounds, &figures)
        self.countUse(bounds, prime, &figures)
        self.countIncidents(bounds, &figures)
        return figures
    }

    private func countOutages(_ bounds: Range<Int64>, _ prime: TimeCover, _ week: inout Week) {
        for outage in self.supply.outages {
            let source = self.supply.sources[outage.source]
            let cut = (outage.from..<max(outage.to, outage.from)).clamped(to: bounds)
            let begins = bounds.contains(outage.from)
            let isPrime = prime.covered(from: outage.from, to: outage.from + 1) > 0
            week.change(source.supplier, source.channel) { figures in
                figures.sourceDownMs += Int64(cut.count)
                guard begins else { return }
                figures.blips += 1
                figures.primeBlips += isPrime ? 1 : 0
                figures.downs.append(outage.to - outage.from)
            }
        }
        for dark in SupplyWeek.darknesses(self.supply) {
            let source = self.supply.sources[dark.source]
            let cut = (dark.from..<max(dark.to, dark.from)).clamped(to: bounds)
            week.change(source.supplier, dark.channel) { figures in
                figures.streamDownMs += Int64(cut.count)
                guard dark.isSwitched, bounds.contains(dark.to) else { return }
                figures.failovers += 1
                figures.failoverGaps.append(dark.to - dark.from)
            }
        }
    }

    private func countPictures(_ bounds: Range<Int64>, _ week: inout Week) {
        for gap in self.supply.gaps {
            let length = Int64((gap.from..<gap.to).clamped(to: bounds).count)
            let supplier = gap.source >= 0 ? self.supply.sources[gap.source].supplier : nil
            week.change(supplier, gap.channel) { figures in
                if gap.isHidden { figures.patchedMs += length } else { figures.visibleMs += length }
            }
        }
    }

    /// Overlaps of every connection with what its channel showed.
    private func countViewers(_ bounds: Range<Int64>, _ week: inout Week) {
        let covers = ChannelCovers(self.supply, in: bounds)
        var watched = covers.emptyTally
        for connection in self.views.connections {
            let from = max(connection.from, bounds.lowerBound)
            let to = min(connection.to, bounds.upperBound)
            if to > from { covers.add(connection.channel, from, to, to: &watched) }
        }
        for (channel, tally) in watched.channels {
            week.change(nil, channel) { figures in
                figures.viewerMs += tally.watched
                figures.viewerVisibleMs += tally.visible
                figures.viewerPatchedMs += tally.patched
            }
        }
        for (key, tally) in watched.bySource {
            let supplier = self.supply.sources[key].supplier
            week.suppliers[supplier, default: .init()].viewerMs += tally.watched
            week.suppliers[supplier, default: .init()].viewerVisibleMs += tally.visible
            week.suppliers[supplier, default: .init()].viewerPatchedMs += tally.patched
        }
        self.findWorst(bounds, &week)
    }

    /// The gap of each channel and supplier that cost viewers most.
    private func findWorst(_ bounds: Range<Int64>, _ week: inout Week) {
        let costs = GapCosts(self.supply.gaps, self.views, in: bounds)
        for (gap, cost) in zip(self.supply.gaps, costs.visibleViewerMs) where cost > 0 && !gap.isHidden {
            let supplier = gap.source >= 0 ? self.supply.sources[gap.source].supplier : nil
            week.change(supplier, gap.channel) { figures in
                if cost > figures.worst?.cost ?? 0 { figures.worst = (cost, gap.from, gap.seq) }
            }
        }
    }

    private func countUse(_ bounds: Range<Int64>, _ prime: TimeCover, _ week: inout Week) {
        let length = Int64(bounds.count)
        for channel in week.suppliersOf.keys {
            week.channels[channel, default: .init()].inUseMs = length
            week.channels[channel, default: .init()].primeMs = prime.total
        }
        for (place, active) in ActiveSources(self.supply, in: bounds).covers {
            let source = self.supply.sources[place]
            week.suppliers[source.supplier, default: .init()].inUseMs += active.total
            week.suppliers[source.supplier, default: .init()].primeMs += active.spans.reduce(0) {
                $0 + prime.covered(from: $1.lowerBound, to: $1.upperBound)
            }
        }
        week.all.inUseMs = length * Int64(week.suppliersOf.count)
        week.all.primeMs = prime.total * Int64(week.suppliersOf.count)
    }

    /// Outages of three channels of one supplier within ten seconds are one incident.
    private func countIncidents(_ bounds: Range<Int64>, _ week: inout Week) {
        var bySupplier: [Int: [(at: Int64, channel: Int32)]] = [:]
        for outage in self.supply.outages where bounds.contains(outage.from) {
            let source = self.supply.sources[outage.source]
            bySupplier[source.supplier, default: []].append((outage.from, source.channel))
        }
        for (supplier, outages) in bySupplier {
            let count = Self.incidents(outages)
            week.suppliers[supplier, default: .init()].incidents = count
            week.all.incidents += count
        }
    }

    /// Groups in which each outage begins at most ten seconds after the first, with three channels or more.
    static func incidents(_ outages: [(at: Int64, channel: Int32)]) -> Int64 {
        var count: Int64 = 0
        var first = 0
        while first < outages.count {
            var channels: Set<Int32> = []
            var next = first
            while next < outages.count, outages[next].at - outages[first].at <= Self.incidentMs {
                channels.insert(outages[next].channel)
                next += 1
            }
            if channels.count >= Self.incidentChannels {
                count += 1
                first = next
            } else {
                first += 1
            }
        }
        return count
    }
}

extension StabilityReport.Week {
    /// Changes the figures of a channel, of a supplier where there is one, and of all.
    mutating func change(_ supplier: Int?, _ channel: Int32, _ change: (inout SupplyWeek.Figures) -> Void) {
        change(&self.channels[channel, default: .init()])
        if let supplier { change(&self.suppliers[supplier, default: .init()]) }
        change(&self.all)
    }
}

extension WallTime {
    /// Milliseconds since 1970.
    var ms: Int64 { self.microseconds.floored(by: 1_000) }
}
