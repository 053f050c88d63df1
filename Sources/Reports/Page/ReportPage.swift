import Model

/// A weekly report as a page of its own: what matters in three sentences and figures in large, charts, then the rows.
///
/// The same rows as in the other forms; each opens to its reasons and to all its columns.
struct ReportPage {
    /// Rows of a week that are shown unless more were asked for.
    static let rowsUsual = 100
    /// Rows of a week that are ever shown: a page that a browser opens at once.
    static let rowsMax = 2_000

    let report: Report

    /// The whole file.
    var text: String {
        let drawing = self.report.drawing
        let weeks = self.report.weeks.reversed().map(self.rows)
        let body: [HTML] =
            [
                drawing.map { .lead($0.lead) } ?? "",
                .cards(drawing?.cards ?? self.totals),
                self.figures(drawing?.figures ?? []),
            ] + weeks
        return WebPage(
            title: drawing?.title ?? self.report.name,
            meta: self.meta,
            body: body.filter { !$0.text.isEmpty }.joined(by: "\n"),
            notes: self.report.notes
        ).text
    }

    /// Without sentences of their own, the totals are the figures in large.
    private var totals: [WebCard] {
        self.report.totals.map { WebCard($0.value.plain(self.report.clock), $0.name.replacing("_", with: " ")) }
    }

    private var meta: String {
        let clock = self.report.clock
        guard let first = self.report.weeks.first, let last = self.report.weeks.last else { return "" }
        let name = first == last ? first.name : "\(first.name) to \(last.name)"
        let sunday = last.end.advanced(milliseconds: -1)
        let standing =
            self.report.isPartial
            ? "so far, until \(clock.words(self.report.coversUntil))"
            : self.report.isFinal ? "final" : "over, may still change"
        var parts = ["\(name), \(clock.date(first.start)) to \(clock.date(sunday)) (\(clock.name)), \(standing)"]
        parts += self.report.options.map { "only \($0.name) \($0.value.plain(clock))" }
        if let time = self.report.generatedAt { parts.append("made \(clock.words(time))") }
        return parts.joined(separator: " · ")
    }

    private func figures(_ figures: [ReportDrawing.Figure]) -> HTML {
        guard !figures.isEmpty else { return "" }
        let figures = figures.map { figure -> HTML in
            let note: HTML = figure.note.isEmpty ? "" : "<figcaption>\(figure.note)</figcaption>"
            return """
                <figure><h2>\(figure.title)</h2>
                <div class="chart small">\(figure.chart)</div>
                \(HTML.legend(figure.legend))\(note)</figure>
                """
        }
        return "<section class=\"figures\">\n\(figures.joined(by: "\n"))\n</section>"
    }
}

extension ReportPage {
    /// A week's rows under a heading.
    private func rows(_ week: ReportWeek) -> HTML {
        let all = self.report.rows.indices.filter { self.report.rows[$0].first == .text(week.name) }
        let heading: HTML = "<h2>\(self.report.weeks.count > 1 ? week.name : "One by one")</h2>"
        guard !all.isEmpty else { return "\(heading)\n<p>Nothing to show.</p>" }
        let isAsked = self.report.options.contains { $0.name == "top" }
        let shown = all.prefix(isAsked ? Self.rowsMax : Self.rowsUsual)
        let columns = self.report.columns.indices.filter {
            self.report.columns[$0].heading != nil && self.report.columns[$0].name != "week" && !self.isReasons($0)
        }
        let head = columns.map {
            "<th\(self.attributes($0, in: all))>\(self.report.columns[$0].heading ?? "")</th>" as HTML
        }
        let bodies = shown.map { self.row($0, columns, in: all) }
        let more: HTML =
            shown.count < all.count
            ? "<p class=\"note\">\(shown.count) of \(all.count) rows; the CSV form has all of them.</p>" : ""
        let isDrawn = shown.contains { self.report.drawing?.rows[$0] != nil }
        return """
            \(heading)
            \(isDrawn ? HTML.legend(self.report.drawing?.rowLegend ?? []) : "")
            <div class="table"><table class="rows">
            <thead><tr>\(head.joined())</tr></thead>
            \(bodies.joined(by: "\n"))
            </table></div>
            \(more)
            """
    }

