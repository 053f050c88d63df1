import Model

/// Amounts by day of the week and hour of the operator's clock.
struct HourGrid: Hashable, Sendable {
    static let days = 7
    static let hours = 24
    private static let hourMs: Int64 = 3_600_000

    /// Of day `d` and hour `h` at `d * 24 + h`.
    private(set) var values = [Double](repeating: 0, count: Self.days * Self.hours)
    private let start: Int64
    /// Place in `values` of each real hour of the week: 167, 168 or 169 of them.
    private let places: [Int]

    init(_ week: ReportWeek, _ clock: LocalClock) {
        self.start = week.start.ms
        let count = max(0, (week.end.ms - week.start.ms) / Self.hourMs)
        self.places = (0..<count).map { hour in
            let time = week.start.advanced(milliseconds: hour * Self.hourMs)
            let day = min(max(clock.day(of: time) - week.monday, 0), Int64(Self.days - 1))
            return Int(day) * Self.hours + Int(clock.secondOfDay(at: time) / 3_600)
        }
    }

    /// Adds the minutes of a span of milliseconds since 1970 to the hours it lies in.
    mutating func add(_ span: Range<Int64>) {
        let week = self.start..<(self.start + Int64(self.places.count) * Self.hourMs)
        let span = span.clamped(to: week)
        var from = span.lowerBound
        while from < span.upperBound {
            let hour = (from - self.start) / Self.hourMs
            let to = min(span.upperBound, self.start + (hour + 1) * Self.hourMs)
            self.values[self.places[Int(hour)]] += Double(to - from) / 60_000
            from = to
        }
    }

    var isEmpty: Bool { self.values.allSatisfy { $0 == 0 } }

    /// The day and hour with most, in words such as `Saturday, 20–21 h`; `nil` for an empty grid.
    var most: String? {
        guard let most = self.values.max(), most > 0, let place = self.values.firstIndex(of: most) else { return nil }
        let hour = place % Self.hours
        return "\(LocalClock.dayNames[place / Self.hours]), \(hour)–\(hour + 1)\u{A0}h"
    }
}

extension HourGrid {
    /// Adds what viewers saw frozen; a connection counts for at most `attention` milliseconds where that is given.
    mutating func addFrozen(_ views: ViewFacts, _ gaps: [GapFact], in bounds: Range<Int64>, attention: Int64? = nil) {
        let visible = VisibleGaps(merging: gaps, in: bounds)
        for connection in views.connections {
            let from = max(connection.from, bounds.lowerBound)
            let last = attention.map { min(connection.to, connection.from + $0) } ?? connection.to
            let to = min(last, bounds.upperBound)
            guard to > from else { continue }
            visible.forEach(of: connection.channel, in: from..<to) { gap in
                self.add((gap.from..<gap.to).clamped(to: from..<to))
            }
        }
    }
}

extension VisibleGaps {
    /// Gaps of a channel that overlap become one, so that nothing counts twice.
    init(merging gaps: [GapFact], in bounds: Range<Int64>) {
        let byChannel = Dictionary(grouping: gaps.filter { !$0.isHidden }) { $0.channel }
        let merged = byChannel.sorted { $0.key < $1.key }.flatMap { channel, gaps in
            TimeCover(gaps.map { $0.from..<max($0.to, $0.from) }, in: bounds).spans.map {
                GapFact(channel: channel, source: -1, from: $0.lowerBound, to: $0.upperBound, isHidden: false, seq: 0)
            }
        }
        self.init(merged)
    }
}
