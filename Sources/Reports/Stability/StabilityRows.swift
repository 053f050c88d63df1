import Model

extension StabilityReport {
    /// Figures of the definitions' first edition.
    static let version: Int64 = 1

    static let columns: [Report.Column] = [
        .init("week"), .init("scope", "of"), .init("id", "name"), .init("supplier", "supplier"), .init("streams"),
        .init("in_use_h"), .init("blips", "blips"), .init("blips_per_h"), .init("mtbf_s"),
        .init("mttr_s", "mttr s"), .init("down_p50_s"), .init("down_p95_s"), .init("source_down_s"),
        .init("stream_down_s"), .init("patched_s"), .init("visible_s", "visible s"), .init("availability_source"),
        .init("availability_seen", "seen"), .init("failovers"), .init("viewer_h"),
        .init("viewer_min_affected", "viewer min"), .init("viewer_min_saved", "saved"), .init("saved_share"),
        .init("affected_per_1000h", "per 1000 h"), .init("incidents"), .init("worst_at", "worst"), .init("trend_pct"),
        .init("stream"), .init("viewer_s_visible"), .init("viewer_s_saved"), .init("failover_gap_p50_s"),
        .init("failover_gap_p95_s"), .init("failover_helped_s"), .init("blips_per_h_prime"), .init("blips_per_h_other"),
    ]

    /// Which rows are wanted.
    struct Selection: Hashable, Sendable {
        /// Only this supplier, and the channels it feeds.
        var supplier: String?
    }

    /// What a row is about.
    enum Subject: Hashable, Sendable {
        case all
        /// Place in ``SupplyFacts/suppliers``.
        case supplier(Int)
        case channel(Int32)
    }

    /// The rows of a week: all together, then suppliers, then channels, the most harmful first.
    func subjects(_ figures: Week, _ selection: Selection) -> [Subject] {
        let wanted = selection.supplier.map { name in self.supply.suppliers.firstIndex(of: name) ?? -1 }
        let suppliers = figures.suppliers.filter { wanted == nil || $0.key == wanted }.sorted { left, right in
            (right.value.affectedPer1000h, self.supply.suppliers[left.key]) < (
                left.value.affectedPer1000h, self.supply.suppliers[right.key]
            )
        }
        let channels = figures.channels.filter { channel, _ in
            wanted.map { figures.suppliersOf[channel]?.contains($0) == true } ?? true
        }.sorted { left, right in
            (right.value.viewerVisibleMs, left.key) < (left.value.viewerVisibleMs, right.key)
        }
        return (wanted == nil ? [.all] : []) + suppliers.map { .supplier($0.key) } + channels.map { .channel($0.key) }
    }

    /// The row of a subject.
    ///
    /// `harm` has what the weeks before were like, for the trend.
    func row(_ subject: Subject, _ week: ReportWeek, _ figures: Week, harm: HarmHistory) -> [ReportCell] {
        switch subject {
        case .all:
            let streams = Int64(figures.suppliersOf.count)
            return self.row(week, "week", "all", "", streams, figures.all, trend: harm.trend(of: .all))
        case .supplier(let supplier):
            let name = self.supply.suppliers[supplier]
            let its = figures.suppliers[supplier] ?? .init()
            let streams = Int64(figures.channelsOf[supplier]?.count ?? 0)
            return self.row(week, "supplier", name, name, streams, its, trend: harm.trend(of: .supplier(name)))
        case .channel(let channel):
            let name = self.names.channel(Int64(channel))
            let its = figures.channels[channel] ?? .init()
            let supplier = figures.suppliersOf[channel]?.first.map { self.supply.suppliers[$0] } ?? ""
            return self.row(week, "stream", name, supplier, 1, its, trend: harm.trend(of: .channel(Int64(channel))))
        }
    }

