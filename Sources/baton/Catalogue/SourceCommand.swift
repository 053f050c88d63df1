import App
import ArgumentParser

struct SourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source",
        abstract: "Add, list, show, change, remove or switch sources.",
        subcommands: Noun<SourceOptions>.verbs + [Switch.self]
    )

    struct Switch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a running channel to one of its sources, where it stays until that fails.",
            discussion: """
                The viewers go over at a picture that can be decoded, as soon as the source has one: within ten seconds, or the channel stays where it is. With auto, Baton chooses the source again.
                """
        )

        @Argument(help: "The channel's number.") var channel: String
        @Argument(help: ArgumentHelp("The source's number, or auto.", valueName: "source|auto")) var source: String
        @OptionGroup var data: DataOptions

        func run() async throws {
            let source = self.source == "auto" ? nil : self.source
            try await AdminClient.run(.switchSource(channel: self.channel, source: source), in: self.data.reach)
        }
    }
}
