import App
import ArgumentParser

struct ConnectionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connection",
        abstract: "List who is watching, or end a connection.",
        subcommands: [List.self, Kick.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the connections that are open, oldest first.",
            discussion: "Connections with the same client are one device; with the same network, one household."
        )

        @Option(help: "Only those of this credential: its username or number.") var credential: String?
        @OptionGroup var format: FormatOptions
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(
                .connections(credential: self.credential),
                in: self.data.reach,
                format: self.format.format
            )
        }
    }

    struct Kick: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a connection, or all of a credential, and keep their devices out for 90 s.",
            discussion:
                "Players come back by themselves; after 90 s they may. To stop a line for good: baton credential suspend."
        )

        @Argument(help: "The connection's number; see: baton connection list") var id: String?
        @Option(help: "All connections of this credential: its username or number.") var credential: String?
        @OptionGroup var data: DataOptions

        func validate() throws {
            guard (self.id == nil) != (self.credential == nil) else {
                throw ValidationError("Name either a connection or --credential.")
            }
        }

        func run() async throws {
            try await AdminClient.run(
                .kick(connection: self.id, credential: self.credential),
                in: self.data.reach
            )
        }
    }
}
