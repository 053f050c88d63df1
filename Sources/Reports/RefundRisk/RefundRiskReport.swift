import Model

/// Who is likely to ask for money back, and why: what each customer saw, weighed by when they saw it.
///
/// Source: the definitions Sources/Reports/README.md.
struct RefundRiskReport: Sendable {
    /// Figures of the definitions' first edition.
    static let version: Int64 = 1

    /// One customer's week.
    struct Line: Sendable {
        var exposure = Exposure()
        var pain = 0.0
        var burden = 0.0
    }

    let names: Names
    let clock: LocalClock
    let prime: PrimeTime
    /// Lines of the weeks so far, oldest first, by the customer's number.
    private(set) var weeks: [(week: ReportWeek, lines: [Int64: Line])] = []
    /// Suppliers and channels of the last week's sources.
    private(set) var supply = SupplyFacts(span: 0..<0)

    init(names: Names, clock: LocalClock, prime: PrimeTime = .usual) {
        self.names = names
        self.clock = clock
        self.prime = prime
    }

    /// Weeks before the first wanted one that burden and trend need: after four, what is carried is a sixteenth.
    static let weeksBefore = 4

    /// Takes the next week's facts; weeks follow one another.
    ///
    /// `until` cuts a week that is not over, in milliseconds since 1970.
    mutating func add(_ week: ReportWeek, supply: SupplyFacts, views: ViewFacts, until: Int64) {
        let bounds = week.start.ms..<max(min(week.end.ms, until), week.start.ms + 1)
        let prime = self.prime.spans(in: week, self.clock).map { $0.lowerBound.ms..<$0.upperBound.ms }
        var fold = ExposureFold(supply: supply, views: views, bounds: bounds, prime: prime)
        fold.run()
        let before = self.weeks.last?.lines ?? [:]
        var lines: [Int64: Line] = [:]
        lines.reserveCapacity(fold.exposures.count)
        for (customer, exposure) in fold.exposures {
            let pain = exposure.pain
            let carried = RefundWeights.carried * (before[customer]?.burden ?? 0)
            lines[customer] = Line(exposure: exposure, pain: pain, burden: pain + carried)
        }
        // Who did not watch still remembers.
        for (customer, line) in before where lines[customer] == nil {
            let burden = RefundWeights.carried * line.burden
            if burden > 0.001 { lines[customer] = Line(burden: burden) }
        }
        self.supply = supply
        self.weeks.append((week, lines))
    }

    /// Days a customer has been one when a week begins.
    func tenureDays(_ customer: Names.Customer, _ week: ReportWeek) -> Int64 {
        // Half a day more, so that a change of the clock does not take a day away.
        max((week.start.ms - customer.since + 43_200_000).floored(by: 86_400_000), 0)
    }

    /// The log odds of a refund.
    func odds(_ line: Line, _ customer: Names.Customer, _ week: ReportWeek) -> Double {
        let days = Double(self.tenureDays(customer, week))
        return RefundWeights.constant + RefundWeights.perLogBurden * line.burden.logOfOneMore
            + (customer.isTrial ? RefundWeights.trial : 0) + (days < RefundWeights.freshDays ? RefundWeights.fresh : 0)
            + RefundWeights.perLogMonth * (days / 30).logOfOneMore
    }

    /// What is added to the log odds so that the level fits refunds that were recorded; the ranking stays.
    ///
    /// 0 with fewer than ``refundsMin`` refunds in the weeks before the last.
    func shift(refunds: Int) -> Double {
        guard refunds >= Self.refundsMin, self.weeks.count > 1 else { return 0 }
        let odds = self.weeks.dropLast().flatMap { week, lines in
            lines.compactMap { number, line in
                self.names.customers[number].map { self.odds(line, $0, week) }
            }
        }.sorted()
        guard refunds < odds.count else { return 0 }
        var (low, high) = (-6.0, 6.0)
        for _ in 0..<40 {
            let middle = (low + high) / 2
            let expected = odds.reduce(0) { $0 + ($1 + middle).share }
            if expected < Double(refunds) { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// Recorded refunds that make a level: fewer are chance.
    static let refundsMin = 20
}
