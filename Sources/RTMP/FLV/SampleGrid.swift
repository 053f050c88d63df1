/// Places audio frames by counting samples, since time stamps in milliseconds collide and drift by rounding.
///
/// Source of the tolerance: a frame of AAC at 48 kHz lasts 21.3 ms; two of them missing is a gap, rounding is not.
package struct SampleGrid: Sendable {
    /// How far the counted time may be from the time stamp, in ticks of 1/90 000 s (40 ms).
    package static let toleranceTicks: Int64 = 3_600
    private static let ticksPerSecond: Int64 = 90_000

    private var anchor: Int64?
    private var samples: Int64 = 0
    private var sampleRate: UInt32 = 0

    /// A grid that starts at the first frame.
    package init() {}

    /// The time of a frame of `count` samples that is stamped `ticks`, both in ticks of 1/90 000 s.
    package mutating func place(ticks: Int64, samples count: Int, sampleRate: UInt32) -> Int64 {
        if let anchor = self.anchor, sampleRate == self.sampleRate, sampleRate > 0 {
            let counted = anchor &+ self.samples &* Self.ticksPerSecond / Int64(sampleRate)
            if (counted &- ticks).magnitude <= UInt64(Self.toleranceTicks) {
                self.samples &+= Int64(count)
                return counted
            }
        }
        self.anchor = ticks
        self.sampleRate = sampleRate
        self.samples = Int64(count)
        return ticks
    }
}
