package import Model

/// A time of XMLTV: `YYYYMMDDhhmmss +hhmm`, cut after any pair of digits from the day on.
///
/// Source: xmltv.dtd, "dates and times". A time without a zone is UTC, as there; of zones by name only UTC's are known.
package struct XMLTVTime: Hashable, Sendable {
    package var time: WallTime
    package var offsetMinutes: Int

    /// Reads it; `nil` for what is none.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let digits = bytes.prefix { (0x30...0x39).contains($0) }
        guard [8, 10, 12, 14].contains(digits.count) else { return nil }
        func number(_ start: Int, _ size: Int) -> Int64 {
            digits[start..<start + size].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }
        func pair(_ start: Int) -> Int64 { digits.count >= start + 2 ? number(start, 2) : 0 }
        let date = CivilDate(year: number(0, 4), month: number(4, 2), day: number(6, 2))
        let (hour, minute, second) = (pair(8), pair(10), pair(12))
        guard (1970...9998).contains(date.year), (1...12).contains(date.month), (1...31).contains(date.day),
            CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date, hour < 24, minute < 60, second <= 60
        else { return nil }
        guard let offset = Self.offset(bytes[digits.count...]) else { return nil }
        let seconds = date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second
        self.time = WallTime(seconds: seconds - Int64(offset) * 60)
        self.offsetMinutes = offset
    }

    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        let text = String(decoding: bytes.drop(while: XMLSpace.contains), as: UTF8.self)
        if ["", "Z", "UTC", "GMT"].contains(text) { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard digits.count == 4, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
            number / 100 <= 14, number % 100 < 60
        else { return nil }
        let minutes = number / 100 * 60 + number % 100
        return sign == "-" ? -minutes : minutes
    }

    /// Writes a time for XMLTV, in UTC: `20261123120000 +0000`.
    package static func text(_ time: WallTime) -> String {
        let date = CivilDate(daysSinceEpoch: time.day)
        let second = time.seconds - time.day * 86_400
        let parts = [date.month, date.day, second / 3_600, second / 60 % 60, second % 60]
        return parts.reduce("\(date.year)") { $0 + ($1 < 10 ? "0\($1)" : "\($1)") } + " +0000"
    }
}
