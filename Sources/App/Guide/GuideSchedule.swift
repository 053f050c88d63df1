/// When a guide is fetched next.
///
/// Pure; times are seconds of a monotonic clock, or of the calendar where it says so.
struct GuideSchedule: Hashable, Sendable {
    /// Waits after failures, in seconds; the last one repeats, and none is longer than the usual time between refreshes.
    static let backoff: [Int64] = [60, 120, 300, 900, 3_600]

    /// Seconds between refreshes.
    let every: Int64
    /// Failures since the last success.
    private(set) var failures = 0

    init(every: Int64) {
        self.every = every
    }

    /// How long the first refresh waits after a start; `age` is how old what is kept is, by the calendar, `nil` without any.
    func first(age: Int64?, random: inout some RandomNumberGenerator) -> Int64 {
        guard let age, age >= 0, age < self.every else { return Int64.random(in: 0...5, using: &random) }
        return self.spread(self.every - age, &random)
    }

    mutating func succeeded(random: inout some RandomNumberGenerator) -> Int64 {
        self.failures = 0
        return self.spread(self.every, &random)
    }

    mutating func failed(random: inout some RandomNumberGenerator) -> Int64 {
        let wait = Self.backoff[min(self.failures, Self.backoff.count - 1)]
        self.failures += 1
        return self.spread(min(wait, self.every), &random)
    }

    /// Up to a tenth less or more, so that the guides of many services don't come at the same second.
    private func spread(_ seconds: Int64, _ random: inout some RandomNumberGenerator) -> Int64 {
        let tenth = seconds / 10
        return seconds + Int64.random(in: -tenth...tenth, using: &random)
    }
}
