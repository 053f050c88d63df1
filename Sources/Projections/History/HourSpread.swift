import Model

/// A length of time that ended at a moment, cut at the hours it covers.
struct HourSpread: Sequence, IteratorProtocol {
    /// Hours a length is spread over at most (31 days); what is left of a longer one counts in the oldest.
    static let hoursMax = 744
    /// The longest length that is believed: 10 years, in milliseconds.
    ///
    /// A larger number is a broken clock or a damaged line.
    static let lengthMax: Int64 = 10 * 366 * 86_400_000

    private static let hourMs: Int64 = 3_600_000

    private var end: Int64
    private var left: Int64
    private var hoursLeft = Self.hoursMax

    /// - Parameters:
    ///   - length: milliseconds; negative is none.
    ///   - end: when it ended.
    init(_ length: Int64, endingAt end: WallTime) {
        self.end = end.microseconds / 1_000
        self.left = Swift.min(Swift.max(length, 0), Self.lengthMax)
    }

    /// The next older hour since 1970 and the milliseconds of the length that are in it.
    mutating func next() -> (hour: Int64, ms: Int64)? {
        guard self.left > 0 else { return nil }
        self.hoursLeft -= 1
        // The moment before the end, so that a full hour ends in itself.
        let hour = WallTime(microseconds: (self.end &- 1) &* 1_000).hour
        let inHour = Swift.min(self.left, self.end &- hour &* Self.hourMs)
        let part = self.hoursLeft == 0 ? self.left : inHour
        self.left -= part
        self.end = self.end &- part
        return (hour, part)
    }
}
