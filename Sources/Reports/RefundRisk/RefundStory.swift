import Model

/// What a row says in words: the cause, what to do, and the three largest reasons.
struct RefundStory {
    enum Cause: String {
        case supplier, us, line, limit, unknown
    }

    let cause: Cause
    let action: String
    let reasons: [Reason]

    /// Days that are offered at most.
    private static let daysMax: Int64 = 7
    /// Frozen minutes of an event that are worth a day.
    private static let minutesPerDay: Int64 = 30

    init(_ report: RefundRiskReport, _ row: RefundRiskReport.Ranked, _ week: ReportWeek) {
        let its = row.line.exposure
        let cause = Self.cause(its)
        self.cause = cause
        self.action = Self.action(its, cause, isTrial: row.customer.isTrial)
        let terms = its.terms.filter { $0.pain > 0 }.sorted { $0.pain > $1.pain }.prefix(3)
        var reasons = terms.map { term, pain in
            Self.reason(term, pain * its.forgiveness, its, report)
        }
        let carried = row.line.burden - row.line.pain
        if carried >= 0.5 { reasons.append(Reason("remembered from the weeks before", points: carried)) }
        if its.hiddenMs > 0 { reasons.append(Reason("anti-freeze hid \(Self.length(its.hiddenMs))")) }
        self.reasons = reasons
    }

    /// What the largest part of the pain comes from.
    private static func cause(_ its: Exposure) -> Cause {
        var pains: [Cause: Double] = [:]
        for (term, pain) in its.terms {
            switch term {
            case .frozen, .interruptions, .worst, .left, .failedStarts:
                let known = its.parts.contains { $0.source >= 0 } || term == .failedStarts
                pains[known ? .supplier : .unknown, default: 0] += pain
            case .lockouts: pains[.limit, default: 0] += pain
            case .rejoins:
                let share = its.rejoins > 0 ? Double(its.lineRejoins) / Double(its.rejoins) : 0
                pains[.line, default: 0] += pain * share
                pains[its.cut > 0 ? .us : .supplier, default: 0] += pain * (1 - share)
            }
        }
        let order: [Cause] = [.supplier, .limit, .line, .us, .unknown]
        var best = Cause.unknown
        for cause in order where (pains[cause] ?? 0) > (pains[best] ?? 0) { best = cause }
        return best
    }

    private static func action(_ its: Exposure, _ cause: Cause, isTrial: Bool) -> String {
        switch cause {
        case .supplier where its.eventFrozenMs >= 60_000:
            let days = min(
                (its.eventFrozenMs + Self.minutesPerDay * 60_000 - 1) / (Self.minutesPerDay * 60_000),
                Self.daysMax
            )
            return "apologise first, offer \(days) \(days == 1 ? "day" : "days")"
        case .limit where its.wrongLockouts > 0: return "shorten the wait for dead connections; write to the customer"
        case .line: return "send the Wi-Fi help text"
        case .supplier, .us, .limit, .unknown: return isTrial ? "call" : ""
        }
    }

    private static func reason(
        _ term: Exposure.Term,
        _ points: Double,
        _ its: Exposure,
        _ report: RefundRiskReport
    ) -> Reason {
        switch term {
        case .frozen:
            guard let part = its.parts.max(by: { ($0.ms, $1.seq) < ($1.ms, $0.seq) }) else {
                return Reason("\(Self.length(its.frozenMs)) frozen", points: points)
            }
            let most = part.ms < its.frozenMs ? ", \(Self.length(part.ms)) of it" : ""
            return Reason(
                "\(Self.length(its.frozenMs)) frozen\(most)\(part.isEvent ? " during an event" : "")\(Self.place(part.channel, part.source, report))",
                points: points,
                events: [part.seq]
            )
        case .interruptions: return Reason(Spoken.count(its.interruptions, "interruption"), points: points)
        case .worst:
            let worst = its.worst
            let at = report.clock.words(WallTime(microseconds: worst.at * 1_000))
            return Reason(
                "the worst freeze: \(Self.length(Int64(worst.seconds * 1_000))) on \(at)\(worst.isEvent ? " during an event" : "")\(Self.place(worst.channel, worst.source, report))",
                points: points,
                events: [worst.seq]
            )
        case .failedStarts:
            return Reason(
                "\(Spoken.count(its.failedStarts, "start")) with nothing to show",
                points: points,
                events: [its.failedSeq]
            )
        case .lockouts:
            let wrong =
                its.wrongLockouts > 0 ? "\(Spoken.times(its.wrongLockouts)) by an own dead connection or device" : ""
            let right = its.rightLockouts > 0 ? "\(Spoken.times(its.rightLockouts)) at the limit" : ""
            let words = [wrong, right].filter { !$0.isEmpty }.joined(separator: ", ")
            return Reason("locked out \(words)", points: points, events: [its.lockoutSeq])
        case .left:
            return Reason(
                "left \(Spoken.times(its.leftAfterFreeze)) because of a freeze",
                points: points,
                events: [its.leftSeq]
            )
        case .rejoins: return Reason("came back \(Spoken.times(its.rejoins)) after a broken connection", points: points)
        }
    }

    private static func place(_ channel: Int32, _ source: Int, _ report: RefundRiskReport) -> String {
        let name = " on \(report.names.channel(Int64(channel)))"
        guard report.supply.sources.indices.contains(source) else { return name }
        return "\(name), supplier \(report.supply.suppliers[report.supply.sources[source].supplier])"
    }

    /// `41 s`, `3 min 20 s`, `2 h 5 min`.
    static func length(_ ms: Int64) -> String {
        let seconds = (ms + 500) / 1_000
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3_600 {
            return seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds / 60) min \(seconds % 60) s"
        }
        return seconds / 60 % 60 == 0 ? "\(seconds / 3_600) h" : "\(seconds / 3_600) h \(seconds / 60 % 60) min"
    }
}
