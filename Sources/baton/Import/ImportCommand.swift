import ArgumentParser

/// `baton import`: what others give, taken over.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over what others give: lists of channels, programme guides, another system's history.",
        subcommands: [
            ImportListCommand.self, ImportPanelCommand.self, ImportXMLTVCommand.self, ImportHistoryCommand.self,
        ]
    )
}
