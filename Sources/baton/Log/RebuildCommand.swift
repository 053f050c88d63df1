import App
import ArgumentParser

struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Fold the log into fresh projections.",
        discussion: """
            Without options, live.sqlite and history.sqlite of the data directory are replaced; the service must not run.
            With --as-of and --into, the state at a past moment is written elsewhere, whether the service runs or not.
            """
    )

    @Option(help: "Fold up to this moment (RFC 3339, UTC).") var asOf: String?
    @Option(help: "Write live-FILE and history-FILE instead of replacing the projections.") var into: String?
    @Flag(help: "Compare with the projections that are there and replace nothing; exit 1 if a row differs.") var check =
        false
    @OptionGroup var data: DataOptions

    func validate() throws {
        guard (self.asOf == nil) == (self.into == nil) || self.asOf == nil else {
            throw ValidationError("--as-of needs --into FILE, so that the present isn't replaced by the past")
        }
    }

    func run() async throws {
        let isSame = try RebuildTool(self.data.directory).run(asOf: self.asOf, into: self.into, check: self.check)
        if !isSame { throw ExitCode(1) }
    }
}
