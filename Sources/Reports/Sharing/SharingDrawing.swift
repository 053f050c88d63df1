import Model

extension SharingReport.Week {
    /// What a page shows of the week: `first` is the place of its first row in the report.
    func drawing(_ shown: [SharingReport.Row], first: Int, strips: SharingStrips) -> ReportDrawing {
        var strips = strips
        var drawing = ReportDrawing(title: "Shared credentials", lead: self.lead, cards: self.cards)
        for (place, row) in shown.prefix(ReportPage.rowsMax).enumerated() {
            drawing.rows[first + place] = strips.strip(row.entry.credential).svg
        }
        drawing.rowLegend = [
            .init("accent", "main home"), .init("warn", "other home"), .init("slate", "no home"),
            .init("seen", "refused at the limit"),
        ]
        drawing.figures = [self.kinds, self.hours(&strips)].compactMap(\.self)
        return drawing
    }

    private var lead: [String] {
        let sums = self.sums
        let found = sums.veryLikely + sums.likely
        let all = Figures.count(sums.all, "credential")
        let excused = sums.knownFine > 0 ? " Known to be fine: \(Figures.count(sums.knownFine)) more." : ""
        guard found > 0 else {
            return ["No sign that several households use any of \(all).\(excused)", "Nothing is to be done."]
        }
        return [
            "Several households seem to use \(found) of \(all), \(sums.veryLikely) of them very likely.\(excused)",
            self.money(sums),
            self.first,
        ]
    }

    private func money(_ sums: SharingReport.Sums) -> String {
        guard sums.stake > 0 else { return "No plan has a price, so what this costs can't be said." }
        let homes = Figures.count(Int64(sums.lost), "home")
        return
            "That is \(homes) beyond the first; if some of those paid, it would be \(Figures.money(sums.low)) to \(Figures.money(sums.high)) more a month."
    }

    private var first: String {
        guard let row = self.open.first, let name = self.names(row) else { return "" }
        let score = DecimalText.text(row.score.value, decimals: 0)
        let homes = Figures.count(Int64(row.verdict.households), "home")
        return "Look first at \(name): \(score) of 100, \(homes); \(self.action(row))."
    }

    private var cards: [WebCard] {
        let sums = self.sums
        let money = "\(Figures.money(sums.low)) – \(Figures.money(sums.high))"
        return [
            WebCard(sums.stake > 0 ? money : "–", "a month at stake, an assumption", sums.stake > 0 ? .bad : .plain),
            WebCard(Figures.count(sums.veryLikely), "very likely shared", sums.veryLikely > 0 ? .bad : .good),
            WebCard(Figures.count(sums.likely), "likely shared"),
            WebCard(Figures.count(Int64(sums.lost)), "homes beyond the first"),
            WebCard(Figures.count(sums.knownFine), "known, fine"),
        ]
    }

    /// What kinds of sharing are at stake.
    private var kinds: ReportDrawing.Figure? {
        var counts: [String: Int64] = [:]
        for row in self.open where row.score.band >= .likely { counts[row.verdict.kind.rawValue, default: 0] += 1 }
        guard !counts.isEmpty else { return nil }
        let bars = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { kind, count in
            BarChart.Bar(
                name: kind.replacing("_", with: " "),
                parts: [.init(style: "watch", value: Double(count))],
                words: Figures.count(count)
            )
        }
        return .init(
            title: "What it looks like",
            chart: BarChart(bars: bars, label: "Credentials by kind of sharing").svg,
            note: "Likely and very likely ones by kind."
        )
    }

    /// When other homes than the main one watch.
    private func hours(_ strips: inout SharingStrips) -> ReportDrawing.Figure? {
        var grid = HourGrid(strips.week, strips.clock)
        for row in self.open where row.score.band >= .likely { strips.addOtherHomes(row.entry.credential, to: &grid) }
        guard let most = grid.most else { return nil }
        return .init(
            title: "When other homes watch",
            chart: HeatMap(grid: grid, label: "Minutes watched in other homes").svg,
            note: "Minutes watched in homes beyond the first of likely ones; most on \(most)."
        )
    }
}
