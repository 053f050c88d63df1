import Model

/// A week from Monday to Sunday as a strip: a lane for each thing, a bar for each time.
struct WeekStrip {
    struct Lane: Hashable {
        var name: String
        /// Class of the style sheet.
        var style: String
        var spans: [Range<Int64>]
    }

    let span: Range<Int64>
    /// When each day begins.
    let days: [Int64]
    let lanes: [Lane]
    /// What it shows, for those who do not see it.
    let label: String

    private static let labelWidth = 104.0
    private static let width = 480.0
    private static let laneHeight = 17.0
    private static let barHeight = 11.0
    private static let headHeight = 15.0
    /// Anything narrower could not be seen.
    private static let barWidthMin = 1.5
    /// Bars so close together, in milliseconds, are one: they could not be told apart, and a page stays small.
    private static let joinMs: Int64 = 600_000

    init(_ week: ReportWeek, _ clock: LocalClock, label: String, lanes: [Lane]) {
        self.span = week.start.ms..<max(week.end.ms, week.start.ms + 1)
        self.days = week.days(clock).map(\.lowerBound.ms)
        self.label = label
        self.lanes = lanes
    }

    /// An `svg` element; empty without lanes.
    var svg: HTML {
        guard !self.lanes.isEmpty else { return "" }
        let height = Self.headHeight + Double(self.lanes.count) * Self.laneHeight
        let days = zip(self.days, LocalClock.dayNames).map { day, name -> HTML in
            let x = self.x(day)
            return """
                <line class="grid" x1="\(x)" y1="2" x2="\(x)" y2="\(height)"/>\
                <text x="\(x + 3)" y="11">\(name.prefix(3))</text>
                """
        }
        let lanes = self.lanes.enumerated().map { self.row($1, Self.headHeight + Double($0) * Self.laneHeight) }
        return """
            <svg viewBox="0 0 \(Self.width) \(height)" role="img" aria-label="\(self.label)">
            \(lanes.map(\.bed).joined())
            \(days.joined())
            \(lanes.map(\.bars).joined(by: "\n"))
            </svg>
            """
    }

    private func x(_ time: Int64) -> Double {
        let time = min(max(time, self.span.lowerBound), self.span.upperBound)
        let part = Double(time - self.span.lowerBound) / Double(self.span.upperBound - self.span.lowerBound)
        return Self.labelWidth + part * (Self.width - Self.labelWidth)
    }

    private func row(_ lane: Lane, _ y: Double) -> (bed: HTML, bars: HTML) {
        let top = y + (Self.laneHeight - Self.barHeight) / 2
        let bed: HTML = """
            <rect class="bed" x="\(Self.labelWidth)" y="\(top)" width="\(Self.width - Self.labelWidth)" \
            height="\(Self.barHeight)" rx="2"/>\
            <text class="name" x="0" y="\(top + Self.barHeight - 1.5)">\(Self.short(lane.name))</text>
            """
        let bars = Self.joined(lane.spans).filter { $0.overlaps(self.span) }
        guard !bars.isEmpty else { return (bed, "") }
        let paths = bars.map { bar -> HTML in
            let from = self.x(bar.lowerBound)
            let width = max(Self.barWidthMin, self.x(bar.upperBound) - from)
            return "M\(min(from, Self.width - width)) \(top)h\(width)v\(Self.barHeight)h-\(width)z"
        }
        return (bed, "<path class=\"\(lane.style)\" d=\"\(paths.joined())\"/>")
    }

    private static func joined(_ spans: [Range<Int64>]) -> [Range<Int64>] {
        var result: [Range<Int64>] = []
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, span.lowerBound - last.upperBound < Self.joinMs {
                result[result.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
            } else {
                // A moment is a span too.
                result.append(span.lowerBound..<max(span.upperBound, span.lowerBound + 1))
            }
        }
        return result
    }

    private static func short(_ name: String) -> String { name.count > 17 ? "\(name.prefix(16))…" : name }
}
