package import GRDB
package import Model
import Projections

/// What a report is asked for.
package struct ReportQuery: Hashable, Sendable {
    /// The last week that is wanted; the last that is over and in the log, when `nil`.
    package var week: String?
    /// How many weeks, the last one included.
    package var weeks = 1
    package var customer: String?
    package var supplier: String?
    /// Rows of each week at most.
    package var top: Int?
    package var prime = PrimeTime.usual
    /// When it is asked: decides what is over, nothing else.
    package var now: WallTime
    /// Whether nothing more comes into this log: then its last week is over, whatever the clock says.
    package var isOver = false
    /// Whether the same log gives the same bytes again.
    package var isReproducible = false
    /// Whether it is for a page, with sentences and charts.
    package var isDrawn = false

    /// Weeks that one report covers at most: a year.
    package static let weeksMax = 53

    package init(now: WallTime) {
        self.now = now
    }
}

/// Makes reports of `history.sqlite` and `live.sqlite`.
package struct ReportReader {
    private let history: Database
    let live: Database
    let clock: LocalClock
    let names: Names
    /// When the newest event was recorded.
    let lastAt: WallTime

    /// Takes connections to both files, each inside one read.
    ///
    /// - Throws: ``ReportError``, or the database's error.
    package init(history: Database, live: Database, clock: LocalClock) throws {
        guard let checkpoint = try Checkpoint.read(from: TableDatabase(history)), checkpoint.seq > 0 else {
            throw ReportError.empty
        }
        guard checkpoint.version == HistoryProjection.version else { throw ReportError.otherVersion }
        self.history = history
        self.live = live
        self.clock = clock
        self.names = try Names(history: history, live: live)
        self.lastAt = checkpoint.at
    }

    /// Suppliers and channels of some weeks.
    package func stability(_ query: ReportQuery) throws -> Report {
        let weeks = try self.weeks(query)
        var report = self.report("stability", StabilityReport.version, weeks, query, StabilityReport.columns)
        let selection = StabilityReport.Selection(supplier: query.supplier)
        if let supplier = query.supplier, !self.names.sources.values.contains(where: { $0.supplier == supplier }) {
            throw ReportError.unknown("supplier", supplier)
        }
        for week in weeks {
            let stability = StabilityReport(
                supply: try self.supply(week),
                views: try self.views(week),
                names: self.names,
                clock: self.clock,
                prime: query.prime
            )
            let figures = stability.figures(of: week, until: self.until(week))
            let harm = try HarmHistory(self.history, names: self.names, week: week, self.clock)
            let subjects = Array(stability.subjects(figures, selection).prefix(query.top ?? .max))
            if query.isDrawn, week == weeks.last {
                let drawing = StabilityDrawing(
                    report: stability,
                    week: week,
                    figures: figures,
                    harm: harm,
                    bounds: self.bounds(week)
                )
                report.drawing = drawing.drawing(subjects, first: report.rows.count)
            }
            report.rows += subjects.map { stability.row($0, week, figures, harm: harm) }
            if week == weeks.last { report.totals = stability.totals(figures.all) }
        }
        report.notes.append(
            "Down counts from a source's failure until it is well; seen, what no patch and no other source hid. Suppliers stand by viewer-minutes lost in 1000 hours watched."
        )
        report.notes.append(
            "Worth: a week's share of all customers' monthly prices, times the part of viewing that was lost or hidden: an assumption."
        )
        return report
    }

    /// Customers who may ask for their money back.
    package func refundRisk(_ query: ReportQuery) throws -> Report {
        let weeks = try self.weeks(query)
        var report = self.report("refund-risk", RefundRiskReport.version, weeks, query, RefundRiskReport.columns)
        if let customer = query.customer, !self.names.customers.values.contains(where: { $0.name == customer }) {
            throw ReportError.unknown("customer", customer)
        }
        var before: [ReportWeek] = []
        while before.count < RefundRiskReport.weeksBefore, let first = before.first ?? weeks.first {
            before.insert(first.previous(self.clock), at: 0)
        }
        var risk = RefundRiskReport(names: self.names, clock: self.clock, prime: query.prime)
        var drawn: ViewFacts?
        for week in before + weeks {
            let supply = try self.supply(week)
            let views = try self.views(week)
            risk.add(week, supply: supply, views: views, until: self.until(week))
            if query.isDrawn, week == weeks.last { drawn = views }
        }
        let shift = risk.shift(refunds: try self.refunds(before + weeks.dropLast()))
        for index in before.count..<(before.count + weeks.count) {
            let ranked = risk.ranked(index, shift: shift)
            if let drawn, let week = weeks.last, index == before.count + weeks.count - 1 {
                let shown = ranked.filter { query.customer == nil || $0.customer.name == query.customer }
                report.drawing = RefundRiskDrawing(
                    report: risk,
                    week: week,
                    views: drawn,
                    bounds: self.bounds(week),
                    ranked: ranked
                ).drawing(Array(shown.prefix(query.top ?? shown.count)), first: report.rows.count)
            }
            report.rows += risk.rows(index, ranked, top: query.top, customer: query.customer)
            if index == before.count + weeks.count - 1 { report.totals = risk.totals(ranked) }
        }
        report.notes.append(
            "A score is the chance of a refund in percent, as far as what customers saw tells; most refunds have other reasons. Money: score times the month's price, of the first twentieth and of all. Nothing is promised by itself."
        )
        if shift != 0 {
            report.notes.append(
                "The level fits the refunds recorded (log odds \(DecimalText.text(shift, decimals: 2)))."
            )
        }
        return report
    }
}

