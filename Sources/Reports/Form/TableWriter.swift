/// A report for a terminal: at most 120 columns, the first rows, the totals, and how to see more.
struct TableWriter {
    /// Columns of a terminal that are used; what most windows have.
    static let widthMax = 120
    /// A text column is not made narrower than this.
    static let columnWidthMin = 8
    /// Rows that are shown unless more were asked for.
    static let rowsUsual = 20
    private static let gap = "  "

    let report: Report
    /// Rows that are shown.
    var rowsMax = Self.rowsUsual

    init(report: Report) {
        self.report = report
        for option in report.options where option.name == "top" {
            if case .integer(let top) = option.value { self.rowsMax = Int(clamping: top) }
        }
    }

    var text: String {
        var lines = [self.title]
        if self.report.rows.isEmpty {
            lines.append("nothing to show")
        } else {
            lines += [""] + self.table + [""]
        }
        if !self.report.totals.isEmpty {
            let totals = self.report.totals.map { field in
                "\(field.name.replacing("_", with: " ")) \(field.value.plain(self.report.clock))"
            }
            lines += Self.wrapped(totals.joined(separator: " · "))
        }
        if self.report.rows.count > self.rowsMax {
            lines.append(
                "\(self.rowsMax) of \(self.report.rows.count) rows; --top \(self.report.rows.count) shows all, --format csv or json all columns"
            )
        }
        for note in self.report.notes { lines += Self.wrapped(note) }
        return lines.map { $0 + "\n" }.joined()
    }

    private var title: String {
        let weeks = self.report.weeks
        let first = weeks.first?.name ?? ""
        let span = weeks.count > 1 ? "\(first) to \(weeks.last?.name ?? "")" : first
        let standing =
            self.report.isPartial
            ? "so far, until \(self.report.clock.text(self.report.coversUntil))"
            : self.report.isFinal ? "final" : "over, may still change"
        return "\(self.report.name) \(span) (\(self.report.clock.name)), \(standing)"
    }

    /// Heading and rows, each at most ``widthMax`` wide.
    private var table: [String] {
        let shown = self.report.columns.indices.filter { self.report.columns[$0].heading != nil }
        let rows = self.report.rows.prefix(self.rowsMax)
        var cells = [shown.map { self.report.columns[$0].heading ?? "" }]
        cells += rows.map { row in shown.map { self.cell(row[$0]) } }
        let isText = shown.map { column in rows.contains { $0[column].isText } }
        var widths = shown.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        Self.narrow(&widths, isText)
        return cells.map { row in
            let line = row.indices.map { column in
                Self.fitted(row[column], widths[column], isText: isText[column])
            }.joined(separator: Self.gap)
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// What stands in a terminal: of the reasons the first, and of a moment what a person calls it.
    private func cell(_ cell: ReportCell) -> String {
        switch cell {
        case .reasons(let reasons): reasons.first.map { Self.printable($0.words) } ?? ""
        case .moment(let time, _): self.report.clock.words(time)
        case .flag(let value): value ? "yes" : ""
        case .text, .integer, .number, .missing: Self.printable(cell.plain(self.report.clock))
        }
    }

    /// Without control characters: a stranger's text must not move the cursor.
    private static func printable(_ text: String) -> String {
        String(
            text.map { character in
                character.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } ? " " : character
            }
        )
    }

    /// Takes from the widest text columns until the line fits.
    private static func narrow(_ widths: inout [Int], _ isText: [Bool]) {
        var excess = widths.reduce(0, +) + (widths.count - 1) * Self.gap.count - Self.widthMax
        while excess > 0 {
            let candidates = widths.indices.filter { isText[$0] && widths[$0] > Self.columnWidthMin }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
            excess -= 1
        }
    }

    private static func fitted(_ text: String, _ width: Int, isText: Bool) -> String {
        guard text.count <= width else { return text.prefix(max(width - 1, 0)) + "…" }
        let padding = String(repeating: " ", count: width - text.count)
        return isText ? text + padding : padding + text
    }

    private static func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > Self.widthMax {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
