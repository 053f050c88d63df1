import Model

/// The rule by which a zone goes on after the last transition that its file lists.
///
/// Source: POSIX.1-2017, 8.3 (`TZ`), as RFC 8536, 3.3, uses it: `CET-1CEST,M3.5.0,M10.5.0/3`. Days are told as `Mm.w.d` only,
/// which is all that the time zone database uses but for `Jn` in zones without summer time rules of today.
struct ZoneRule: Hashable, Sendable {
    /// The moment of a year at which the clock is moved: the `week`-th `weekday` of a month, 5 being the last.
    struct Change: Hashable, Sendable {
        var month: Int64
        var week: Int64
        /// 0 is Sunday.
        var weekday: Int64
        /// Seconds after local midnight; may be negative or more than a day.
        var time: Int64
    }

    /// Seconds east of Greenwich in winter.
    var standard: Int64
    /// Seconds east in summer, with its begin and end; `nil` where there is no summer time.
    var summer: Summer?

    struct Summer: Hashable, Sendable {
        var offset: Int64
        var begin: Change
        var end: Change
    }

    /// Seconds east of Greenwich at a moment.
    func offset(at seconds: Int64) -> Int64 {
        guard let summer else { return self.standard }
        let year = CivilDate(daysSinceEpoch: (seconds &+ self.standard).floored(by: 86_400)).year
        let begin = summer.begin.seconds(in: year) - self.standard
        let end = summer.end.seconds(in: year) - summer.offset
        let isSummer =
            begin < end ? (begin..<end).contains(seconds) : !(end..<begin).contains(seconds)
        return isSummer ? summer.offset : self.standard
    }
}

extension ZoneRule.Change {
    /// The change as local seconds since 1970.
    func seconds(in year: Int64) -> Int64 {
        let first = CivilDate(year: year, month: self.month, day: 1).daysSinceEpoch
        // 1970-01-01 was a Thursday.
        let weekday = ((first + 4) % 7 + 7) % 7
        var day = first + (self.weekday - weekday + 7) % 7 + (self.week - 1) * 7
        let next =
            self.month == 12
            ? CivilDate(year: year + 1, month: 1, day: 1) : CivilDate(year: year, month: self.month + 1, day: 1)
        while day >= next.daysSinceEpoch { day -= 7 }
        return day * 86_400 + self.time
    }
}

extension ZoneRule {
    /// Reads the footer of a zone file; `nil` for anything but the forms named above.
    init?(parsing text: some Collection<UInt8>) {
        var rest = Array(text)[...]
        guard Self.name(&rest), let west = Self.clock(&rest) else { return nil }
        self.standard = -west
        guard !rest.isEmpty else {
            self.summer = nil
            return
        }
        guard Self.name(&rest) else { return nil }
        var offset = self.standard + 3_600
        if rest.first != UInt8(ascii: ",") {
            guard let west = Self.clock(&rest) else { return nil }
            offset = -west
        }
        guard let begin = Self.change(&rest), let end = Self.change(&rest), rest.isEmpty else { return nil }
        self.summer = Summer(offset: offset, begin: begin, end: end)
    }

    /// An abbreviation: letters, or anything in angle brackets.
    private static func name(_ text: inout ArraySlice<UInt8>) -> Bool {
        if text.first == UInt8(ascii: "<") {
            guard let end = text.firstIndex(of: UInt8(ascii: ">")) else { return false }
            text = text[(end + 1)...]
            return true
        }
        let letters = text.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
        text = text.dropFirst(letters.count)
        return letters.count >= 3
    }

    /// `[+-]h[:m[:s]]` in seconds.
    private static func clock(_ text: inout ArraySlice<UInt8>) -> Int64? {
        var sign: Int64 = 1
        if let first = text.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            sign = first == UInt8(ascii: "-") ? -1 : 1
            text = text.dropFirst()
        }
        guard let hours = Self.number(&text), hours <= 167 else { return nil }
        var seconds = hours * 3_600
        for unit in [60, 1] as [Int64] where text.first == UInt8(ascii: ":") {
            text = text.dropFirst()
            guard let value = Self.number(&text), value < 60 else { return nil }
            seconds += value * unit
        }
        return sign * seconds
    }

    /// `,Mm.w.d[/time]`.
    private static func change(_ text: inout ArraySlice<UInt8>) -> Change? {
        guard text.starts(with: ",M".utf8) else { return nil }
        text = text.dropFirst(2)
        guard let month = Self.number(&text), (1...12).contains(month), Self.dot(&text),
            let week = Self.number(&text), (1...5).contains(week), Self.dot(&text),
            let weekday = Self.number(&text), weekday < 7
        else { return nil }
        var time: Int64 = 7_200
        if text.first == UInt8(ascii: "/") {
            text = text.dropFirst()
            guard let found = Self.clock(&text) else { return nil }
            time = found
        }
        return Change(month: month, week: week, weekday: weekday, time: time)
    }

    private static func dot(_ text: inout ArraySlice<UInt8>) -> Bool {
        guard text.first == UInt8(ascii: ".") else { return false }
        text = text.dropFirst()
        return true
    }

    /// One to three digits.
    private static func number(_ text: inout ArraySlice<UInt8>) -> Int64? {
        let digits = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...3).contains(digits.count) else { return nil }
        text = text.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }
}
