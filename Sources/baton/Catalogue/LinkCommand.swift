import App
import ArgumentParser

extension CredentialCommand {
    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an address of a channel, or of the list of all, that tells neither name nor password.",
            discussion: """
                Name and password are sealed in it under this installation's key, and nothing is stored: it works as they \
                do, counts with them, and ends when the password is rotated or the credential suspended or over. Whoever \
                has the address can use it.
                """
        )

        @Argument(help: CredentialOptions.idHelp) var id: String
        @Option(help: "The credential's password, which Baton keeps in no readable form.") var password: String
        @Option(help: "The channel it plays; without one, the address of the M3U list.") var channel: String?
        @Option(help: ArgumentHelp("How streams are taken.", valueName: "ts|hls")) var output: ListExport.Output = .ts
        @Option(help: "The service's address, such as https://tv.example; the configured one when not given.")
        var url: String?
        @OptionGroup var data: DataOptions

        func run() async throws {
            let link = StreamLink(
                credential: self.id,
                password: self.password,
                channel: self.channel,
                output: self.output,
                url: self.url
            )
            try await AdminClient.run(.link(link), in: self.data.reach)
        }
    }
}
