package import Model
import Synchronization

/// A week of keys: ISO 8601, on the operator's clock.
package struct KeyWeek: Hashable, Sendable {
    /// As `2026-W47`.
    package let name: String
    /// The first moment of it, and the first behind it.
    package let from: WallTime
    package let until: WallTime

    package init(name: String, from: WallTime, until: WallTime) {
        self.name = name
        self.from = from
        self.until = until
    }

    package func contains(_ time: WallTime) -> Bool { self.from <= time && time < self.until }
}

/// In which week a moment is, by which keys are made and destroyed.
///
/// On the operator's clock, as the weeks of reports are: what is told apart by a week's key is never told apart within a
/// report's week.
package final class KeyCalendar: Sendable {
    /// Weeks, this one included, in which an address, a user agent and a device id can be read.
    ///
    /// So none of them is older than 14 days.
    package static let clientWeeks = 2
    /// Weeks, this one included, in which it can be found out which network a hash is of.
    package static let networkWeeks = 13

    private static let secondsOfDay: Int64 = 86_400

    private let offset: @Sendable (WallTime) -> Int64
    /// The week that was asked for last: most often the next question is about the same.
    private let last = Mutex<KeyWeek?>(nil)

    /// Takes the seconds that the operator's clock is ahead of UTC at a moment.
    package init(offset: @escaping @Sendable (WallTime) -> Int64 = { _ in 0 }) {
        self.offset = offset
    }

    package func week(of time: WallTime) -> KeyWeek {
        self.last.withLock { last in
            if let last, last.contains(time) { return last }
            let week = self.find(time)
            last = week
            return week
        }
    }

    /// The week `count` before another.
    package func week(_ count: Int, before week: KeyWeek) -> KeyWeek {
        var found = week
        for _ in 0..<count { found = self.find(WallTime(microseconds: found.from.microseconds &- 1)) }
        return found
    }

    private func find(_ time: WallTime) -> KeyWeek {
        let day = WallTime(seconds: time.seconds &+ self.offset(time)).day
        // 1970-01-01 was a Thursday.
        let monday = day - ((day + 3) % 7 + 7) % 7
        return KeyWeek(
            name: CivilDate(daysSinceEpoch: day).isoWeek,
            from: self.midnight(monday),
            until: self.midnight(monday + 7)
        )
    }

    /// When a day begins; where the clock skips midnight, an hour beside it.
    private func midnight(_ day: Int64) -> WallTime {
        let local = day &* Self.secondsOfDay
        let first = local &- self.offset(WallTime(seconds: local))
        return WallTime(seconds: local &- self.offset(WallTime(seconds: first)))
    }
}
