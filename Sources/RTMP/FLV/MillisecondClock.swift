/// Makes the 32-bit milliseconds of tags a time that does not wrap, and tells a publisher's restart from a wrap.
package struct MillisecondClock: Sendable {
    /// A step back, within the tags of a kind, that is no reordering but a new start (0.5 s).
    package static let backwardsMax: Int64 = 500
    /// The same for the first tag of a kind against the other kind: tracks are interleaved loosely (3 s).
    package static let skewMax: Int64 = 3_000
    /// A step forward that no silence of a live connection explains (a day).
    package static let forwardsMax: Int64 = 86_400_000

    private var last: [FLVTag.Kind: Int64] = [:]
    private var lastOfAny: Int64?

    /// A clock that starts at the first time stamp.
    package init() {}

    /// The time of a tag in milliseconds; `restarted` when it begins anew, its time stamp then taken as it is.
    package mutating func place(_ timestamp: UInt32, _ kind: FLVTag.Kind) -> (milliseconds: Int64, restarted: Bool) {
        guard let reference = self.last[kind] ?? self.lastOfAny else {
            return (self.begin(timestamp, kind), false)
        }
        let step = Int64(Int32(bitPattern: timestamp &- UInt32(truncatingIfNeeded: reference)))
        let backwardsMax = self.last[kind] == nil ? Self.skewMax : Self.backwardsMax
        guard step >= -backwardsMax, step <= Self.forwardsMax else {
            return (self.begin(timestamp, kind), true)
        }
        let milliseconds = reference &+ step
        self.last[kind] = milliseconds
        self.lastOfAny = milliseconds
        return (milliseconds, false)
    }

    private mutating func begin(_ timestamp: UInt32, _ kind: FLVTag.Kind) -> Int64 {
        let milliseconds = Int64(timestamp)
        self.last = [kind: milliseconds]
        self.lastOfAny = milliseconds
        return milliseconds
    }
}
