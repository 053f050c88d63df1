/// Amounts side by side as bars, one for each name, each of one part or several.
struct BarChart {
    struct Bar: Hashable {
        var name: String
        /// Class of the style sheet, and amount.
        var parts: [Part]
        /// The amount in words.
        var words: String

        struct Part: Hashable {
            var style: String
            var value: Double
        }
    }

    /// Bars of one chart; further ones are the table's matter.
    static let barsMax = 12

    let bars: [Bar]
    /// What is counted.
    let label: String

    private static let width = 480.0
    private static let labelWidth = 118.0
    private static let wordsWidth = 112.0
    private static let rowHeight = 21.0
    private static let barHeight = 13.0

    /// An `svg` element; empty without bars.
    var svg: HTML {
        let bars = self.bars.prefix(Self.barsMax)
        guard !bars.isEmpty else { return "" }
        let most = bars.map(Self.sum).max() ?? 0
        let rows = bars.enumerated().map { self.row($1, Double($0) * Self.rowHeight, most: most) }
        return """
            <svg viewBox="0 0 \(Self.width) \(Double(bars.count) * Self.rowHeight)" role="img" aria-label="\(self.label)">
            \(rows.joined(by: "\n"))
            </svg>
            """
    }

    private static func sum(_ bar: Bar) -> Double { bar.parts.reduce(0) { $0 + max(0, $1.value) } }

    private func row(_ bar: Bar, _ y: Double, most: Double) -> HTML {
        let top = y + (Self.rowHeight - Self.barHeight) / 2
        let room = Self.width - Self.labelWidth - Self.wordsWidth
        var x = Self.labelWidth
        var parts: HTML = ""
        for part in bar.parts where part.value > 0 && most > 0 {
            let width = max(1, part.value / most * room)
            parts += """
                <rect class="\(part.style)" x="\(x)" y="\(top)" width="\(width)" height="\(Self.barHeight)"/>
                """
            x += width
        }
        let name = bar.name.count > 18 ? "\(bar.name.prefix(17))…" : bar.name
        return """
            <text class="name" x="0" y="\(top + 10.5)">\(name)</text>\(parts)\
            <text x="\(x + 5)" y="\(top + 10.5)">\(bar.words)</text>
            """
    }
}
