import Model

extension MediaTime {
    /// The signed distance from one 33-bit time stamp to another, the short way round: −2^32 to 2^32 − 1 ticks.
    ///
    /// Source: ISO/IEC 13818-1, 2.4.3.7 (the counters start again at 2^33).
    static func distance(from start: Int64, to end: Int64) -> Int64 {
        let forward = (end &- start) & (Self.wrap - 1)
        return forward >= Self.wrap / 2 ? forward - Self.wrap : forward
    }
}
