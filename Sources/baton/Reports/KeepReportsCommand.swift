import App
import ArgumentParser
import Reports

struct KeepReportsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keep",
        abstract: "Put the reports of finished weeks into history.sqlite, for SQL and dashboards.",
        discussion: """
            The views sharing_week, refund_risk_week and stability_week show them. A running service does it by itself for every week that is over; this is for imported histories, and for those who can't wait.
            """
    )

    @Option(help: "The last week, such as 2026-W45; the last one that is over when not given.") var week: String?
    @Option(help: "How many weeks, ending with that one.") var weeks: Int = 1
    @OptionGroup var zone: ZoneOptions
    @OptionGroup var data: DataOptions

    func validate() throws {
        guard (1...ReportQuery.weeksMax).contains(self.weeks) else {
            throw ValidationError("--weeks takes 1 to \(ReportQuery.weeksMax)")
        }
    }

    func run() async throws {
        try await AdminClient.run(
            .keepReports(week: self.week, weeks: self.weeks, timezone: self.zone.tz),
            in: self.data.reach
        )
    }
}
