import App
import ArgumentParser

struct BanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ban",
        abstract: "List, add, remove or export banned addresses.",
        discussion: """
            Addresses that guess names and passwords are banned by Baton itself, first for a quarter of an hour, then twice as long each time; that refuses logins, and nobody who watches. What you ban is refused altogether, and what it watches ends.
            """,
        subcommands: [List.self, Add.self, Remove.self, Export.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the bans that hold.")

        @OptionGroup var format: FormatOptions
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.bans(.list), in: self.data.reach, format: self.format.format)
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Refuse every connection of an address or network.")

        @Argument(help: "An address or network, such as 192.0.2.7 or 2001:db8::/32.") var address: String
        @Option(name: .customLong("for"), help: "How long, such as 90m, 12h or 7d; until removed when not given.")
        var length: BanLength?
        @Option(help: "The reason, for your records.") var why: String = "by operator"
        @OptionGroup var data: DataOptions

        func run() async throws {
            let request = BanRequest.add(address: self.address, why: self.why, seconds: self.length?.seconds)
            try await AdminClient.run(.bans(request), in: self.data.reach)
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lift a ban.")

        @Argument(help: "The address or network, as listed.") var address: String
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.bans(.remove(address: self.address)), in: self.data.reach)
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the bans for a firewall.",
            discussion: "For nftables: baton ban export --format nft | nft -f -"
        )

        @Option(help: "The firewall: nft.") var format: FirewallFormat = .nft
        @Flag(help: "Also the addresses that Baton banned for guessing, behind which others may watch.")
        var guessers = false
        @OptionGroup var data: DataOptions

        func run() async throws {
            try await AdminClient.run(.bans(.export(guessers: self.guessers)), in: self.data.reach)
        }
    }

    enum FirewallFormat: String, ExpressibleByArgument, CaseIterable {
        case nft
    }

    /// A length of time as people write it.
    struct BanLength: ExpressibleByArgument {
        let seconds: Int64

        init?(argument: String) {
            let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
            guard let unit = argument.last.flatMap({ units[$0] }), let number = Int64(argument.dropLast()),
                (1...10_000_000).contains(number)
            else { return nil }
            self.seconds = number * unit
        }
    }
}
