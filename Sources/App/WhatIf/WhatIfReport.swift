import Accounts
import Events
import Model
import Reports

/// What was beside what would have been, a row a credential.
struct WhatIfReport {
    /// Of the definitions; grows when a figure changes its meaning.
    static let version: Int64 = 1

    let week: ReportWeek
    let clock: LocalClock
    let query: WhatIfQuery
    let lastAt: WallTime
    let usernames: [Int64: String]

    static let columns: [Report.Column] = [
        .init("week"), .init("credential", "credential"), .init("customer"), .init("policy_was"),
        .init("policy", "policy"), .init("max_connections_was", "max was"), .init("max_connections", "max"),
        .init("starts", "starts"), .init("kicks_was", "kicks was"), .init("kicks", "kicks"),
        .init("refusals_was", "refused was"), .init("refusals", "refused"), .init("lost_min_was", "lost min was"),
        .init("lost_min", "lost min"), .init("lost_min_change", "change"),
    ]

    private struct Row {
        var line: Entitlement
        var policy: OnLimit
        var limit: Int64
        var starts: Int
        var was: SlotTally.Outcome
        var would: SlotTally.Outcome

        var change: Int64 { self.would.lost - self.was.lost }
        var isQuiet: Bool {
            let sums = [self.was.kicks, self.was.refusals, self.would.kicks, self.would.refusals]
            return sums.allSatisfy { $0 == 0 }
        }
    }

    func report(_ lines: [Entitlement], _ history: SlotHistory) -> Report {
        let span = self.week.start..<self.week.end
        var (rows, was, would, again) = ([Row](), SlotTally.Outcome(), SlotTally.Outcome(), SlotTally.Outcome())
        var (starts, unwatched) = (0, 0)
        for line in lines {
            guard let asks = history.asks[line.credential] else {
                unwatched += 1
                continue
            }
            let row = Row(
                line: line,
                policy: self.query.onLimit ?? line.onLimit,
                limit: self.query.maxConnections ?? line.maxConnections,
                starts: asks.count { span.contains($0.at) },
                was: SlotTally.recorded(asks, in: span),
                would: LimitReplay.outcome(
                    of: asks,
                    limit: self.query.maxConnections ?? line.maxConnections,
                    policy: self.query.onLimit ?? line.onLimit,
                    in: span
                )
            )
            again += LimitReplay.outcome(of: asks, limit: line.maxConnections, policy: line.onLimit, in: span)
            was += row.was
            would += row.would
            starts += row.starts
            if !row.isQuiet { rows.append(row) }
        }
        rows.sort { (-abs($0.change), $0.line.credential) < (-abs($1.change), $1.line.credential) }
        var report = self.empty()
        report.rows = rows.prefix(self.query.top ?? rows.count).map(self.cells)
        report.totals = [
            .init("credentials", .integer(Int64(lines.count - unwatched))), .init("starts", .integer(Int64(starts))),
            .init("kicks_was", .integer(Int64(was.kicks))), .init("kicks", .integer(Int64(would.kicks))),
            .init("refusals_was", .integer(Int64(was.refusals))),
            .init("refusals", .integer(Int64(would.refusals))), .init("lost_min_was", Self.minutes(was.lost)),
            .init("lost_min", Self.minutes(would.lost)),
            .init("lost_min_change", Self.minutes(would.lost - was.lost)),
        ]
        report.notes = self.notes(again)
        return report
    }

    private func empty() -> Report {
        var report = Report(
            name: "what-if",
            version: Self.version,
            weeks: [self.week],
            clock: self.clock,
            coversUntil: min(self.lastAt, self.week.end),
            columns: Self.columns
        )
        report.isPartial = self.lastAt < self.week.end && self.query.now < self.week.end
        report.isFinal = !report.isPartial
        report.generatedAt = self.query.isReproducible ? nil : self.query.now
        let given: [(String, String?)] = [
            ("policy", self.query.policy), ("max_connections", self.query.maxConnections.map { "\($0)" }),
            ("plan", self.query.plan), ("customer", self.query.customer),
        ]
        report.options = given.compactMap { name, value in value.map { Report.Field(name, .text($0)) } }
        if let top = self.query.top { report.options.append(Report.Field("top", .integer(Int64(top)))) }
        return report
    }

    private func cells(_ row: Row) -> [ReportCell] {
        let number = row.line.credential.rawValue
        return [
            .text(self.week.name), .text(self.usernames[number] ?? "\(number)"), .text(row.line.customer.rawValue),
            .text(row.line.onLimit.rawValue), .text(row.policy.rawValue), .integer(row.line.maxConnections),
            .integer(row.limit), .integer(Int64(row.starts)), .integer(Int64(row.was.kicks)),
            .integer(Int64(row.would.kicks)), .integer(Int64(row.was.refusals)),
            .integer(Int64(row.would.refusals)), Self.minutes(row.was.lost), Self.minutes(row.would.lost),
            Self.minutes(row.change),
        ]
    }

    private static func minutes(_ microseconds: Int64) -> ReportCell {
        .number(Double(microseconds) / 60_000_000, decimals: 1)
    }

    private func notes(_ again: SlotTally.Outcome) -> [String] {
        let minutes = DecimalText.text(Double(again.lost) / 60_000_000, decimals: 1)
        return [
            "Was: as recorded, with each line's policy and limit as they are now. The same starts under these again give \(again.kicks) kicks, \(again.refusals) refusals and \(minutes) lost minutes: so far is the calculation off.",
            "Lost minutes: until the device plays again, or would have left. How long somebody stays who was refused or pushed out is what viewers of that week stayed in the middle. Nobody behaves otherwise because of it: no new tries, no complaints.",
        ]
    }
}