    private func row(
        _ week: ReportWeek,
        _ scope: String,
        _ id: String,
        _ supplier: String,
        _ streams: Int64,
        _ its: SupplyWeek.Figures,
        trend: Double?
    ) -> [ReportCell] {
        let downs = its.downs.sorted()
        let gaps = its.failoverGaps.sorted()
        let inUse = Double(its.inUseMs) / 1_000
        let down = Double(its.sourceDownMs) / 1_000
        let blips = Double(its.blips)
        let hours = inUse / 3_600
        let primeHours = Double(its.primeMs) / 3_600_000
        let seconds: (Int64) -> ReportCell = { .number(Double($0) / 1_000, decimals: 3) }
        let ratio: (Double, Double) -> Double? = { $1 > 0 ? $0 / $1 : nil }
        return [
            .text(week.name), .text(scope), .text(id), .text(supplier), .integer(streams),
            .number(hours, decimals: 2), .integer(its.blips), .init(ratio(blips, hours), decimals: 4),
            .init(ratio(inUse - down, blips), decimals: 1), .init(ratio(down, blips), decimals: 1),
            .init(Self.quantile(downs, 0.5), decimals: 1), .init(Self.quantile(downs, 0.95), decimals: 1),
            seconds(its.sourceDownMs), seconds(its.streamDownMs), seconds(its.patchedMs), seconds(its.visibleMs),
            .init(ratio(inUse - down, inUse), decimals: 6),
            .init(ratio(inUse - Double(its.visibleMs) / 1_000, inUse), decimals: 6), .integer(its.failovers),
            .number(Double(its.viewerMs) / 3_600_000, decimals: 2),
            .number(Double(its.viewerVisibleMs) / 60_000, decimals: 3),
            .number(Double(its.viewerPatchedMs) / 60_000, decimals: 3),
            .init(
                ratio(Double(its.viewerPatchedMs), Double(its.viewerPatchedMs + its.viewerVisibleMs)),
                decimals: 4
            ),
            .init(its.viewerMs > 0 ? its.affectedPer1000h : nil, decimals: 2),
            scope == "stream" ? .missing : .integer(its.incidents),
            its.worst.map { .moment(WallTime(microseconds: $0.at * 1_000), seq: $0.seq) } ?? .missing,
            .init(trend, decimals: 0), .text(scope == "stream" ? id : ""), seconds(its.viewerVisibleMs),
            seconds(its.viewerPatchedMs), .init(Self.quantile(gaps, 0.5), decimals: 1),
            .init(Self.quantile(gaps, 0.95), decimals: 1), seconds(max(its.sourceDownMs - its.streamDownMs, 0)),
            .init(ratio(Double(its.primeBlips), primeHours), decimals: 4),
            .init(ratio(Double(its.blips - its.primeBlips), hours - primeHours), decimals: 4),
        ]
    }

    /// The value that a share of the sorted lengths does not pass, in seconds.
    static func quantile(_ sorted: [Int64], _ share: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let rank = Int((share * Double(sorted.count)).rounded(.up)) - 1
        return Double(sorted[min(max(rank, 0), sorted.count - 1)]) / 1_000
    }
}

extension SupplyWeek.Figures {
    /// Viewer-minutes with a visible gap in a thousand hours of viewing; 0 when nobody watched.
    var affectedPer1000h: Double {
        guard self.viewerMs > 0 else { return 0 }
        return Double(self.viewerVisibleMs) / 60_000 / (Double(self.viewerMs) / 3_600_000) * 1_000
    }
}

extension StabilityReport {
    /// The figures of all channels together.
    func totals(_ all: SupplyWeek.Figures) -> [Report.Field] {
        let worth = self.worth(all)
        return [
            .init("blips", .integer(all.blips)),
            .init("source_down_h", .number(Double(all.sourceDownMs) / 3_600_000, decimals: 1)),
            .init("viewer_h", .number(Double(all.viewerMs) / 3_600_000, decimals: 0)),
            .init("viewer_min_affected", .number(Double(all.viewerVisibleMs) / 60_000, decimals: 1)),
            .init("viewer_min_saved", .number(Double(all.viewerPatchedMs) / 60_000, decimals: 1)),
            .init("failovers", .integer(all.failovers)), .init("incidents", .integer(all.incidents)),
            .init("worth_lost", .number(worth.lost, decimals: 2)),
            .init("worth_saved", .number(worth.saved, decimals: 2)),
        ]
    }

    /// What customers pay for a week, and the parts of it that were lost and saved, by time watched, in units of the currency.
    func worth(_ all: SupplyWeek.Figures) -> (week: Double, lost: Double, saved: Double) {
        let month = self.names.customers.values.reduce(0) { $0 + ($1.isErased ? 0 : $1.priceMonthCents) }
        let week = Double(month) / 100 * Self.weekOfMonth
        guard all.viewerMs > 0 else { return (week, 0, 0) }
        let watched = Double(all.viewerMs)
        return (week, week * Double(all.viewerVisibleMs) / watched, week * Double(all.viewerPatchedMs) / watched)
    }

    /// A week's share of a month's price: twelve months in 52 weeks.
    private static let weekOfMonth = 12.0 / 52
}
