import Ledger
import Model
import Reports

extension Administrator {
    /// Keeps the reports of some weeks; says so, a line a week.
    func keepReports(week: String?, weeks: Int, timezone: String?) async throws -> [String] {
        guard let directory = self.directory else { throw ReportKeeperError.noDirectory }
        try await self.ledger.flushHistory()
        let clock = try OperatorClock.choose(named: timezone, in: directory)
        let keeper = ReportKeeper(ledger: self.ledger, directory: directory, clock: clock)
        var query = ReportQuery(now: Clocks.system.wall())
        query.week = week
        query.weeks = weeks
        var messages: [String] = []
        for week in try ReportTool(directory, clock: clock).weeks(query).reversed() {
            let rows = try await keeper.keep(week, now: query.now)
            messages.append("\(week.name): \(rows) rows kept in history.sqlite")
        }
        return messages
    }
}
