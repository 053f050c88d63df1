import App
import ArgumentParser

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Read, check and compress the event log.",
        subcommands: [Cat.self, Verify.self, Stats.self, Seal.self]
    )

    struct Cat: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print events, one JSON line each; the same lines as zstdcat."
        )

        @Option(help: "Only this type, or a family such as connection.*; may be repeated.") var type: [String] = []
        @Option(help: "Only about this, such as credential/7 or channel/101.") var of: String?
        @Option(help: "From this moment on (RFC 3339, UTC).") var from: String?
        @Option(help: "Before this moment (RFC 3339, UTC).") var to: String?
        @Flag(help: "Only viewers that were refused or ended by a rule, in words for support.") var words = false
        @Flag(help: "Go on printing as events are recorded.") var follow = false
        @OptionGroup var data: DataOptions

        func run() async throws {
            let look = LogLook(types: self.type, of: self.of, from: self.from, to: self.to, words: self.words)
            let filter = try look.filter
            switch self.data.reach {
            case .directory(let directory, let role):
                try await LogTool(directory).cat(filter, follow: self.follow, words: self.words, as: role)
            case .supportSocket:
                guard !self.follow else { throw RoleError.mayNotFollow }
                Output.show(try await self.data.reach.text(.log(look)))
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check every frame and the chain; name every damaged range; exit 1 if there is one."
        )

        @OptionGroup var data: DataOptions

        func run() async throws {
            let isSound = try LogTool(self.data.directory).verify()
            if !isSound { throw ExitCode(1) }
        }
    }

    struct Stats: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Events and bytes by type.")

        @OptionGroup var format: FormatOptions
        @OptionGroup var data: DataOptions

        func run() async throws {
            try LogTool(self.data.directory).stats(self.format.format)
        }
    }

    struct Seal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Close the open file and compress it well.")

        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.seal, in: self.data.reach)
        }
    }
}
