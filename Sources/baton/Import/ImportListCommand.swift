import Accounts
import App
import ArgumentParser

/// How a supplier's list is brought in.
struct ImportListOptions: ParsableArguments {
    @Option(help: "The supplier whose list it is; add it first.") var supplier: String
    @Flag(help: "Say what would be done, and do nothing.") var dryRun = false
    @Option(help: "Only this category; may be given several times.") var category: [String] = []
    @Option(help: "No more channels than this.") var limit: Int?
    @Flag(help: "Leave names, categories, logos and guide ids of channels that are there as they are.")
    var keepNames = false
    @Flag(help: "Take away channels of this supplier that the list no longer has.") var removeGone = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit has to be 1 or more") }
    }

    func request(_ origin: ImportRequest.Origin) -> ImportRequest {
        var options = ImportOptions()
        options.categories = self.category
        options.limit = self.limit
        options.keepsNames = self.keepNames
        options.removesGone = self.removeGone
        return ImportRequest(supplier: self.supplier, origin: origin, options: options, dryRun: self.dryRun)
    }
}

struct ImportListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "m3u",
        abstract: "Bring in a supplier's M3U list.",
        discussion: """
            Channels that are there already are known again by their address, even with a new password in it, and keep \
            their numbers. A second import of the same list changes nothing.
            """
    )

    @Argument(help: "A file, or the list's address: http or https.") var list: String
    @OptionGroup var options: ImportListOptions
    @OptionGroup var data: DataOptions

    func run() async throws {
        let origin: ImportRequest.Origin
        if self.list.hasPrefix("http://") || self.list.hasPrefix("https://") {
            origin = .list(at: self.list)
        } else {
            let (entries, notes) = try ListReader.read(file: self.list)
            origin = .entries(entries, notes: notes)
        }
        try await AdminClient.run(.importChannels(self.options.request(origin)), in: self.data.reach)
    }
}

struct ImportPanelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "xtream",
        abstract: "Bring in the channels of a supplier's panel (Xtream player API).",
        discussion: "Categories, channels, logos and guide ids; also says how the account there stands."
    )

    @Argument(help: "The panel's address, such as http://supplier.example:8080; name and password may stand in it.")
    var url: String
    @Option(help: "The username there.") var username: String?
    @Option(help: "The password there.") var password: String?
    @Option(help: ArgumentHelp("How streams are taken.", valueName: "ts|hls")) var output = "ts"
    @OptionGroup var options: ImportListOptions
    @OptionGroup var data: DataOptions

    func validate() throws {
        guard ["ts", "hls"].contains(self.output) else { throw ValidationError("--output is ts or hls") }
    }

    func run() async throws {
        let login = try PanelLogin(url: self.url, username: self.username, password: self.password)
        let request = self.options.request(.panel(login, isHLS: self.output == "hls"))
        try await AdminClient.run(.importChannels(request), in: self.data.reach)
    }
}
