import App
import ArgumentParser

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the service.",
        discussion: "SIGTERM or Ctrl-C ends it in good order; SIGHUP reads the configuration again."
    )

    @Option(help: "The configuration file; without one, the defaults hold.") var config: String?
    @OptionGroup var data: DataOptions

    func run() async throws {
        try await Service.run(configurationFile: self.config, in: self.data.directory)
    }
}

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say what each channel of the running service is doing."
    )

    @OptionGroup var format: FormatOptions
    @OptionGroup var data: DataOptions

    func run() async throws {
        try await AdminClient.run(.status, in: self.data.reach, format: self.format.format)
    }
}

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "A working service in one command: two suppliers, a few customers, viewers that come and go.",
        discussion: "Prints addresses to open in a player, then what happens as it happens, and a summary at the end."
    )

    @Option(name: .customLong("for"), help: "How long to run, such as 60s or 5m; until Ctrl-C when not given.")
    var duration: DemoDuration?
    @Option(help: "The port viewers connect to.") var port: Int = 8080

    func run() async throws {
        try await Demo.run(seconds: self.duration?.seconds, port: self.port)
    }

    /// A length of time as people write it.
    struct DemoDuration: ExpressibleByArgument {
        let seconds: Int

        init?(argument: String) {
            let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600]
            let scale = argument.last.flatMap { units[$0] }
            guard let number = Int(scale == nil ? argument : String(argument.dropLast())),
                (1...1_000_000).contains(number)
            else { return nil }
            self.seconds = number * (scale ?? 1)
        }
    }
}
