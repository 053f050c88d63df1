import App
import ArgumentParser
import Reports

struct WhatIfCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "what-if",
        abstract: "A week's starts under another limit or policy: kicks, refusals and lost minutes beside what was.",
        discussion: """
            Runs the starts, ends and refusals of a week through the rule that admits viewers. What is not given stays as each line has it. It changes nothing.
            """
    )

    @Option(help: "The week, such as 2026-W45; the last one that is over when not given.") var week: String?
    @Option(
        help: ArgumentHelp("What a start beyond the limit does.", valueName: "reject-newest|evict-oldest|supersede")
    )
    var policy: String?
    @Option(help: "Connections at once, for every line.") var maxConnections: Int64?
    @Option(help: "Only lines of this plan.") var plan: String?
    @Option(help: "Only lines of this customer.") var customer: String?
    @Option(help: "table for people; csv or json for machines.") var format: ReportFormat = .table
    @Option(help: "Rows at most; a table shows 20.") var top: Int?
    @Flag(help: "Leave out when it was made: the same log gives the same bytes.") var reproducible = false
    @OptionGroup var zone: ZoneOptions
    @OptionGroup var data: DataOptions

    func validate() throws {
        if let maxConnections, !(0...100_000).contains(maxConnections) {
            throw ValidationError("--max-connections takes 0 to 100000")
        }
        if let policy, !WhatIfQuery.policies.contains(policy) {
            throw ValidationError("--policy takes \(WhatIfQuery.policies.joined(separator: ", "))")
        }
        if let top, top < 1 { throw ValidationError("--top takes a number from 1 on") }
        if self.policy == nil, self.maxConnections == nil {
            throw ValidationError("say what should be different: --policy, --max-connections, or both")
        }
    }

    func run() async throws {
        var query = WhatIfQuery(now: OperatorClock.now)
        query.week = self.week
        query.policy = self.policy
        query.maxConnections = self.maxConnections
        query.plan = self.plan
        query.customer = self.customer
        query.top = self.top
        query.isReproducible = self.reproducible
        let clock = try self.zone.clock(self.data.directory)
        try WhatIfTool(self.data.directory, clock: clock).run(query, format: self.format)
    }
}
