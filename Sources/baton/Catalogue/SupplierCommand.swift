import Accounts
import App
import ArgumentParser
import Model

struct SupplierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "supplier",
        abstract: "Add, list, show, change or remove suppliers; say which accounts are had there.",
        subcommands: Noun<SupplierOptions>.verbs + [Account.self]
    )

    struct Account: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add, list, change or remove accounts at a supplier.",
            discussion: """
                All channels of a supplier share its accounts: each connection is opened with one that has room, whatever \
                name and password stand in the source's address. An account that its supplier refuses is set aside for a \
                while. Where the addresses are those of a panel (Xtream), the panel is asked some times a day how the \
                account stands. Names and passwords are sealed, and never shown again.
                """,
            subcommands: [AddAccount.self, ListAccounts.self, ChangeAccount.self, RemoveAccount.self]
        )
    }
}

/// Options that adding and changing have in common.
struct AccountOptions: ParsableArguments {
    @Option(help: "What you call it; empty for nothing.") var label: String?
    @Option(help: "Connections it allows at once; 0 for as many as its supplier says.") var maxConnections: Int64?
    @Option(help: "Where its panel is, when not where the supplier's sources are; empty for there. It is sealed.")
    var panel: String?
}

struct AddAccount: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add an account at a supplier.")

    @Argument(help: "The supplier's name.") var supplier: String
    @Option(help: "The username there.") var username: String
    @Option(help: "The password there.") var password: String
    @OptionGroup var options: AccountOptions
    @OptionGroup var data: DataOptions

    func run() async throws {
        let entry = AccountEntry(
            username: Redacted(self.username),
            password: Redacted(self.password),
            panel: self.options.panel.flatMap { $0.isEmpty ? nil : Redacted($0) },
            label: self.options.label.flatMap { $0.isEmpty ? nil : $0 },
            maxConnections: self.options.maxConnections.flatMap { $0 == 0 ? nil : $0 }
        )
        try await AdminClient.run(
            .account(.edit(.add(supplier: self.supplier, entry))),
            in: self.data.reach
        )
    }
}

struct ListAccounts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the accounts of a supplier, or of all, and how they stand."
    )

    @Argument(help: "The supplier's name.") var supplier: String?
    @OptionGroup var format: FormatOptions
    @OptionGroup var data: DataOptions

    func run() async throws {
        try await AdminClient.run(
            .account(.list(supplier: self.supplier)),
            in: self.data.reach,
            format: self.format.format
        )
    }
}

struct ChangeAccount: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Change an account; options that aren't given stay as they are."
    )

    @Argument(help: "The account's number.") var account: String
    @Option(help: "The username there.") var username: String?
    @Option(help: "The password there.") var password: String?
    @OptionGroup var options: AccountOptions
    @OptionGroup var data: DataOptions

    func run() async throws {
        var change = AccountChange()
        change.username = self.username.map { Redacted($0) }
        change.password = self.password.map { Redacted($0) }
        change.panel = self.options.panel.map { Redacted($0) }
        change.label = self.options.label
        change.maxConnections = self.options.maxConnections
        guard change != AccountChange() else {
            throw ValidationError("nothing to change: give at least one option")
        }
        try await AdminClient.run(
            .account(.edit(.change(account: self.account, change))),
            in: self.data.reach
        )
    }
}

struct RemoveAccount: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove an account; what is played with it goes on."
    )

    @Argument(help: "The account's number.") var account: String
    @OptionGroup var data: DataOptions

    func run() async throws {
        try await AdminClient.run(.account(.edit(.remove(account: self.account))), in: self.data.reach)
    }
}
