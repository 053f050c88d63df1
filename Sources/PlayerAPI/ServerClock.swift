package import Model

/// Time as the API says it: texts in the zone of `server_info.timezone`.
///
/// Apps compute catch-up addresses and the places of programmes from these texts, so all of them are in one zone.
package struct ServerClock: Sendable {
    /// IANA name.
    package let zone: String
    private let offset: @Sendable (_ seconds: Int64) -> Int64

    /// `offset` tells how many seconds east of UTC the zone is at a time (seconds since 1970).
    package init(zone: String, offset: @escaping @Sendable (_ seconds: Int64) -> Int64) {
        self.zone = zone
        self.offset = offset
    }

    /// UTC.
    package static let utc = ServerClock(zone: "UTC") { _ in 0 }

    /// A time as `2026-11-23 07:00:00`.
    package func text(_ time: WallTime) -> String {
        let seconds = time.seconds
        let fields = TimeFields(seconds: seconds &+ self.offset(seconds))
        return "\(fields.date("-")) \(fields.time(":"))"
    }
}

/// A time taken apart.
struct TimeFields {
    private let day: CivilDate
    private let second: Int64

    init(seconds: Int64) {
        let days = WallTime(seconds: seconds).day
        self.day = CivilDate(daysSinceEpoch: days)
        self.second = seconds &- days &* 86_400
    }

    func date(_ mark: String) -> String {
        "\(Self.padded(self.day.year, 4))\(mark)\(Self.padded(self.day.month, 2))\(mark)\(Self.padded(self.day.day, 2))"
    }

    func time(_ mark: String) -> String {
        let (hour, minute) = (self.second / 3_600, self.second / 60 % 60)
        return "\(Self.padded(hour, 2))\(mark)\(Self.padded(minute, 2))\(mark)\(Self.padded(self.second % 60, 2))"
    }

    private static func padded(_ number: Int64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
