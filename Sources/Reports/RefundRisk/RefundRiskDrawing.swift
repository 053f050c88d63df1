import Model

/// What a page shows of a week's refund risk.
struct RefundRiskDrawing {
    let report: RefundRiskReport
    let week: ReportWeek
    let views: ViewFacts
    let bounds: Range<Int64>
    let ranked: [RefundRiskReport.Ranked]

    /// `shown` are the rows in their order; `first` is the place of the first one in the report.
    func drawing(_ shown: [RefundRiskReport.Ranked], first: Int) -> ReportDrawing {
        var drawing = ReportDrawing(title: "Refund risk", lead: self.lead, cards: self.cards)
        let strips = CustomerStrips(self.week, self.report.clock, self.views, self.report.supply.gaps, self.bounds)
        for (place, row) in shown.prefix(ReportPage.rowsMax).enumerated() {
            drawing.rows[first + place] = strips.strip(row.number).svg
        }
        drawing.rowLegend = [
            .init("accent", "watching"), .init("seen", "frozen, or refused"), .init("hidden", "hidden by anti-freeze"),
        ]
        drawing.figures = [self.suppliers, self.hours].compactMap(\.self)
        return drawing
    }

    private var flagged: (act: Int, look: Int) {
        let act = self.ranked.prefix(RefundRiskReport.place(self.ranked.count, RefundRiskReport.actShare))
            .count { $0.score >= RefundRiskReport.actScoreMin }
        return (act, RefundRiskReport.place(self.ranked.count, RefundRiskReport.lookShare) - act)
    }

    private var lead: [String] {
        let (act, look) = self.flagged
        guard !self.ranked.isEmpty else { return ["Nobody watched, so nobody has a reason to ask for money back."] }
        let money = self.report.expected(self.ranked)
        return [
            "Speak to \(Figures.count(Int64(act))) of \(Figures.count(Int64(self.ranked.count), "customer")) now, and look at \(Figures.count(Int64(look))) more.",
            "As far as what they saw tells, \(Figures.money(money.flagged)) of a month's prices may be asked back by these, \(Figures.money(money.all)) by all.",
            self.cause,
        ].filter { !$0.isEmpty }
    }

    private var cause: String {
        let frozen = self.ranked.reduce(0) { $0 + $1.line.exposure.frozenMs }
        let hidden = self.ranked.reduce(0) { $0 + $1.line.exposure.hiddenMs }
        guard frozen > 0 || hidden > 0 else { return "Nobody saw a frozen picture." }
        let most = self.bySupplier.first.flatMap { $0.ms > 0 ? " (most from \($0.name))" : nil } ?? ""
        return
            "Customers saw \(Spoken.words(frozen)) of frozen picture\(most); anti-freeze hid \(Spoken.words(hidden)) more."
    }

    private var cards: [WebCard] {
        let (act, look) = self.flagged
        let money = self.report.expected(self.ranked)
        let frozen = self.ranked.reduce(0) { $0 + $1.line.exposure.frozenMs }
        let hidden = self.ranked.reduce(0) { $0 + $1.line.exposure.hiddenMs }
        return [
            WebCard(
                "\(Figures.money(money.flagged)) – \(Figures.money(money.all))",
                "may be asked back",
                money.flagged > 0 ? .bad : .plain
            ),
            WebCard(Figures.count(Int64(act)), "act now", act > 0 ? .bad : .good),
            WebCard(Figures.count(Int64(look)), "worth a look"),
            WebCard("\(Figures.count(Double(frozen) / 3_600_000)) h", "frozen, seen", frozen > 0 ? .bad : .good),
            WebCard("\(Figures.count(Double(hidden) / 3_600_000)) h", "hidden by anti-freeze", .good),
        ]
    }

