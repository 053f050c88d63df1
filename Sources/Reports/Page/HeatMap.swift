/// A week as seven rows of 24 squares, the darker the more.
struct HeatMap {
    let grid: HourGrid
    /// What is counted, such as `viewer-minutes frozen`.
    let label: String

    private static let labelWidth = 34.0
    private static let side = 17.0
    private static let gap = 1.5
    private static let headHeight = 16.0
    /// An hour with the least there is can still be told from one with nothing.
    private static let opacityMin = 0.18

    /// An `svg` element.
    var svg: HTML {
        let width = Self.labelWidth + Double(HourGrid.hours) * Self.side
        let height = Self.headHeight + Double(HourGrid.days) * Self.side
        let hours = stride(from: 0, to: HourGrid.hours, by: 3).map { hour -> HTML in
            "<text x=\"\(Self.labelWidth + Double(hour) * Self.side)\" y=\"11\">\(hour)</text>"
        }
        let days = LocalClock.dayNames.enumerated().map { day, name -> HTML in
            let y = Self.headHeight + Double(day) * Self.side
            return "<text class=\"name\" x=\"0\" y=\"\(y + 12.5)\">\(name.prefix(3))</text>\(self.squares(day, y))"
        }
        let most = self.grid.most.map { ", most on \($0)" } ?? ""
        return """
            <svg viewBox="0 0 \(width) \(height)" role="img" aria-label="\(self.label) by day and hour\(most)">
            \(hours.joined())
            \(days.joined(by: "\n"))
            </svg>
            """
    }

    private func squares(_ day: Int, _ y: Double) -> HTML {
        let most = self.grid.values.max() ?? 0
        return (0..<HourGrid.hours).map { hour -> HTML in
            let value = self.grid.values[day * HourGrid.hours + hour]
            let x = Self.labelWidth + Double(hour) * Self.side
            let side = Self.side - Self.gap
            let square: HTML = "x=\"\(x)\" y=\"\(y)\" width=\"\(side)\" height=\"\(side)\" rx=\"2\""
            guard value > 0, most > 0 else { return "<rect class=\"bed\" \(square)/>" }
            // The root: small amounts stay visible beside a match night.
            let opacity = Self.opacityMin + (1 - Self.opacityMin) * (value / most).squareRoot()
            return """
                <rect class="bed" \(square)/><rect class="heat" \(square) opacity="\(opacity)">\
                <title>\(LocalClock.dayNames[day]), \(hour)–\(hour + 1) h: \(Figures.count(value)) min</title></rect>
                """
        }.joined()
    }
}
