import Model

/// What a page shows of a week's suppliers and channels.
struct StabilityDrawing {
    let report: StabilityReport
    let week: ReportWeek
    let figures: StabilityReport.Week
    let harm: HarmHistory
    let bounds: Range<Int64>

    /// `subjects` are the rows in their order; `first` is the place of the first one in the report.
    func drawing(_ subjects: [StabilityReport.Subject], first: Int) -> ReportDrawing {
        var drawing = ReportDrawing(title: "Stability of suppliers and channels", lead: self.lead, cards: self.cards)
        for (place, subject) in subjects.prefix(ReportPage.rowsMax).enumerated() where subject != .all {
            drawing.rows[first + place] = self.strip(subject).svg
        }
        drawing.rowLegend = [
            .init("warn", "source away"), .init("seen", "frozen, seen"), .init("hidden", "hidden by anti-freeze"),
        ]
        drawing.figures = [self.suppliers, self.hours, self.channels].compactMap(\.self)
        return drawing
    }

    private var lead: [String] {
        let all = self.figures.all
        guard all.viewerMs > 0 else { return ["Nobody watched in this week.", self.culprit].filter { !$0.isEmpty } }
        guard all.viewerVisibleMs + all.viewerPatchedMs > 0 else {
            return [
                "Nothing was missing in \(Figures.count(Double(all.viewerMs) / 3_600_000)) h watched.",
                self.culprit,
            ].filter { !$0.isEmpty }
        }
        let trend = self.harm.trend(of: .all).map { percent in
            let words = "\(Figures.count(abs(percent.rounded()))) % \(percent < 0 ? "less" : "more")"
            return abs(percent) < 0.5 ? "" : ", for each hour \(words) than in the weeks before"
        }
        return [
            "Viewers lost \(Self.minutes(all.viewerVisibleMs)) of picture in \(Figures.count(Double(all.viewerMs) / 3_600_000)) h watched\(trend ?? "").",
            self.saved,
            self.culprit,
        ].filter { !$0.isEmpty }
    }

    private var saved: String {
        let all = self.figures.all
        let share = 100 * Double(all.viewerPatchedMs) / Double(max(1, all.viewerPatchedMs + all.viewerVisibleMs))
        let worth = self.report.worth(all)
        let money = worth.week > 0 ? ", worth \(Figures.money(worth.saved)) at this week's part of your prices" : ""
        return
            "Anti-freeze hid \(Self.minutes(all.viewerPatchedMs)), \(DecimalText.text(share, decimals: 0)) % of what was missing\(money)."
    }

    private var culprit: String {
        guard let worst = self.bySupplier.first, worst.its.blips > 0 else { return "No source failed." }
        let failures = Figures.count(worst.its.blips, "failure")
        let at = worst.its.worst.map { ", worst on \(self.report.clock.words(WallTime(microseconds: $0.at * 1_000)))" }
        let lost = "\(Self.minutes(worst.its.viewerVisibleMs)) lost"
        return "Most of it is supplier \(worst.name): \(lost) by \(failures)\(at ?? "")."
    }

    private var cards: [WebCard] {
        let all = self.figures.all
        let worth = self.report.worth(all)
        let hasPrice = worth.week > 0
        return [
            WebCard(
                hasPrice ? Figures.money(worth.lost) : "–",
                "worth of lost viewing",
                worth.lost > 0 ? .bad : .plain
            ),
            WebCard(
                hasPrice ? Figures.money(worth.saved) : "–",
                "worth of hidden gaps",
                worth.saved > 0 ? .good : .plain
            ),
            WebCard(Self.minutes(all.viewerVisibleMs), "viewing lost", all.viewerVisibleMs > 0 ? .bad : .good),
            WebCard(Self.minutes(all.viewerPatchedMs), "viewing saved", .good),
            WebCard(Figures.count(all.blips), "failures of sources"),
        ]
    }

    private static func minutes(_ ms: Int64) -> String { "\(Figures.count(Double(ms) / 60_000)) min" }

    /// Suppliers by what viewers lost to them, the most first.
    private var bySupplier: [(name: String, its: SupplyWeek.Figures)] {
        self.figures.suppliers.map { (name: self.report.supply.suppliers[$0.key], its: $0.value) }.sorted {
            ($1.its.viewerVisibleMs, $1.its.blips, $0.name) < ($0.its.viewerVisibleMs, $0.its.blips, $1.name)
        }
    }

    private var suppliers: ReportDrawing.Figure? {
        self.bars(self.bySupplier, title: "Suppliers", of: "by failing supplier")
    }

    private var channels: ReportDrawing.Figure? {
        let channels = self.figures.channels.sorted {
            ($1.value.viewerVisibleMs, $0.key) < ($0.value.viewerVisibleMs, $1.key)
        }
        let named = channels.map { (name: self.report.names.channel(Int64($0.key)), its: $0.value) }
        return self.bars(named, title: "Channels", of: "by channel")
    }

    private func bars(
        _ list: [(name: String, its: SupplyWeek.Figures)],
        title: String,
        of: String
    ) -> ReportDrawing.Figure? {
        let bars = list.filter { $0.its.viewerVisibleMs + $0.its.viewerPatchedMs > 0 }.map { name, its in
            BarChart.Bar(
                name: name,
                parts: [
                    .init(style: "frozen", value: Double(its.viewerVisibleMs)),
                    .init(style: "hidden", value: Double(its.viewerPatchedMs)),
                ],
                words: "\(Self.minutes(its.viewerVisibleMs)) lost"
            )
        }
        guard !bars.isEmpty else { return nil }
        let rest = bars.count > BarChart.barsMax ? " The first \(BarChart.barsMax) of \(bars.count)." : ""
        return .init(
            title: title,
            chart: BarChart(bars: bars, label: "Viewer-minutes \(of)").svg,
            legend: [.init("seen", "lost"), .init("hidden", "hidden by anti-freeze")],
            note: "Viewer-minutes \(of).\(rest)"
        )
    }

    private var hours: ReportDrawing.Figure? {
        var grid = HourGrid(self.week, self.report.clock)
        grid.addFrozen(self.report.views, self.report.supply.gaps, in: self.bounds)
        guard let most = grid.most else { return nil }
        return .init(
            title: "When viewers lost picture",
            chart: HeatMap(grid: grid, label: "Viewer-minutes lost").svg,
            note: "Viewer-minutes lost by day and hour; most on \(most)."
        )
    }

    /// The week of a supplier or a channel: when its sources were away, and what viewers saw of that.
    private func strip(_ subject: StabilityReport.Subject) -> WeekStrip {
        let supply = self.report.supply
        func isIts(_ source: Int, _ channel: Int32?) -> Bool {
            switch subject {
            case .all: true
            case .supplier(let supplier): source >= 0 && supply.sources[source].supplier == supplier
            case .channel(let wanted): (channel ?? supply.sources[source].channel) == wanted
            }
        }
        let away = supply.outages.filter { isIts($0.source, nil) }.map { $0.from..<max($0.to, $0.from) }
        let gaps = supply.gaps.filter { isIts($0.source, $0.channel) }
        return WeekStrip(
            self.week,
            self.report.clock,
            label: "When it failed, and what viewers saw",
            lanes: [
                .init(name: "source away", style: "down", spans: away),
                .init(name: "seen", style: "frozen", spans: gaps.filter { !$0.isHidden }.map { $0.from..<$0.to }),
                .init(name: "hidden", style: "hidden", spans: gaps.filter(\.isHidden).map { $0.from..<$0.to }),
            ]
        )
    }
}
