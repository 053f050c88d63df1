import Model

/// A moment that is known in a source and on the output; all others follow from it.
struct TimeAnchor: Hashable, Sendable {
    /// In the source, 33 bits.
    var raw: Int64
    /// On the output, ticks.
    var time: Int64

    /// The output time of a source time that is less than half a wrap away.
    func time(of raw: Int64) -> Int64 {
        self.time + MediaTime.distance(from: self.raw, to: raw)
    }
}
