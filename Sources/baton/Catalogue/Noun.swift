import Accounts
import App
import ArgumentParser

/// What the command line says of one kind of thing in the catalogue.
protocol NounOptions: ParsableArguments {
    static var noun: CatalogueNoun { get }
    /// What an id of this kind is.
    static var idHelp: ArgumentHelp { get }
    /// Whether Baton gives the id when none is written.
    static var idMayBeMissing: Bool { get }
    /// The options that were given, keyed as in a catalogue file.
    var settings: [String: String] { get }
}

extension NounOptions {
    static var idMayBeMissing: Bool { false }

    /// Only what was given.
    static func given(_ pairs: KeyValuePairs<String, String?>) -> [String: String] {
        var settings: [String: String] = [:]
        for case (let key, let value?) in pairs { settings[key] = value }
        return settings
    }
}

/// `baton supplier`, `baton channel` and so on: add, list, show, change, remove.
struct Noun<Options: NounOptions>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Options.noun.rawValue,
            abstract: "Add, list, show, change or remove \(Options.noun.rawValue)s.",
            subcommands: Noun.verbs
        )
    }

    static var verbs: [any ParsableCommand.Type] {
        [Add<Options>.self, List<Options>.self, Show<Options>.self, Change<Options>.self, Remove<Options>.self]
    }
}

struct Add<Options: NounOptions>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "add", abstract: "Add a \(Options.noun.rawValue).")
    }

    @Argument(help: Options.idHelp) var id: String?
    @OptionGroup var options: Options
    @OptionGroup var data: DataOptions

    func validate() throws {
        guard self.id != nil || Options.idMayBeMissing else {
            throw ValidationError("which \(Options.noun.rawValue)? The name is missing.")
        }
    }

    func run() async throws {
        try await AdminClient.run(
            .add(Options.noun, id: self.id, settings: self.options.settings),
            in: self.data.reach
        )
    }
}

struct List<Options: NounOptions>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: "List all \(Options.noun.rawValue)s.")
    }

    @OptionGroup var format: FormatOptions
    @OptionGroup var data: DataOptions

    func run() async throws {
        try await AdminClient.run(.list(Options.noun), in: self.data.reach, format: self.format.format)
    }
}

struct Show<Options: NounOptions>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "show", abstract: "Show one \(Options.noun.rawValue).")
    }

    @Argument(help: Options.idHelp) var id: String
    @OptionGroup var format: FormatOptions
    @OptionGroup var data: DataOptions

    func run() async throws {
        try await AdminClient.run(.show(Options.noun, id: self.id), in: self.data.reach, format: self.format.format)
    }
}

struct Change<Options: NounOptions>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "change",
            abstract: "Change a \(Options.noun.rawValue); options that aren't given stay as they are."
        )
    }

    @Argument(help: Options.idHelp) var id: String
    @OptionGroup var options: Options
    @OptionGroup var data: DataOptions

    func validate() throws {
        guard !self.options.settings.isEmpty else {
            throw ValidationError("nothing to change: give at least one option")
        }
    }

    func run() async throws {
        try await AdminClient.run(
            .change(Options.noun, id: self.id, settings: self.options.settings),
            in: self.data.reach
        )
    }
}

struct Remove<Options: NounOptions>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "remove", abstract: "Remove a \(Options.noun.rawValue).")
    }

    @Argument(help: Options.idHelp) var id: String
    @OptionGroup var data: DataOptions

    func run() async throws {
        try await AdminClient.run(.remove(Options.noun, id: self.id), in: self.data.reach)
    }
}
