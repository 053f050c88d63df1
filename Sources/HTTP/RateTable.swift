package import NIOCore

/// How often something happened per key, as a bucket that drains: pure, bounded, with `now` as an argument.
///
/// A bucket that has drained is the same as none, so those heard of longest ago are forgotten as soon as they have.
package struct RateTable<Key: Hashable & Sendable>: Sendable {
    /// Keys that are remembered (about 80 bytes each); the one heard of longest ago is forgotten first.
    package static var capacityDefault: Int { 262_144 }
    /// Of the capacity, in percent: a table as full as this is being flooded.
    package static var crowdedPercent: Int { 80 }
    /// Drained buckets that are forgotten at each count; more than one, so that their number goes down.
    private static var forgottenAtOnce: Int { 2 }

    private struct Bucket: Sendable {
        var level: Double
        var at: NIODeadline
    }

    /// How many may happen at once.
    package let burst: Double
    /// How many more per second.
    package let perSecond: Double
    private var buckets: BoundedTable<Key, Bucket>

    package init(burst: Int, per interval: TimeAmount, refill: Int, capacity: Int = Self.capacityDefault) {
        self.burst = Double(max(burst, 1))
        self.perSecond = Double(refill) / (Double(max(interval.nanoseconds, 1)) / 1e9)
        self.buckets = BoundedTable(capacity: capacity)
    }

    /// Keys remembered now.
    package var count: Int { self.buckets.count }
    /// Keys forgotten for lack of room; not 0 means an attack from very many addresses.
    package var evictedCount: Int { self.buckets.evictedCount }
    /// Whether there is hardly room for more.
    package var isCrowded: Bool { self.count >= self.buckets.capacity / 100 * Self.crowdedPercent }

    /// Whether one more would be within the limit; changes nothing.
    package func allows(_ key: Key, at now: NIODeadline) -> Bool { self.allows(1, of: key, at: now) }

    /// Whether so many more would be within the limit; changes nothing.
    package func allows(_ number: Int, of key: Key, at now: NIODeadline) -> Bool {
        guard let bucket = self.buckets.peek(key) else { return true }
        return self.level(bucket, at: now) + Double(number) <= self.burst
    }

    /// Whether nothing happened, or so long ago that it doesn't count any more.
    package func isClear(_ key: Key, at now: NIODeadline) -> Bool {
        self.buckets.peek(key).map { self.level($0, at: now) <= 0 } ?? true
    }

    /// Counts one more, within the limit or not; whether it was within.
    @discardableResult
    package mutating func count(_ key: Key, at now: NIODeadline) -> Bool {
        self.forgetDrained(at: now)
        return self.buckets.update(key, default: Bucket(level: 0, at: now)) { [burst, perSecond] bucket in
            let elapsed = Double(max((now - bucket.at).nanoseconds, 0)) / 1e9
            let level = max(0, bucket.level - elapsed * perSecond)
            let isWithin = level + 1 <= burst
            bucket = Bucket(level: isWithin ? level + 1 : level, at: max(now, bucket.at))
            return isWithin
        }
    }

    private mutating func forgetDrained(at now: NIODeadline) {
        for _ in 0..<Self.forgottenAtOnce {
            guard let oldest = self.buckets.oldestEntry, self.level(oldest.value, at: now) <= 0 else { return }
            self.buckets.remove(oldest.key)
        }
    }

    private func level(_ bucket: Bucket, at now: NIODeadline) -> Double {
        max(0, bucket.level - Double(max((now - bucket.at).nanoseconds, 0)) / 1e9 * self.perSecond)
    }
}
