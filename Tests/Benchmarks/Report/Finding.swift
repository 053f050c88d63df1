/// One measure against its peer.
struct Finding {
    var measure: String
    var ours: String
    var peer: String
    /// Ours divided by the peer's, where there is a peer.
    var ratio: Double?
    /// `nil` for a figure that is only told.
    var goal: Goal?
    /// What the goal is about when it isn't the ratio.
    var judged: Double?

    init(
        _ measure: String,
        ours: String,
        peer: String,
        ratio: Double? = nil,
        goal: Goal? = nil,
        judged: Double? = nil
    ) {
        self.measure = measure
        self.ours = ours
        self.peer = peer
        self.ratio = ratio
        self.goal = goal
        self.judged = judged
    }

    /// Whether the goal is met; `nil` when there is none.
    var isMet: Bool? {
        guard let goal, let value = self.judged ?? self.ratio else { return nil }
        return switch goal.bound {
        case .atLeast: value >= goal.value
        case .atMost: value <= goal.value
        }
    }

    /// A line of a Markdown table.
    var row: String {
        let ratio = self.ratio.map { "\(Figures.short($0))×" } ?? "–"
        let verdict = self.isMet.map { $0 ? "met" : "**not met**" } ?? "–"
        return "| \(self.measure) | \(self.ours) | \(self.peer) | \(ratio) | \(self.goal?.text ?? "–") | \(verdict) |"
    }
}

/// What a measure should come to.
struct Goal {
    enum Bound { case atLeast, atMost }

    var bound: Bound
    var value: Double
    /// As the table shows it.
    var text: String

    static func atLeast(_ value: Double, _ unit: String = "×") -> Goal {
        Goal(bound: .atLeast, value: value, text: "≥ \(Figures.short(value))\(unit)")
    }

    static func atMost(_ value: Double, _ unit: String = "×") -> Goal {
        Goal(bound: .atMost, value: value, text: "≤ \(Figures.short(value))\(unit)")
    }
}

/// Numbers as people read them.
enum Figures {
    /// Three digits that count, thousands set apart.
    static func short(_ value: Double) -> String {
        switch value.magnitude {
        case 1_000...: self.grouped(value)
        case 100...: self.fixed(value, 0)
        case 10...: self.fixed(value, 1)
        default: self.fixed(value, 2)
        }
    }

    static func fixed(_ value: Double, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = Int64((value * scale).rounded())
        guard digits > 0 else { return "\(whole)" }
        let fraction = String(whole.magnitude % UInt64(scale))
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return "\(whole < 0 ? "-" : "")\(whole.magnitude / UInt64(scale)).\(zeros)\(fraction)"
    }

    private static func grouped(_ value: Double) -> String {
        let digits = Array(String(Int64(value.rounded()).magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }
}
