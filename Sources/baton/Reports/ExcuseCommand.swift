import App
import ArgumentParser
import Model
import Reports

struct ExcuseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "excuse",
        abstract: "Put down that a line is fine whatever the sharing report says; take that back; list it.",
        discussion: """
            Reports list such a line last, with your reason, and recommend nothing for it. The mark ends by itself, after 180 days at most. It is an event: who looks at the log sees it.

            baton report excuse ada --why "holiday home, has told us" --days 90
            baton report excuse remove ada
            """,
        subcommands: [Add.self, Remove.self, List.self],
        defaultSubcommand: Add.self
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put down that a line is fine.")

        @Argument(help: "The username or number of the line.") var credential: String
        @Option(help: "The reason, as reports show it; no names of people.") var why: String
        @Option(help: "For how many days, 180 at most.") var days: Int64 = 90
        @OptionGroup var data: DataOptions

        func validate() throws {
            guard (1...180).contains(self.days) else { throw ValidationError("--days takes 1 to 180") }
        }

        func run() async throws {
            let until = OperatorClock.now.advanced(milliseconds: self.days * 86_400_000)
            let request = RecordRequest.excuse(
                credential: self.credential,
                why: self.why,
                until: until.microseconds
            )
            try await AdminClient.run(.record(request), in: self.data.reach)
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Have reports look at a line again.")

        @Argument(help: "The username or number of the line.") var credential: String
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(
                .record(.withdrawExcuse(credential: self.credential)),
                in: self.data.reach
            )
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List lines that are known to be fine.")

        @OptionGroup var format: FormatOptions
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.record(.excuses), in: self.data.reach, format: self.format.format)
        }
    }
}
