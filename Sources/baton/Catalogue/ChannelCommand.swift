import App
import ArgumentParser

struct ChannelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channel",
        abstract: "Add, list, show, change or remove channels; say which id they have in guides.",
        subcommands: Noun<ChannelOptions>.verbs + [EPG.self]
    )

    struct EPG: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "epg",
            abstract: "Set a channel's id in programme guides, or list what all have and what is on."
        )

        @Flag(help: "List all channels with their ids, how those are known, and what is on now and next.") var list =
            false
        @Argument(help: "The channel's number.") var channel: String?
        @Argument(
            help: ArgumentHelp(
                "The id in the guides; auto to have it looked for by name, none for none.",
                valueName: "epg-id"
            )
        )
        var epg: String?
        @OptionGroup var format: FormatOptions
        @OptionGroup var data: DataOptions

        func validate() throws {
            guard self.list == (self.channel == nil), self.list == (self.epg == nil) else {
                throw ValidationError("give a channel's number and its id in the guides, or --list")
            }
        }

        func run() async throws {
            guard let channel = self.channel, let epg = self.epg else {
                return try await AdminClient.run(.listGuide, in: self.data.reach, format: self.format.format)
            }
            try await AdminClient.run(
                .setGuide(channel: channel, epg: epg == "none" ? "" : epg),
                in: self.data.reach
            )
        }
    }
}
