import App
import ArgumentParser
import Glibc

/// The command line: parses, hands over to `App`, and turns errors into one line and an exit code.
@main
struct Baton: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baton",
        abstract: "A self-hosted live restream service.",
        discussion: """
            Feed it channels you hold the rights to; it serves them under your own address, holds each credential to its limit, and records everything that happens.

            Exit codes: 0 done, 1 failed, 2 wrong usage.
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Service",
                subcommands: [ServeCommand.self, StatusCommand.self, ConfigCommand.self, DemoCommand.self]
            ),
            CommandGroup(
                name: "Catalogue",
                subcommands: [
                    ApplyCommand.self, SupplierCommand.self, ChannelCommand.self, SourceCommand.self,
                    Noun<PlanOptions>.self, CustomerCommand.self, CredentialCommand.self,
                    ImportCommand.self, ExportCommand.self,
                ]
            ),
            CommandGroup(name: "Channels", subcommands: [SlateCommand.self]),
            CommandGroup(
                name: "Reports",
                subcommands: [
                    ReportCommand.self, WhatIfCommand.self, ReplayCommand.self, ExplainCommand.self, EventCommand.self,
                    RefundCommand.self,
                    SimulateCommand.self,
                ]
            ),
            CommandGroup(name: "Viewers", subcommands: [ConnectionCommand.self, BanCommand.self]),
            CommandGroup(name: "Log", subcommands: [LogCommand.self, RebuildCommand.self]),
            CommandGroup(name: "Development", subcommands: [SchemaCommand.self, MetricsCommand.self]),
        ]
    )

    static func main() async {
        // A pipe that closes early (`baton log cat | head`) is an end, not a crash with a signal.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try Self.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Self.fail(error)
        }
    }

    private static func fail(_ error: any Error) -> Never {
        let code = Self.exitCode(for: error)
        if code == .success {
            print(Self.fullMessage(for: error))
            Glibc.exit(0)
        }
        if code == .validationFailure {
            Output.complain(Self.fullMessage(for: error))
            Glibc.exit(2)
        }
        if error is LogFilterError {
            Output.complain("baton: \(error)")
            Glibc.exit(2)
        }
        if !(error is ExitCode) { Output.complain("baton: \(error)") }
        Glibc.exit(1)
    }
}

/// Where lines go.
enum Output {
    static func complain(_ text: String) {
        Self.write(text + "\n", to: STDERR_FILENO)
    }

    /// Something beside the result, such as how far it is: on standard error, as it stands.
    static func tell(_ text: String) {
        Self.write(text, to: STDERR_FILENO)
    }

    static func show(_ text: String) {
        Self.write(text, to: STDOUT_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
