import App
import ArgumentParser

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write what customers are handed over.",
        subcommands: [ExportListCommand.self]
    )
}

struct ExportListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "m3u",
        abstract: "Write a credential's channels as an M3U list.",
        discussion: """
            Baton keeps no password that could be read. Give it with --password, or the word PASSWORD stands in its \
            place; `baton credential rotate` makes a new one.
            """
    )

    @Option(help: CredentialOptions.idHelp) var credential: String
    @Option(help: "The credential's password.") var password: String?
    @Option(help: ArgumentHelp("How streams are taken.", valueName: "ts|hls")) var output: ListExport.Output = .ts
    @Option(help: "The service's address, such as https://tv.example; the configured one when not given.")
    var url: String?
    @OptionGroup var data: DataOptions

    func run() async throws {
        let export = ListExport(
            credential: self.credential,
            password: self.password,
            output: self.output,
            url: self.url
        )
        try await AdminClient.run(.exportList(export), in: self.data.directory)
    }
}

extension ListExport.Output: ExpressibleByArgument {}
