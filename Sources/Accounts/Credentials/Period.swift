package import Model

/// How long a credential is sold for: seconds, or months of the calendar.
package enum Period: Hashable, Sendable {
    case seconds(Int64)
    case months(Int64)

    /// What may be written: `allowed` of complaints.
    package static let forms = "a length such as 90s, 30m, 24h, 7d, 4w, 1mo or 1y, up to 100 years"
    /// 100 years: more is a slip of the keyboard.
    private static let monthsMax: Int64 = 1_200
    private static let secondsMax: Int64 = 100 * 366 * 86_400

    /// Reads a whole number and its unit; `nil` for anything else, for 0, and beyond 100 years.
    package init?(_ text: String) {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard digits.utf8.count <= 10, let number = Int64(digits), number > 0 else { return nil }
        switch text.dropFirst(digits.count) {
        case "s": self = .seconds(number)
        case "m": self = .seconds(number * 60)
        case "h": self = .seconds(number * 3_600)
        case "d": self = .seconds(number * 86_400)
        case "w": self = .seconds(number * 7 * 86_400)
        case "mo": self = .months(number)
        case "y": self = .months(number * 12)
        default: return nil
        }
        switch self {
        case .seconds(let seconds) where seconds > Self.secondsMax: return nil
        case .months(let months) where months > Self.monthsMax: return nil
        default: break
        }
    }

    /// The moment so much later; a month after the 31st is the last day of a shorter month, in UTC.
    package func end(from start: WallTime) -> WallTime {
        switch self {
        case .seconds(let seconds): return start.advanced(milliseconds: seconds * 1_000)
        case .months(let months):
            let date = CivilDate(daysSinceEpoch: start.day)
            let month = date.year * 12 + date.month - 1 + months
            var end = CivilDate(year: month / 12, month: month % 12 + 1, day: 1)
            let next = CivilDate(year: (month + 1) / 12, month: (month + 1) % 12 + 1, day: 1)
            end.day = min(date.day, next.daysSinceEpoch - end.daysSinceEpoch)
            let days = end.daysSinceEpoch - start.day
            return start.advanced(milliseconds: days * 86_400_000)
        }
    }
}