extension ReportReader {
    /// The weeks that are asked for, oldest first.
    package func weeks(_ query: ReportQuery) throws -> [ReportWeek] {
        guard (1...ReportQuery.weeksMax).contains(query.weeks) else { throw ReportError.weeks(query.weeks) }
        var last: ReportWeek
        if let name = query.week {
            guard let week = ReportWeek(name, self.clock) else { throw ReportError.malformedWeek(name) }
            last = week
        } else {
            last = ReportWeek(containing: self.lastAt, self.clock)
            if self.now(query) < last.end { last = last.previous(self.clock) }
        }
        var weeks = [last]
        while weeks.count < query.weeks { weeks.insert(weeks[0].previous(self.clock), at: 0) }
        return weeks
    }

    /// What the clock says or, where nothing more comes, at least the end of the last week that has events.
    private func now(_ query: ReportQuery) -> WallTime {
        guard query.isOver else { return query.now }
        let end = ReportWeek(containing: self.lastAt, self.clock).end
        return max(query.now, end.advanced(milliseconds: Report.finalAfterSeconds * 1_000))
    }

    /// A report without rows.
    func report(
        _ name: String,
        _ version: Int64,
        _ weeks: [ReportWeek],
        _ query: ReportQuery,
        _ columns: [Report.Column]
    ) -> Report {
        let end = weeks.last?.end ?? query.now
        let now = self.now(query)
        let isPartial = now < end
        var report = Report(
            name: name,
            version: version,
            weeks: weeks,
            clock: self.clock,
            coversUntil: isPartial ? min(self.lastAt, end) : end,
            columns: columns
        )
        report.isPartial = isPartial
        report.isFinal = now >= end.advanced(milliseconds: Report.finalAfterSeconds * 1_000)
        report.generatedAt = query.isReproducible ? nil : query.now
        let given: [(String, String?)] = [("customer", query.customer), ("supplier", query.supplier)]
        report.options = given.compactMap { name, value in value.map { Report.Field(name, .text($0)) } }
        if let top = query.top { report.options.append(Report.Field("top", .integer(Int64(top)))) }
        return report
    }

    /// Where a week that is not over is cut: behind the newest event.
    func until(_ week: ReportWeek) -> Int64 {
        min(week.end.ms, max(self.lastAt.ms, week.start.ms)) == week.end.ms ? week.end.ms : self.cut(week)
    }

    /// A week up to where it is cut, in milliseconds since 1970; never empty.
    private func bounds(_ week: ReportWeek) -> Range<Int64> {
        week.start.ms..<max(min(week.end.ms, self.until(week)), week.start.ms + 1)
    }

    /// A week in which the log ends counts whole when its last day has events: a quiet night is no missing one.
    private func cut(_ week: ReportWeek) -> Int64 {
        let isLastDay = week.end.ms - self.lastAt.ms < 86_400_000
        return isLastDay ? week.end.ms : self.lastAt.ms
    }

    func views(_ week: ReportWeek) throws -> ViewFacts {
        try ViewFacts.read(self.history, names: self.names, span: week.start.ms..<week.end.ms, lastAt: self.lastAt.ms)
    }

    func supply(_ week: ReportWeek) throws -> SupplyFacts {
        try SupplyFacts.read(self.history, names: self.names, span: week.start.ms..<week.end.ms, lastAt: self.lastAt.ms)
    }

    /// Refunds that were recorded for days of some weeks.
    private func refunds(_ weeks: [ReportWeek]) throws -> Int {
        guard let first = weeks.first, let last = weeks.last else { return 0 }
        let rows = try SQLCursor(
            self.history,
            "SELECT count(DISTINCT customer) FROM refund WHERE for_day >= ? AND for_day < ?",
            [first.start.microseconds, last.end.microseconds]
        )
        return try rows.next() ? Int(clamping: rows.integer(0)) : 0
    }
}

/// Why there is no report.
package enum ReportError: Error, Hashable, Sendable, CustomStringConvertible {
    case empty
    case otherVersion
    case malformedWeek(String)
    case weeks(Int)
    case unknown(String, String)

    package var description: String {
        switch self {
        case .empty: "there are no events yet"
        case .otherVersion:
            "history.sqlite was made by another version of this program; make it anew with: baton rebuild"
        case .malformedWeek(let text):
            "there is no week `\(text)`; weeks are named like 2026-W45, and not every year has a W53"
        case .weeks(let count): "\(count) weeks, allowed 1 to \(ReportQuery.weeksMax)"
        case .unknown(let noun, let id): "there is no \(noun) \(id) in the history"
        }
    }
}
