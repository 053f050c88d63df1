import Model

extension ReportReader {
    /// Credentials that more than one household uses; `credentials` names them, and one without a name is its number.
    ///
    /// `reasons` are those why operators know some to be fine: the tables have them sealed.
    package func sharing(
        _ query: ReportQuery,
        credentials: [Int64: String] = [:],
        reasons: [Int64: String] = [:]
    ) throws -> Report {
        let weeks = try self.weeks(query)
        var report = self.report(SharingReport.name, SharingReport.version, weeks, query, SharingReport.columns)
        let customer = query.customer.map { name in self.names.customers.first { $0.value.name == name }?.key }
        if let name = query.customer, customer == .some(nil) { throw ReportError.unknown("customer", name) }
        var before: [ReportWeek] = []
        while before.count < SharingReport.weeksBefore, let first = before.first ?? weeks.first {
            before.insert(first.previous(self.clock), at: 0)
        }
        var sharing = SharingReport(
            clock: self.clock,
            cheapestCents: self.names.cheapestPlanCents ?? 0,
            customers: self.names.customers.mapValues(\.name),
            credentials: credentials,
            excuses: try self.excuses(reasons)
        )
        for week in before + weeks {
            let views = try self.views(week)
            let judged = sharing.take(week, views: views, until: self.until(week))
            guard week >= weeks[0] else { continue }
            if query.isDrawn, week == weeks.last {
                let strips = SharingStrips(week, of: views, self.clock, until: self.until(week))
                let shown = judged.chosen(top: query.top, customer: customer ?? nil)
                report.drawing = judged.drawing(shown, first: report.rows.count, strips: strips)
            }
            report.rows += judged.cells(top: query.top, customer: customer ?? nil)
            report.totals = judged.totals
            report.notes = judged.notes
        }
        return report
    }

    /// Credentials that operators know to be fine.
    private func excuses(_ reasons: [Int64: String]) throws -> [SharingExcuse] {
        let rows = try SQLCursor(self.live, "SELECT credential, until FROM excuse")
        var excuses: [SharingExcuse] = []
        while try rows.next() {
            excuses.append(
                SharingExcuse(
                    credential: CredentialID(rows.integer(0)),
                    reason: reasons[rows.integer(0)],
                    until: WallTime(microseconds: rows.integer(1))
                )
            )
        }
        return excuses
    }
}
