/// How likely a credential is used by more than one household, from 0 to 100, and how sure one may be.
package struct SharingScore: Hashable, Sendable {
    /// In words that stand in the report.
    package enum Band: String, CaseIterable, Hashable, Sendable, Comparable {
        case veryLikely = "very likely"
        case likely
        case unclear
        case noSign = "no sign"

        private var rank: Int {
            switch self {
            case .veryLikely: 3
            case .likely: 2
            case .unclear: 1
            case .noSign: 0
            }
        }

        package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
    }

    /// A score that one kind of evidence alone does not pass.
    static let aloneMax = 89.0
    /// Independent groups of evidence that "very likely" asks for.
    static let groupsMin = 2
    /// Hundredths of a point from which evidence is shown, and its group counts.
    static let shownMin = 30
    /// Weeks before whose sums are remembered.
    static let memoryWeeks = 3
    /// What the strongest of them is worth, and its bounds in hundredths.
    private static let memoryWeight = 0.3
    private static let memoryBounds = -400...600

    /// Hundredths: the week's own, and what earlier weeks add.
    let points: SharingPoints
    let memory: Int?
    /// Whether one kind of evidence alone kept it below 90.
    let isCapped: Bool
    /// 0–100 with one decimal.
    package let value: Double
    package let band: Band

    /// `earlier` has the sums of up to three weeks before in which it was used, without their memory.
    init(_ points: SharingPoints, earlier: [Int]) {
        self.points = points
        self.memory = earlier.max().map { strongest in
            let bounded = min(max(strongest, Self.memoryBounds.lowerBound), Self.memoryBounds.upperBound)
            return Int((Self.memoryWeight * Double(bounded)).rounded(.toNearestOrAwayFromZero))
        }
        let sum = points.sum + (self.memory ?? 0)
        let raw = (1_000 / (1 + Logarithm.exponential(-Double(sum) / 100))).rounded() / 10
        let groups = Set(
            Evidence.allCases.compactMap { points[$0] >= Self.shownMin ? $0.group : nil }
        )
        self.isCapped = raw > Self.aloneMax && groups.count < Self.groupsMin
        self.value = self.isCapped ? Self.aloneMax : raw
        self.band =
            switch self.value {
            case 90...: .veryLikely
            case 60...: .likely
            case 30...: .unclear
            default: .noSign
            }
    }

    /// The sum of all points in hundredths; the score is its logistic.
    var sum: Int { self.points.sum + (self.memory ?? 0) }
}