    private func isReasons(_ column: Int) -> Bool {
        self.report.rows.first.map { if case .reasons = $0[column] { true } else { false } } ?? false
    }

    private func isNumber(_ column: Int, in rows: [Int]) -> Bool {
        rows.contains { row in
            switch self.report.rows[row][column] {
            case .integer, .number: true
            case .text, .flag, .moment, .reasons, .missing: false
            }
        }
    }

    private func attributes(_ column: Int, in rows: [Int]) -> HTML {
        self.isNumber(column, in: rows) ? " class=\"number\"" : ""
    }

    private func row(_ index: Int, _ columns: [Int], in all: [Int]) -> HTML {
        let row = self.report.rows[index]
        let cells = columns.map { column -> HTML in
            let heading = self.report.columns[column].heading ?? ""
            return
                "<td\(self.attributes(column, in: all)) data-name=\"\(heading)\"><span>\(self.cell(row[column], column))</span></td>"
        }
        return """
            <tbody><tr>\(cells.joined())</tr>
            <tr class="why"><td colspan="\(columns.count)"><details>\(self.summary(row))
            \(self.report.drawing?.rows[index].map { "<div class=\"chart small\">\($0)</div>" as HTML } ?? "")
            \(self.reasons(row))
            \(self.others(row, columns))
            </details></td></tr></tbody>
            """
    }

    /// What a row says when it is closed: its first reason.
    private func summary(_ row: [ReportCell]) -> HTML {
        for case .reasons(let reasons) in row {
            if let first = reasons.first { return "<summary>\(first.text)</summary>" }
        }
        return "<summary>in full</summary>"
    }

    private func reasons(_ row: [ReportCell]) -> HTML {
        for case .reasons(let reasons) in row where !reasons.isEmpty { return ReasonBars(reasons: reasons).list }
        return ""
    }

    /// The columns that only machines read in other forms.
    private func others(_ row: [ReportCell], _ shown: [Int]) -> HTML {
        let items = self.report.columns.indices.filter { !shown.contains($0) && self.report.columns[$0].name != "week" }
            .compactMap { column -> HTML? in
                switch row[column] {
                case .reasons, .missing, .text(""): return nil
                case .text, .integer, .number, .flag, .moment:
                    let name = self.report.columns[column].name.replacing("_", with: " ")
                    return "<div><dt>\(name)</dt><dd>\(self.cell(row[column], column))</dd></div>"
                }
            }
        return items.isEmpty ? "" : "<dl>\(items.joined())</dl>"
    }

    private func cell(_ cell: ReportCell, _ column: Int) -> HTML {
        switch cell {
        case .missing: return "–"
        case .flag(let value): return value ? "yes" : "no"
        case .integer(let value): return "\(Figures.count(value))"
        case .number(let value, let decimals): return "\(Figures.text(value, decimals: Self.decimals(value, decimals)))"
        case .moment(let time, let seq):
            let event: HTML = seq.map { " <small>#\($0)</small>" } ?? ""
            return "\(self.report.clock.words(time))\(event)"
        case .reasons: return ""
        case .text(let text):
            switch self.report.columns[column].name {
            case "band": return text.isEmpty ? "" : "<span class=\"tag \(Self.mood(text))\">\(text)</span>"
            case "type": return "\(text.replacing("_", with: " "))"
            // Names come from anywhere, also from right to left.
            default: return "<bdi>\(text)</bdi>"
            }
        }
    }

    /// Thousandths are for machines: what is large enough is told with a tenth.
    private static func decimals(_ value: Double, _ decimals: Int) -> Int {
        decimals > 2 && abs(value) >= 10 ? 1 : decimals
    }

    /// The class of a band.
    private static func mood(_ band: String) -> String {
        switch band {
        case "very likely", "act now": "seen"
        case "likely", "look": "likely"
        case "fine", "known, fine": "fine"
        default: ""
        }
    }
}
