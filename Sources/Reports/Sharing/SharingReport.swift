import Model

/// Which credentials more than one household uses, why it looks so, what it may cost, and what might be done.
///
/// Nothing is ever blocked, ended or banned by it.
package struct SharingReport {
    /// Part of lost connections that might be sold instead, least and most: an assumption, said so in the report.
    package struct Conversion: Hashable, Sendable {
        package var low: Double
        package var high: Double

        package init(low: Double = 0.2, high: Double = 0.5) {
            self.low = low
            self.high = high
        }
    }

    package static let name = "sharing"
    /// Of the definitions; grows when a figure changes its meaning.
    package static let version: Int64 = 1
    /// Part of time on unknown networks from which the report says so.
    private static let unknownShareMax = 0.5

    private let clock: LocalClock
    private let conversion: Conversion
    /// Of the cheapest plan, in 1/100 of the currency.
    private let cheapestCents: Int64
    /// Names of customers' numbers, and of credentials'.
    private let customers: [Int64: String]
    private let credentials: [Int64: String]
    private let excuses: [CredentialID: SharingExcuse]
    /// What weeks so far leave to later ones, oldest first.
    private var past: [CredentialID: [Past]] = [:]

    /// Makes an empty report.
    ///
    /// `customers` and `credentials` name their numbers; of several excuses for one credential, the last holds.
    package init(
        clock: LocalClock,
        conversion: Conversion = Conversion(),
        cheapestCents: Int64 = 0,
        customers: [Int64: String] = [:],
        credentials: [Int64: String] = [:],
        excuses: [SharingExcuse] = []
    ) {
        self.clock = clock
        self.conversion = conversion
        self.cheapestCents = cheapestCents
        self.customers = customers
        self.credentials = credentials
        self.excuses = Dictionary(excuses.map { ($0.credential, $0) }, uniquingKeysWith: { $1 })
    }

    /// Weeks before the first shown one that its scores remember.
    package static let weeksBefore = SharingScore.memoryWeeks

    /// A week's credentials in the report's order.
    package struct Week {
        fileprivate let report: SharingReport
        let rows: [Row]
        fileprivate let unknownShare: Double

        /// The first `top` rows of a customer, or of all.
        package func cells(top: Int? = nil, customer: Int64? = nil) -> [[ReportCell]] {
            self.chosen(top: top, customer: customer).map(self.report.cells)
        }

        /// The first `top` rows of a customer, or of all.
        func chosen(top: Int?, customer: Int64?) -> [Row] {
            let wanted = customer.map { number in self.rows.filter { $0.fact.customer == number } } ?? self.rows
            return Array(wanted.prefix(top ?? wanted.count))
        }

        /// Figures of all rows; money is of those that are likely to share.
        package var totals: [Report.Field] { self.report.totals(self.rows) }

        /// The same as numbers.
        var sums: Sums { self.report.sums(self.rows) }

        /// Rows that nobody said are fine, in the report's order.
        var open: [Row] { self.rows.filter { $0.excuse == nil } }

        /// What a row's credential is called, with its customer.
        func names(_ row: Row) -> String? {
            let number = row.fact.credential.rawValue
            let name = self.report.credentials[number] ?? String(number)
            return self.report.customers[row.fact.customer].map { "\(name) (\($0))" } ?? name
        }

        func action(_ row: Row) -> String { self.report.action(row) }

        /// Sentences on what was assumed, and what is missing.
        package var notes: [String] { self.report.notes(self.unknownShare) }
    }

    /// Takes the next week's facts, and judges it with what earlier weeks left; weeks follow one another.
    ///
    /// `until` cuts a week that is not over, in milliseconds since 1970.
    package mutating func take(_ week: ReportWeek, views: ViewFacts, until: Int64 = .max) -> Week {
        let result = SharingWeek(week, of: views, self.clock, until: until)
        var rows: [Row] = []
        rows.reserveCapacity(result.entries.count)
        for entry in result.entries {
            let fact = views.credentials[entry.credential]
            let row = self.row(entry, fact, week)
            rows.append(row)
            let kept = (self.past[fact.credential] ?? []).suffix(Self.weeksBefore - 1)
            self.past[fact.credential] = Array(kept) + [row.past]
        }
        return Week(report: self, rows: self.ordered(rows), unknownShare: result.unknownShare)
    }

    /// What an earlier week leaves to later ones.
    fileprivate struct Past {
        var monday: Int64
        var sum: Int
        var score: Double
        var households: Int
    }

    /// A credential's week, judged.
    struct Row {
        var entry: SharingWeek.Entry
        var fact: CredentialFact
        var week: ReportWeek
        var score: SharingScore
        var verdict: SharingVerdict
        var trend: Double?
        var weeksSeen: Int
        var excuse: SharingExcuse?

        fileprivate var past: Past {
            Past(
                monday: self.week.monday,
                sum: self.entry.points.sum,
                score: self.score.value,
                households: self.verdict.households
            )
        }
        var lost: Int { max(0, self.verdict.households - 1) }
    }

    private func row(_ entry: SharingWeek.Entry, _ fact: CredentialFact, _ week: ReportWeek) -> Row {
        let first = week.monday - 7 * Int64(Self.weeksBefore)
        let recent = (self.past[fact.credential] ?? []).filter { $0.monday >= first }
        let score = SharingScore(entry.points, earlier: recent.map(\.sum))
        let households = recent.map(\.households).sorted()
        let verdict = SharingVerdict(
            entry.evidence,
            score,
            maxConnections: fact.maxConnections,
            usual: households.isEmpty ? nil : households[households.count / 2]
        )
        let excuse = self.excuses[fact.credential].flatMap { $0.until > week.start ? $0 : nil }
        return Row(
            entry: entry,
            fact: fact,
            week: week,
            score: score,
            verdict: verdict,
            trend: recent.last.flatMap { $0.monday == week.monday - 7 ? score.value - $0.score : nil },
            weeksSeen: recent.count + 1,
            excuse: excuse
        )
    }

    /// By band, then by what is at stake, then by score, then by name; what is known to be fine comes last.
    private func ordered(_ rows: [Row]) -> [Row] {
        rows.sorted { a, b in
            if (a.excuse == nil) != (b.excuse == nil) { return a.excuse == nil }
            if a.score.band != b.score.band { return a.score.band > b.score.band }
            let (left, right) = (self.stake(a) ?? 0, self.stake(b) ?? 0)
            if left != right { return left > right }
            if a.score.sum != b.score.sum { return a.score.sum > b.score.sum }
            return a.fact.credential < b.fact.credential
        }
    }

    /// Cents a month, if every lost connection were sold; `nil` where there is no sign of any.
    private func stake(_ row: Row) -> Int64? {
        row.score.band > .noSign ? Int64(row.lost) * self.cheapestCents : nil
    }

    package static let columns: [Report.Column] = [
        .init("week", "week"), .init("credential", "credential"), .init("customer", "customer"),
        .init("score", "score"), .init("band", "band"), .init("type", "type"), .init("households", "homes"),
        .init("lost_connections"), .init("at_stake_month_low"), .init("at_stake_month_high", "at stake"),
        .init("max_connections"), .init("overlap_min"), .init("overlap_days"), .init("reject_episodes_cross"),
        .init("alternations"), .init("homes"), .init("devices"), .init("countries"), .init("bridges"),
        .init("weeks_seen"), .init("trend", "trend"), .init("action", "what to do"), .init("reasons", "why"),
    ]

    fileprivate func cells(_ row: Row) -> [ReportCell] {
        let evidence = row.entry.evidence
        let number = row.fact.credential.rawValue
        let stake = self.stake(row).map { Double($0) / 100 }
        let overlap = evidence.overlapOwn + evidence.overlapKnown
        return [
            .text(row.week.name), .text(self.credentials[number] ?? String(number)),
            ReportCell(self.customers[row.fact.customer]), .number(row.score.value, decimals: 1),
            .text(row.excuse == nil ? row.score.band.rawValue : "known, fine"),
            row.score.band > .noSign ? .text(row.verdict.kind.rawValue) : .missing,
            .integer(Int64(row.verdict.households)), .integer(Int64(row.lost)),
            ReportCell(stake.map { $0 * self.conversion.low }, decimals: 2),
            ReportCell(stake.map { $0 * self.conversion.high }, decimals: 2),
            .integer(row.fact.maxConnections), .number(SharingPoints.minutes(overlap), decimals: 0),
            .integer(Int64(evidence.overlapDays.nonzeroBitCount)),
            .integer(Int64(evidence.refusedHome + evidence.refusedOther)),
            .integer(Int64(evidence.switchesFast + evidence.switchesSlow)), .integer(Int64(evidence.homes)),
            .integer(Int64(evidence.devices)), .integer(Int64(evidence.countries)), .integer(Int64(evidence.bridges)),
            .integer(Int64(row.weeksSeen)), ReportCell(row.trend, decimals: 1), .text(self.action(row)),
            .reasons(SharingReasons(evidence: evidence, score: row.score).list),
        ]
    }

    fileprivate func action(_ row: Row) -> String {
        if let excuse = row.excuse {
            let until = "nothing until \(self.clock.text(excuse.until).prefix(10))"
            return excuse.reason.map { "\(until): \($0)" } ?? until
        }
        return row.score.band >= .likely ? row.verdict.kind.action : SharingVerdict.Kind.unclear.action
    }

    /// How many rows there are of each kind, and the money at stake in units of the currency.
    struct Sums {
        var all: Int64 = 0
        var veryLikely: Int64 = 0
        var likely: Int64 = 0
        var unclear: Int64 = 0
        var knownFine: Int64 = 0
        var lost = 0
        /// If every lost connection were sold.
        var stake = 0.0
        var low = 0.0
        var high = 0.0
    }

    fileprivate func sums(_ rows: [Row]) -> Sums {
        let open = rows.filter { $0.excuse == nil }
        let likely = open.filter { $0.score.band >= .likely }
        let stake = Double(likely.reduce(0) { $0 + (self.stake($1) ?? 0) }) / 100
        return Sums(
            all: Int64(rows.count),
            veryLikely: Int64(open.count { $0.score.band == .veryLikely }),
            likely: Int64(open.count { $0.score.band == .likely }),
            unclear: Int64(open.count { $0.score.band == .unclear }),
            knownFine: Int64(rows.count - open.count),
            lost: likely.reduce(0) { $0 + $1.lost },
            stake: stake,
            low: stake * self.conversion.low,
            high: stake * self.conversion.high
        )
    }

    fileprivate func totals(_ rows: [Row]) -> [Report.Field] {
        let sums = self.sums(rows)
        return [
            .init("credentials", .integer(sums.all)), .init("very_likely", .integer(sums.veryLikely)),
            .init("likely", .integer(sums.likely)), .init("unclear", .integer(sums.unclear)),
            .init("known_fine", .integer(sums.knownFine)), .init("lost_connections", .integer(Int64(sums.lost))),
            .init("at_stake_month_low", .number(sums.low, decimals: 2)),
            .init("at_stake_month_high", .number(sums.high, decimals: 2)),
        ]
    }

    fileprivate func notes(_ unknown: Double) -> [String] {
        let low = DecimalText.text(self.conversion.low * 100, decimals: 0)
        let high = DecimalText.text(self.conversion.high * 100, decimals: 0)
        var notes = [
            "At stake counts homes beyond the first at the cheapest plan's price, of which \(low) to \(high) % might pay: an assumption.",
            "A score is a likelihood, no proof. Nobody is blocked by it; look at the reasons, and ask.",
        ]
        if unknown > Self.unknownShareMax {
            notes.append(
                "The providers of most networks are not known, so homes and mobile networks are hard to tell apart: add a network database."
            )
        }
        return notes
    }
}
