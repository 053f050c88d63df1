import App
import ArgumentParser

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Write the schemas of events and projections, or compare them with what is written."
    )

    @Flag(help: "Write nothing; exit 1 and name the files that differ.") var check = false
    @Option(help: "The folder they are in.") var directory = "schemas"

    func run() async throws {
        let isCurrent = try SchemaTool(directory: self.directory).run(check: self.check)
        if !isCurrent { throw ExitCode(1) }
    }
}
