package import NIOCore

/// How often something happened per address, as a bucket that drains: pure, bounded, with `now` as an argument.
package struct RateTable: Sendable {
    /// Addresses that are remembered (about 80 bytes each); the one heard of longest ago is forgotten first.
    package static let capacityDefault = 262_144

    private struct Bucket: Sendable {
        var level: Double
        var at: NIODeadline
    }

    /// How many may happen at once.
    package let burst: Double
    /// How many more per second.
    package let perSecond: Double
    private var buckets: BoundedTable<PeerAddress, Bucket>

    package init(burst: Int, per interval: TimeAmount, refill: Int, capacity: Int = Self.capacityDefault) {
        self.burst = Double(max(burst, 1))
        self.perSecond = Double(refill) / (Double(max(interval.nanoseconds, 1)) / 1e9)
        self.buckets = BoundedTable(capacity: capacity)
    }

    /// Addresses remembered now.
    package var count: Int { self.buckets.count }
    /// Addresses forgotten for lack of room; not 0 means an attack from very many addresses.
    package var evictedCount: Int { self.buckets.evictedCount }

    /// Whether one more would be within the limit; changes nothing.
    package func allows(_ address: PeerAddress, at now: NIODeadline) -> Bool {
        guard let bucket = self.buckets.peek(address.limitKey) else { return true }
        return self.level(bucket, at: now) + 1 <= self.burst
    }

    /// Counts one more, within the limit or not; whether it was within.
    @discardableResult
    package mutating func count(_ address: PeerAddress, at now: NIODeadline) -> Bool {
        self.buckets.update(address.limitKey, default: Bucket(level: 0, at: now)) { [burst, perSecond] bucket in
            let elapsed = Double(max((now - bucket.at).nanoseconds, 0)) / 1e9
            let level = max(0, bucket.level - elapsed * perSecond)
            let isWithin = level + 1 <= burst
            bucket = Bucket(level: isWithin ? level + 1 : level, at: max(now, bucket.at))
            return isWithin
        }
    }

    private func level(_ bucket: Bucket, at now: NIODeadline) -> Double {
        max(0, bucket.level - Double(max((now - bucket.at).nanoseconds, 0)) / 1e9 * self.perSecond)
    }
}