    /// Frozen milliseconds by supplier, the most first.
    private var bySupplier: [(name: String, ms: Int64)] {
        var sums: [String: Int64] = [:]
        let supply = self.report.supply
        for row in self.ranked {
            for part in row.line.exposure.parts {
                let isKnown = supply.sources.indices.contains(part.source)
                let name =
                    isKnown ? "supplier \(supply.suppliers[supply.sources[part.source].supplier])" : "no known source"
                sums[name, default: 0] += part.ms
            }
        }
        return sums.map { (name: $0.key, ms: $0.value) }.sorted { ($1.ms, $0.name) < ($0.ms, $1.name) }
    }

    private var suppliers: ReportDrawing.Figure? {
        let bars = self.bySupplier.filter { $0.ms > 0 }.map { name, ms in
            BarChart.Bar(
                name: name.hasPrefix("supplier ") ? String(name.dropFirst(9)) : name,
                parts: [.init(style: "frozen", value: Double(ms))],
                words: RefundStory.length(ms)
            )
        }
        guard !bars.isEmpty else { return nil }
        return .init(
            title: "Whose failures customers saw",
            chart: BarChart(bars: bars, label: "Frozen picture by supplier").svg,
            note: "Frozen picture that customers saw, by the failing supplier."
        )
    }

    private var hours: ReportDrawing.Figure? {
        var grid = HourGrid(self.week, self.report.clock)
        let gaps = self.report.supply.gaps
        grid.addFrozen(self.views, gaps, in: self.bounds, attention: RefundWeights.attentionMs)
        guard let most = grid.most else { return nil }
        return .init(
            title: "When they saw it",
            chart: HeatMap(grid: grid, label: "Frozen viewer-minutes").svg,
            note: "Minutes of frozen picture by day and hour; most on \(most)."
        )
    }
}

/// A customer's week, all credentials together.
struct CustomerStrips {
    private let week: ReportWeek
    private let clock: LocalClock
    private let views: ViewFacts
    private let bounds: Range<Int64>
    private let visible: VisibleGaps
    private let hidden: VisibleGaps
    private let credentials: [Int64: [CredentialFact]]

    init(_ week: ReportWeek, _ clock: LocalClock, _ views: ViewFacts, _ gaps: [GapFact], _ bounds: Range<Int64>) {
        self.week = week
        self.clock = clock
        self.views = views
        self.bounds = bounds
        self.visible = VisibleGaps(merging: gaps.filter { !$0.isHidden }, in: bounds)
        self.hidden = VisibleGaps(
            merging: gaps.filter(\.isHidden).map { gap in
                var gap = gap
                gap.isHidden = false
                return gap
            },
            in: bounds
        )
        self.credentials = Dictionary(grouping: views.credentials) { $0.customer }
    }

    /// Watching, with what stood in the picture's place while they watched, and refusals.
    func strip(_ customer: Int64) -> WeekStrip {
        var (watched, frozen, patched, refused): ([Range<Int64>], [Range<Int64>], [Range<Int64>], [Range<Int64>]) =
            ([], [], [], [])
        for credential in self.credentials[customer] ?? [] {
            for connection in self.views.connections[credential.connections] {
                let last = min(connection.to, connection.from + RefundWeights.attentionMs, self.bounds.upperBound)
                let from = max(connection.from, self.bounds.lowerBound)
                guard last > from else { continue }
                watched.append(from..<last)
                self.visible.forEach(of: connection.channel, in: from..<last) { frozen.append($0.from..<$0.to) }
                self.hidden.forEach(of: connection.channel, in: from..<last) { patched.append($0.from..<$0.to) }
            }
            for refusal in self.views.rejections[credential.rejections] where self.bounds.contains(refusal.at) {
                refused.append(refusal.at..<(refusal.at + 1))
            }
        }
        let lanes: [WeekStrip.Lane] = [
            .init(name: "watching", style: "watch", spans: watched),
            .init(name: "frozen", style: "frozen", spans: frozen),
            .init(name: "hidden", style: "hidden", spans: patched),
            .init(name: "refused", style: "refused", spans: refused),
        ]
        return WeekStrip(
            self.week,
            self.clock,
            label: "When they watched, and what went wrong",
            lanes: lanes.enumerated().filter { $0.offset == 0 || !$0.element.spans.isEmpty }.map(\.element)
        )
    }
}
