import App
import ArgumentParser
import Reports

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "What happened in a week: shared credentials, refunds that may come, suppliers and channels.",
        discussion: """
            A report is made from the projections, whether the service runs or not. Weeks are ISO weeks in the operator's time zone; without --week, the last one that is over. The exit code is 0 whatever a report says.
            """,
        subcommands: [
            Sharing.self, RefundRisk.self, Stability.self, ExcuseCommand.self, ScheduleCommand.self,
            KeepReportsCommand.self,
        ]
    )

    struct Stability: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Suppliers and channels: failures, what was hidden, and what viewers lost."
        )

        @Option(help: "Only this supplier and the channels it feeds.") var supplier: String?
        @OptionGroup var options: ReportOptions

        func run() async throws {
            var query = try self.options.query()
            query.supplier = self.supplier
            try await self.options.run(.stability, query)
        }
    }

    struct Sharing: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Credentials that more than one household uses: how likely, why, and what it may cost.",
            discussion: """
                A score is a likelihood; its reasons add up to it and name events of the log. Scores remember three weeks before. Nobody is blocked by a report.
                """
        )

        @Option(help: "Only this customer.") var customer: String?
        @OptionGroup var options: ReportOptions

        func run() async throws {
            var query = try self.options.query()
            query.customer = self.customer
            try await self.options.run(.sharing, query)
        }
    }

    struct RefundRisk: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "refund-risk",
            abstract: "Customers by the chance that they ask for their money back, with the reasons and what to do."
        )

        @Option(help: "Only this customer.") var customer: String?
        @OptionGroup var options: ReportOptions

        func run() async throws {
            var query = try self.options.query()
            query.customer = self.customer
            try await self.options.run(.refundRisk, query)
        }
    }
}

/// What all reports are asked with.
struct ReportOptions: ParsableArguments {
    @Option(help: "The week, such as 2026-W45; the last one that is over when not given.") var week: String?
    @Option(help: "How many weeks, ending with that one.") var weeks: Int = 1
    @Option(help: "table for people; csv or json for machines; html, a page to forward.") var format: ReportFormat =
        .table
    @Option(name: [.customShort("o"), .long], help: "Write it into this file; the log tells of it.") var output: String?
    @Flag(help: "Leave out when it was made: the same log gives the same bytes.") var reproducible = false
    @Option(help: "Rows of each week at most; a table shows 20, a page 100.") var top: Int?
    @OptionGroup var zone: ZoneOptions
    @OptionGroup var data: DataOptions

    func validate() throws {
        guard (1...ReportQuery.weeksMax).contains(self.weeks) else {
            throw ValidationError("--weeks takes 1 to \(ReportQuery.weeksMax)")
        }
        if let top, top < 1 { throw ValidationError("--top takes a number from 1 on") }
    }

    func query() throws -> ReportQuery {
        var query = ReportQuery(now: OperatorClock.now)
        query.week = self.week
        query.weeks = self.weeks
        query.top = self.top
        query.isReproducible = self.reproducible
        query.isDrawn = self.format == .html
        return query
    }

    func run(_ kind: ReportTool.Kind, _ query: ReportQuery) async throws {
        switch self.data.reach {
        case .directory(let directory, let role):
            let tool = ReportTool(directory, clock: try self.zone.clock(directory), role: role)
            try await tool.run(kind, query, ReportTool.Output(format: self.format, path: self.output))
        case .supportSocket:
            let isExport = self.output != nil
            let look = ReportLook(kind, query, format: self.format, zone: self.zone.tz, isExport: isExport)
            try TextOutput.write(try await self.data.reach.text(.report(look)), to: self.output)
        }
    }
}

extension ReportFormat: ExpressibleByArgument {}
