import App
import ArgumentParser

struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Make the catalogue what a file says: all of it or, when one entry is wrong, nothing."
    )

    @Argument(help: "The catalogue file.") var file: String
    @Flag(help: "Remove what the file doesn't name.") var prune = false
    @Flag(help: "Say what would be done, and do nothing.") var dryRun = false
    @OptionGroup var data: DataOptions

    func run() async throws {
        let catalogue = try CatalogueFile.read(self.file)
        try await AdminClient.run(.apply(catalogue, prune: self.prune, dryRun: self.dryRun), in: self.data.reach)
    }
}
