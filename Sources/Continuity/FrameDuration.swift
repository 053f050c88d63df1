import Model

/// How long a picture or frame of one track lasts: the median distance of its last decoding times.
struct FrameDuration: Sendable {
    /// Distances kept: two seconds of pictures, so that a change of rate is followed within one.
    static let kept = 50
    /// A distance beyond one second is a gap, not a duration.
    static let ticksMax = MediaTime.ticksPerSecond

    private var distances: [Int64] = []
    private var next = 0
    private let unknown: Int64
    private var median: Int64?

    /// - Parameter unknown: what to answer before anything was seen, in ticks.
    init(unknown: Int64) {
        self.unknown = unknown
    }

    /// Takes the distance between two neighbours, in ticks.
    mutating func observe(_ distance: Int64) {
        guard (1...Self.ticksMax).contains(distance) else { return }
        if self.distances.count < Self.kept {
            self.distances.append(distance)
        } else {
            let before = self.distances[self.next]
            self.distances[self.next] = distance
            self.next = (self.next + 1) % Self.kept
            // As it is with nearly all.
            if before == distance { return }
        }
        self.median = self.distances.sorted()[self.distances.count / 2]
    }

    /// The duration in ticks.
    var ticks: Int64 { self.median ?? self.unknown }
}
