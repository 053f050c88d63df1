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
            place; `baton credential rotate` makes a new one. With --tokens the list tells neither name nor password: they \
            stand sealed in its addresses, which end with the password.
            """
    )

    @Option(help: CredentialOptions.idHelp) var credential: String
    @Option(help: "The credential's password.") var password: String?
    @Flag(help: "Seal name and password in the addresses.") var tokens = false
    @Option(help: ArgumentHelp("How streams are taken.", valueName: "ts|hls")) var output: ListExport.Output = .ts
    @Option(help: "The service's address, such as https://tv.example; the configured one when not given.")
    var url: String?
    @OptionGroup var data: DataOptions

    func validate() throws {
        guard !self.tokens || self.password != nil else {
            throw ValidationError("--tokens seals the password, so it has to be given: add --password")
        }
    }

    func run() async throws {
        let export = ListExport(
            credential: self.credential,
            password: self.password,
            tokens: self.tokens,
            output: self.output,
            url: self.url
        )
        try await AdminClient.run(.exportList(export), in: self.data.reach)
    }
}

extension ListExport.Output: ExpressibleByArgument {}
