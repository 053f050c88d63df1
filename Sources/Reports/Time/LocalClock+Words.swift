package import Model

extension LocalClock {
    static let dayNames = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The moment as if the zone were Greenwich, for taking its fields.
    func local(_ time: WallTime) -> WallTime { time.advanced(milliseconds: self.offset(at: time) * 1_000) }

    /// Such as `Saturday`.
    func weekday(_ time: WallTime) -> String {
        // 1970-01-01 was a Thursday.
        Self.dayNames[Int(((self.day(of: time) + 3) % 7 + 7) % 7)]
    }

    /// Such as `20:31`.
    func hourAndMinute(_ time: WallTime) -> String { String(self.timeOfDay(time).prefix(5)) }

    /// Such as `20:31:40`.
    func timeOfDay(_ time: WallTime) -> String { String(self.local(time).description.dropFirst(11).prefix(8)) }

    /// Such as `Sat 17 Oct 2026`.
    package func date(_ time: WallTime) -> String {
        "\(self.dayAndMonth(time)) \(CivilDate(daysSinceEpoch: self.day(of: time)).year)"
    }

    /// Such as `Sat 17 Oct 20:31`.
    package func words(_ time: WallTime) -> String { "\(self.dayAndMonth(time)) \(self.hourAndMinute(time))" }

    private func dayAndMonth(_ time: WallTime) -> String {
        let date = CivilDate(daysSinceEpoch: self.day(of: time))
        return "\(self.weekday(time).prefix(3)) \(date.day) \(Self.monthNames[Int((date.month - 1) % 12)])"
    }

    /// Whether two moments are on one day.
    func sameDay(_ one: WallTime, _ other: WallTime) -> Bool { self.day(of: one) == self.day(of: other) }

    /// Reads a moment as people say it, on this clock: `2026-10-17 20:32`, `…:40`, `20:32` (the last time it was that),
    /// `yesterday 20:32`, `Saturday 20:32`, `2026-10-17`; with `Z` at the end, in UTC.
    ///
    /// Answers `nil` for anything else.
    package func moment(said text: String, now: WallTime) -> WallTime? {
        if text.hasSuffix("Z"), let time = WallTime(text) { return time }
        if let time = WallTime(text) { return self.moment(local: time.seconds) }
        let words = text.split(separator: " ")
        guard let last = words.last, words.count <= 2, let second = Self.secondOfDay(said: last) else { return nil }
        guard words.count == 2 else {
            let today = self.moment(local: self.day(of: now) * 86_400 + second)
            return today <= now ? today : self.moment(local: (self.day(of: now) - 1) * 86_400 + second)
        }
        guard let day = self.day(said: words[0].lowercased(), second: second, now: now) else { return nil }
        return self.moment(local: day * 86_400 + second)
    }

    /// A day's number for `today`, `yesterday` or a weekday's name or its first three letters: the last such day.
    private func day(said word: String, second: Int64, now: WallTime) -> Int64? {
        let today = self.day(of: now)
        if word == "today" { return today }
        if word == "yesterday" { return today - 1 }
        guard word.count >= 3, let wanted = Self.dayNames.firstIndex(where: { $0.lowercased().hasPrefix(word) }) else {
            return nil
        }
        let back = ((today + 3) % 7 + 7 - Int64(wanted)) % 7
        let isAhead = back == 0 && second > self.secondOfDay(at: now)
        return today - (isAhead ? 7 : back)
    }

    /// `20:32` or `20:32:40` in seconds.
    private static func secondOfDay(said text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, parts.allSatisfy({ (1...2).contains($0.utf8.count) }) else {
            return nil
        }
        let numbers = parts.compactMap { part in part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(part) : nil
        }
        guard numbers.count == parts.count, numbers[0] < 24, numbers.dropFirst().allSatisfy({ $0 < 60 }) else {
            return nil
        }
        return numbers[0] * 3_600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }
}
