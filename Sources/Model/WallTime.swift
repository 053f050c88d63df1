/// A moment of the calendar, in microseconds since 1970-01-01T00:00:00Z.
///
/// A label, and what calendar expiry is judged by. Never used to order events (their `seq` does) nor to measure a
/// length of time (a monotonic clock does).
package struct WallTime: Hashable, Comparable, Sendable {
    package static let microsecondsPerSecond: Int64 = 1_000_000
    static let secondsPerDay: Int64 = 86_400

    /// Microseconds since the Unix epoch.
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package init(seconds: Int64) {
        self.microseconds = seconds * Self.microsecondsPerSecond
    }

    /// Whole seconds since the Unix epoch, rounded down.
    package var seconds: Int64 { Self.floorDivide(self.microseconds, Self.microsecondsPerSecond) }

    /// Whole hours since the Unix epoch, rounded down; the key of hour rollups.
    package var hour: Int64 { Self.floorDivide(self.seconds, 3_600) }

    /// Whole days since the Unix epoch, rounded down.
    package var day: Int64 { Self.floorDivide(self.seconds, Self.secondsPerDay) }

    /// Moved by `milliseconds`.
    package func advanced(milliseconds: Int64) -> WallTime {
        WallTime(microseconds: self.microseconds &+ milliseconds &* 1_000)
    }

    package static func < (left: WallTime, right: WallTime) -> Bool { left.microseconds < right.microseconds }

    static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
        value >= 0 ? value / by : (value &- by &+ 1) / by
    }
}
