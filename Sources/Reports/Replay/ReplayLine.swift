package import Model

/// One line of a replay.
package struct ReplayLine: Hashable, Sendable {
    package enum Lane: String, CaseIterable, Sendable {
        case customer, stream, system
    }

    /// What the customer had of it.
    package enum Effect: Hashable, Sendable {
        /// Nothing; a note says why where that is not plain.
        case none(String?)
        /// Went on without being noticed, in milliseconds.
        case hidden(Int64)
        /// Was seen, in milliseconds.
        case seen(Int64)
        case refused

        /// The word that machines read.
        package var word: String {
            switch self {
            case .none: "none"
            case .hidden: "hidden"
            case .seen: "seen"
            case .refused: "refused"
            }
        }

        package var hiddenMs: Int64 { if case .hidden(let ms) = self { ms } else { 0 } }
        package var seenMs: Int64 { if case .seen(let ms) = self { ms } else { 0 } }

        /// As it stands in the column.
        package var text: String {
            switch self {
            case .none(let note): note.map { "none (\($0))" } ?? ""
            case .hidden(let ms): "hidden \(Spoken.seconds(ms))"
            case .seen(let ms): "SEEN   \(Spoken.seconds(ms))"
            case .refused: "refused"
            }
        }
    }

    package var at: WallTime
    package var lane: Lane
    package var text: String
    package var effect: Effect
    /// The event; 0 for what no event says.
    package var seq: Int64
    /// How many alike it stands for.
    package var times = 1
    /// The time of the last of them.
    package var lastAt: WallTime?

    package init(_ at: WallTime, _ lane: Lane, _ text: String, _ effect: Effect = .none(nil), seq: Int64) {
        self.at = at
        self.lane = lane
        self.text = text
        self.effect = effect
        self.seq = seq
    }
}

/// How lengths are said.
package enum Spoken {
    /// With a tenth, such as `20.0 s`; from two minutes on `3 min 20 s`.
    package static func seconds(_ ms: Int64) -> String {
        let tenths = (max(0, ms) &+ 50) / 100
        if tenths < 1_200 { return "\(tenths / 10).\(tenths % 10) s" }
        return Self.long(tenths / 10)
    }

    /// Without a fraction, as one says it to a person: `20 seconds`, `3 minutes`.
    package static func words(_ ms: Int64) -> String {
        let seconds = (max(0, ms) &+ 500) / 1_000
        if seconds == 0 { return "less than a second" }
        if seconds < 100 { return Self.count(seconds, "second") }
        if seconds < 5_400 { return Self.count((seconds + 30) / 60, "minute") }
        return Self.count((seconds + 1_800) / 3_600, "hour")
    }

    /// `1 viewer`, `2 viewers`.
    package static func count(_ number: Int64, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// `once`, `twice`, `3 times`.
    package static func times(_ number: Int64) -> String {
        switch number {
        case 1: "once"
        case 2: "twice"
        default: "\(number) times"
        }
    }

    private static func long(_ seconds: Int64) -> String {
        if seconds < 7_200 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3_600) h \(seconds / 60 % 60) min"
    }
}
