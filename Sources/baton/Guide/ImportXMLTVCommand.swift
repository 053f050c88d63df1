import App
import ArgumentParser
import Foundation

struct ImportXMLTVCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "xmltv",
        abstract: "Read a programme guide in XMLTV, plain or gzip, from a file or an address.",
        discussion: """
            The guide takes the place of what came under the same name before; past programmes stay for 14 days. Channels are matched by the ids set with baton channel epg, else by their names where that is unambiguous. To have a guide fetched by itself, name it in baton.yaml under guide.
            """
    )

    @Argument(help: ArgumentHelp("The file, or an http or https address.", valueName: "file|url")) var location: String
    @Option(help: "What it is called (the file's name, or the host).") var name: String?
    @Flag(help: "Its address may be private or loopback.") var privateNetwork = false
    @OptionGroup var data: DataOptions

    func run() async throws {
        let location = GuideFeed.isAddress(self.location) ? self.location : Self.wholePath(self.location)
        let isTerminal = isatty(STDERR_FILENO) == 1
        try await GuideImportClient.run(
            location: location,
            name: self.name,
            privateNetwork: self.privateNetwork,
            in: self.data.reach,
            // On one line that is written over; nothing where nobody looks.
            progress: { if isTerminal { Output.tell("\r\($0)\u{1b}[K") } },
            done: { if isTerminal { Output.tell("\r\u{1b}[K") } }
        )
    }

    /// The service may stand in another directory.
    private static func wholePath(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}
