import MPEGTS

/// A short-term reference picture set: the pictures that stay in the decoder, by their distance in picture order.
///
/// Source: ITU-T H.265, 7.3.7 and 7.4.8.
struct HEVCShortTermSet: Hashable, Sendable {
    /// Pictures of a set at most: a decoder keeps 16.
    static let picturesMax = 16

    /// One picture of the set.
    struct Entry: Hashable, Sendable {
        /// Its place in picture order, less that of the picture which carries the set.
        var delta: Int
        /// Whether the picture itself may refer to it; otherwise only later ones do.
        var isUsed: Bool
    }

    /// Earlier pictures, the nearest first.
    var negative: [Entry] = []
    /// Later pictures, the nearest first.
    var positive: [Entry] = []

    var deltas: [Int] { (self.negative + self.positive).map(\.delta) }

    /// Reads set number `index`; `earlier` are those before it, all of the SPS when a slice carries its own set.
    ///
    /// `nil` when it says the impossible.
    init?(_ reader: inout BitReader, index: Int, earlier: [HEVCShortTermSet], inSlice: Bool) {
        if index > 0, reader.flag() {
            guard self.readPrediction(&reader, index: index, earlier: earlier, inSlice: inSlice) else { return nil }
        } else {
            guard self.readEntries(&reader) else { return nil }
        }
        guard reader.isValid, self.negative.count + self.positive.count <= Self.picturesMax else { return nil }
    }

    private mutating func readEntries(_ reader: inout BitReader) -> Bool {
        let before = reader.unsignedExpGolomb()
        let after = reader.unsignedExpGolomb()
        guard reader.isValid, before <= Self.picturesMax, after <= Self.picturesMax else { return false }
        func entries(_ count: UInt32, sign: Int) -> [Entry] {
            var delta = 0
            return (0..<count).map { _ in
                delta += sign * (Int(reader.unsignedExpGolomb()) + 1)
                return Entry(delta: delta, isUsed: reader.flag())
            }
        }
        self.negative = entries(before, sign: -1)
        self.positive = entries(after, sign: 1)
        return true
    }

    /// A set told as the difference to an earlier one.
    private mutating func readPrediction(
        _ reader: inout BitReader,
        index: Int,
        earlier: [HEVCShortTermSet],
        inSlice: Bool
    ) -> Bool {
        let back = inSlice ? Int(reader.unsignedExpGolomb()) + 1 : 1
        let sign = reader.flag() ? -1 : 1
        let step = sign * (Int(reader.unsignedExpGolomb()) + 1)
        guard reader.isValid, back <= index, index - back < earlier.count else { return false }
        let base = earlier[index - back]
        // One entry for each picture of the set it is told from, and one for the picture that carried that.
        var kept: [Entry] = []
        for delta in base.deltas + [0] {
            let isUsed = reader.flag()
            let isKept = isUsed || reader.flag()
            if isKept, delta + step != 0 { kept.append(Entry(delta: delta + step, isUsed: isUsed)) }
        }
        self.negative = kept.filter { $0.delta < 0 }.sorted { $0.delta > $1.delta }
        self.positive = kept.filter { $0.delta > 0 }.sorted { $0.delta < $1.delta }
        return true
    }
}
