/// A day of the proleptic Gregorian calendar, in UTC.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days from civil and back).
package struct CivilDate: Hashable, Sendable {
    package var year: Int64
    /// 1–12.
    package var month: Int64
    /// 1–31.
    package var day: Int64

    package init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date of a day number counted from 1970-01-01.
    package init(daysSinceEpoch: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = WallTime.floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // The algorithm's year begins in March, so that the leap day is its last.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        self.month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    package var daysSinceEpoch: Int64 {
        let year = self.month <= 2 ? self.year - 1 : self.year
        let era = WallTime.floorDivide(year, 400)
        let yearOfEra = year - era * 400
        let monthFromMarch = self.month > 2 ? self.month - 3 : self.month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + self.day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The ISO 8601 week of this day, as `2026-W47`.
    package var isoWeek: String {
        let days = self.daysSinceEpoch
        // 1970-01-01 was a Thursday; a week belongs to the year of its Thursday.
        let weekday = ((days + 3) % 7 + 7) % 7
        let thursday = days - weekday + 3
        let year = CivilDate(daysSinceEpoch: thursday).year
        let firstDay = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
        let week = (thursday - firstDay) / 7 + 1
        return "\(year)-W\(week < 10 ? "0" : "")\(week)"
    }
}
