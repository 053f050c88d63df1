/// The end of a run of sound, counted in samples, so that nothing is lost to rounding however long the run is.
struct SampleGrid: Sendable {
    /// Ticks of a whole number of seconds of the run, and the samples since.
    private var anchor: Int64
    private var samples: Int64 = 0
    /// Samples a second.
    let rate: Int64

    /// A run that begins at `ticks`.
    init(at ticks: Int64, rate: Int) {
        self.anchor = ticks
        self.rate = Int64(max(1, rate))
    }

    /// The end in ticks, rounded to the nearest.
    var ticks: Int64 { self.anchor &+ (self.samples * 90_000 + self.rate / 2) / self.rate }

    /// Goes on by `count` samples.
    mutating func advance(_ count: Int) {
        self.samples += Int64(max(0, count))
        // A second is a whole number of ticks whatever the rate is.
        self.anchor &+= self.samples / self.rate * 90_000
        self.samples %= self.rate
    }

    /// Whether the middle of a frame of `count` samples that starts at the end lies before `time` (ticks), exactly.
    func hasMiddle(of count: Int, before time: Int64) -> Bool {
        let (distance, overflow) = time.subtractingReportingOverflow(self.anchor)
        // Beyond a year each way only the direction counts.
        let far: Int64 = 1 << 42
        guard !overflow, (-far...far).contains(distance) else { return time > self.anchor }
        return (2 * self.samples + Int64(count)) * 90_000 < distance * 2 * self.rate
    }
}
