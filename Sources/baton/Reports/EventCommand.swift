import App
import ArgumentParser

struct EventCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event",
        abstract: "Put down matches and the like, in which failures weigh more; list them.",
        subcommands: [Add.self, List.self]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put down an event.",
            discussion: "Times are local in the time zone, or end with Z for UTC: 2026-10-17 20:30."
        )

        @Argument(help: "The channel's number.") var channel: String
        @Option(help: "When it begins, such as 2026-10-17T20:30.") var from: String
        @Option(help: "When it ends.") var to: String
        @Option(help: "What it is, such as \"Cup final\".") var label: String
        @OptionGroup var zone: ZoneOptions
        @OptionGroup var data: DataOptions

        func run() async throws {
            let clock = try self.zone.clock(self.data.directory)
            let request = RecordRequest.addEvent(
                channel: self.channel,
                title: self.label,
                from: try OperatorTime.microseconds(self.from, clock),
                to: try OperatorTime.microseconds(self.to, clock)
            )
            try await AdminClient.run(.record(request), in: self.data.reach)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List events, the newest first.")

        @OptionGroup var format: FormatOptions
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.record(.events), in: self.data.reach, format: self.format.format)
        }
    }
}
