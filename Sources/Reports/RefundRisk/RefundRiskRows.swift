import Model

extension RefundRiskReport {
    static let columns: [Report.Column] = [
        .init("week"), .init("customer", "customer"), .init("score", "score"), .init("band", "band"),
        .init("watch_h"), .init("frozen_s", "frozen s"), .init("hidden_s", "hidden s"),
        .init("interruptions"), .init("interruptions_per_h"), .init("freeze_ratio"), .init("worst_freeze_s"),
        .init("worst_freeze_at"), .init("failed_starts"), .init("lockouts"), .init("left_after_freeze"),
        .init("rejoins"), .init("event_frozen_s"), .init("prime_frozen_s"), .init("pain"), .init("burden"),
        .init("trend_pct"), .init("peers_pct"), .init("tenure_days"), .init("trial"), .init("price_month"),
        .init("main_cause"), .init("action", "what to do"), .init("reasons", "why"),
    ]

    /// Bands: the first hundredth, if the score is high enough, and the four hundredths after it.
    static let actShare = 0.01
    static let lookShare = 0.05
    static let actScoreMin = 25.0

    /// One row of a week, before it is written.
    struct Ranked {
        var number: Int64
        var customer: Names.Customer
        var line: Line
        var score: Double
    }

    /// Customers of a week by their score, the highest first.
    func ranked(_ index: Int, shift: Double) -> [Ranked] {
        let (week, lines) = self.weeks[index]
        let ranked = lines.compactMap { number, line -> Ranked? in
            guard let customer = self.names.customers[number] else { return nil }
            let score = 100 * (self.odds(line, customer, week) + shift).share
            return Ranked(number: number, customer: customer, line: line, score: score)
        }
        return ranked.sorted { ($1.score, $0.customer.name) < ($0.score, $1.customer.name) }
    }

    /// How many of `count` a share is, rounded up.
    static func place(_ count: Int, _ share: Double) -> Int { Int((Double(count) * share).rounded(.up)) }

    /// The rows of a week, for the customers that are wanted.
    func rows(_ index: Int, _ ranked: [Ranked], top: Int?, customer: String?) -> [[ReportCell]] {
        let peers = self.peers(ranked)
        let act = Self.place(ranked.count, Self.actShare)
        let look = Self.place(ranked.count, Self.lookShare)
        var rows: [[ReportCell]] = []
        for (place, row) in ranked.enumerated() {
            if let customer, row.customer.name != customer { continue }
            if let top, rows.count >= top { break }
            let isAct = place < act && row.score >= Self.actScoreMin
            let band = isAct ? "act now" : place < look ? "look" : "fine"
            rows.append(self.row(index, row, band: band, peers: peers[row.number] ?? 0))
        }
        return rows
    }

    private func row(_ index: Int, _ row: Ranked, band: String, peers: Double) -> [ReportCell] {
        let week = self.weeks[index].week
        let its = row.line.exposure
        let hours = its.watchHours
        let seconds: (Int64) -> ReportCell = { .number(Double($0) / 1_000, decimals: 1) }
        let story = RefundStory(self, row, week)
        return [
            .text(week.name), .text(row.customer.name), .number(row.score, decimals: 1), .text(band),
            .number(hours, decimals: 2), seconds(its.frozenMs), seconds(its.hiddenMs), .integer(its.interruptions),
            .number(Double(its.interruptions) / max(1, hours), decimals: 3),
            .number(its.watchMs > 0 ? Double(its.frozenMs) / Double(its.watchMs) : 0, decimals: 6),
            seconds(its.longestMs),
            its.longestMs > 0
                ? .moment(WallTime(microseconds: its.longestAt.ms * 1_000), seq: its.longestAt.seq) : .missing,
            .integer(its.failedStarts), .number(its.lockouts, decimals: 1), .integer(its.leftAfterFreeze),
            .integer(its.rejoins), seconds(its.eventFrozenMs), seconds(its.primeFrozenMs),
            .number(row.line.pain, decimals: 2), .number(row.line.burden, decimals: 2),
            self.trend(index, row).map { .number($0, decimals: 0) } ?? .text("new"),
            .number(peers, decimals: 0), .integer(self.tenureDays(row.customer, week)), .flag(row.customer.isTrial),
            .number(Double(row.customer.priceMonthCents) / 100, decimals: 2), .text(story.cause.rawValue),
            .text(story.action), .reasons(story.reasons),
        ]
    }

    /// How much more was suffered than in the middle one of the weeks before; `nil` for who was not there.
    private func trend(_ index: Int, _ row: Ranked) -> Double? {
        let before = self.weeks[max(0, index - Self.weeksBefore)..<index].compactMap { $0.lines[row.number]?.pain }
            .sorted()
        guard !before.isEmpty else { return nil }
        let middle = (before[(before.count - 1) / 2] + before[before.count / 2]) / 2
        guard middle > 0 else { return row.line.pain > 0 ? nil : 0 }
        return (row.line.pain / middle - 1) * 100
    }

    /// The share of customers who watch about as much and suffered less, in percent.
    private func peers(_ ranked: [Ranked]) -> [Int64: Double] {
        let byHours = ranked.sorted { ($0.line.exposure.watchMs, $0.number) < ($1.line.exposure.watchMs, $1.number) }
        var shares: [Int64: Double] = [:]
        shares.reserveCapacity(ranked.count)
        for quarter in 0..<4 {
            let group = byHours[(byHours.count * quarter / 4)..<(byHours.count * (quarter + 1) / 4)]
                .sorted { $0.line.pain < $1.line.pain }
            var first = 0
            for (place, row) in group.enumerated() {
                if row.line.pain > group[first].line.pain { first = place }
                shares[row.number] = 100 * Double(first) / Double(group.count)
            }
        }
        return shares
    }

    /// Scores times the month's prices, in units of the currency: of those who are flagged, and of all.
    func expected(_ ranked: [Ranked]) -> (flagged: Double, all: Double) {
        func sum(_ rows: some Sequence<Ranked>) -> Double {
            rows.reduce(0) { $0 + $1.score / 100 * Double($1.customer.priceMonthCents) / 100 }
        }
        return (sum(ranked.prefix(Self.place(ranked.count, Self.lookShare))), sum(ranked))
    }

    /// The figures of a week's rows together.
    func totals(_ ranked: [Ranked]) -> [Report.Field] {
        let expected = self.expected(ranked)
        let frozen = ranked.reduce(0) { $0 + $1.line.exposure.frozenMs }
        let hidden = ranked.reduce(0) { $0 + $1.line.exposure.hiddenMs }
        return [
            .init("customers", .integer(Int64(ranked.count))),
            .init("refunds_expected_low", .number(expected.flagged, decimals: 2)),
            .init("refunds_expected_high", .number(expected.all, decimals: 2)),
            .init("frozen_h", .number(Double(frozen) / 3_600_000, decimals: 1)),
            .init("hidden_h", .number(Double(hidden) / 3_600_000, decimals: 1)),
        ]
    }
}
