package import Model

/// An ISO 8601 week on the operator's clock: from Monday's first moment up to, and without, the next Monday's.
///
/// It has 167 or 169 hours when the clock is changed in it. Its year is that of its Thursday.
package struct ReportWeek: Hashable, Sendable, Comparable {
    /// The year it belongs to, which may not be the calendar's.
    package let year: Int64
    /// 1–53.
    package let number: Int64
    /// Its Monday, counted from 1970-01-01 on the local calendar.
    package let monday: Int64
    package let start: WallTime
    /// The first moment that isn't in it.
    package let end: WallTime

    /// The week of a local day.
    package init(ofDay day: Int64, _ clock: LocalClock) {
        self.monday = day - ((day + 3) % 7 + 7) % 7
        let thursday = self.monday + 3
        self.year = CivilDate(daysSinceEpoch: thursday).year
        self.number = (thursday - CivilDate(year: self.year, month: 1, day: 1).daysSinceEpoch) / 7 + 1
        self.start = clock.start(ofDay: self.monday)
        self.end = clock.start(ofDay: self.monday + 7)
    }

    /// The week a moment is in.
    package init(containing time: WallTime, _ clock: LocalClock) { self.init(ofDay: clock.day(of: time), clock) }

    /// Reads ``name``, as `2026-W45`; `nil` for anything else, week 53 of a year that has 52 included.
    package init?(_ text: some StringProtocol, _ clock: LocalClock) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, let year = Int64(parts[0]), (1970...9999).contains(year),
            parts[1].utf8.count == 3, parts[1].hasPrefix("W"), let number = Int64(parts[1].dropFirst()),
            (1...53).contains(number)
        else { return nil }
        // 4 January is always in week 1.
        let fourth = CivilDate(year: year, month: 1, day: 4).daysSinceEpoch
        self.init(ofDay: fourth + (number - 1) * 7, clock)
        guard self.year == year, self.number == number else { return nil }
    }

    /// As `2026-W45`.
    package var name: String { "\(self.year)-W\(self.number < 10 ? "0" : "")\(self.number)" }

    /// The week that ended when this one began.
    package func previous(_ clock: LocalClock) -> ReportWeek { ReportWeek(ofDay: self.monday - 7, clock) }

    /// The week that begins when this one ends.
    package func next(_ clock: LocalClock) -> ReportWeek { ReportWeek(ofDay: self.monday + 7, clock) }

    /// The week's seven days on the clock, each half-open.
    package func days(_ clock: LocalClock) -> [Range<WallTime>] {
        (0..<7).map { clock.start(ofDay: self.monday + $0)..<clock.start(ofDay: self.monday + $0 + 1) }
    }

    /// Real seconds in it: 604,800 but for a change of the clock.
    package var seconds: Int64 { self.end.seconds - self.start.seconds }

    package func contains(_ time: WallTime) -> Bool { self.start <= time && time < self.end }

    package static func < (left: Self, right: Self) -> Bool { left.monday < right.monday }
}

/// The hours of the day in which most people watch, on the operator's clock.
package struct PrimeTime: Hashable, Sendable {
    /// Seconds after local midnight; half-open.
    package var seconds: Range<Int64>

    /// 19:00 to 23:00.
    package static let usual = PrimeTime(seconds: (19 * 3_600)..<(23 * 3_600))

    package func contains(_ time: WallTime, _ clock: LocalClock) -> Bool {
        self.seconds.contains(clock.secondOfDay(at: time))
    }

    /// The prime times of a week as moments, ascending.
    package func spans(in week: ReportWeek, _ clock: LocalClock) -> [Range<WallTime>] {
        (0..<7).compactMap { (day: Int64) in
            let midnight = (week.monday + day) * 86_400
            let begin = clock.moment(local: midnight + self.seconds.lowerBound)
            let end = clock.moment(local: midnight + self.seconds.upperBound)
            return begin < end ? begin..<end : nil
        }
    }
}
