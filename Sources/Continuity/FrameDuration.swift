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
            self.distances[self.next] = distance
            self.next = (self.next + 1) % Self.kept
        }
    }

    /// The duration in ticks; O(n log n) in the distances kept.
    var ticks: Int64 {
        guard !self.distances.isEmpty else { return self.unknown }
        return self.distances.sorted()[self.distances.count / 2]
    }
}
