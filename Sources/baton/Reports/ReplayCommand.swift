import App
import ArgumentParser
import Model
import Reports

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Show what one customer saw: every gap, hidden or seen, refusals, and what to tell them.",
        discussion: """
            Times are in the operator's zone: 2026-10-17 20:32, 20:32 (the last time it was that), yesterday 20:32, Saturday 20:32.
            Without a time it is about the last two hours. With --as-of, it shows the state at a moment instead: who was connected, which source fed, what limits held.

            baton replay ada --around "2026-10-17 20:32"
            """
    )

    @Argument(help: "The customer, or the username or number of one of their lines.") var customer: String
    @Option(help: "Half an hour to both sides of a moment.") var around: String?
    @Option(help: "The beginning.") var from: String?
    @Option(help: "The end.") var to: String?
    @Option(help: "The state at this moment, folded from the log.") var asOf: String?
    @Option(help: "table for people, json for machines, html as a page of its own.") var format: ReplayTool.Form =
        .table
    @Option(name: .shortAndLong, help: "Write it to this file.") var output: String?
    @Flag(help: "Fold the log afresh instead of reading the projections; the answer is the same.") var fromLog = false
    @OptionGroup var zone: ZoneOptions
    @OptionGroup var data: DataOptions

    func run() async throws {
        try TextOutput.write(try await self.data.reach.text(try self.look), to: self.output)
    }

    private var look: Look {
        get throws {
            if let moment = self.asOf {
                guard self.format != .html else { throw ValidationError("--as-of is told as table or json") }
                let format: TableFormat = self.format == .json ? .json : .table
                return .state(who: self.customer, at: moment, format: format, zone: self.zone.tz)
            }
            return .replay(
                Look.Replay(
                    who: self.customer,
                    from: self.from,
                    to: self.to,
                    around: self.around,
                    form: self.format,
                    fromLog: self.fromLog,
                    zone: self.zone.tz
                )
            )
        }
    }
}

extension ReplayTool.Form: ExpressibleByArgument {}
