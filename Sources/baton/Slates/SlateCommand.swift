import App
import ArgumentParser

struct SlateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slate",
        abstract: "Make, list and remove the clips that a channel shows when no source has anything to show.",
        subcommands: [SlateMakeCommand.self, SlateListCommand.self, SlateRemoveCommand.self]
    )
}

/// Which slate.
struct SlateOptions: ParsableArguments {
    @Option(help: "What it is for: off-air, limit-reached or expired.") var purpose = "off-air"
    @Option(help: "The language of its words, such as en or de.") var language = "en"
}

struct SlateMakeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make",
        abstract: "Make a slate of a few words or of a picture, with the ffmpeg program.",
        discussion:
            "A running service takes it at once. Clips of your own can be put beside it: DATA/slates/off-air.en.ts"
    )

    @Option(help: "The words on it; broken into lines as needed.") var text: String?
    @Option(help: "A picture file in place of words.", completion: .file()) var picture: String?
    @OptionGroup var slate: SlateOptions
    @Option(help: "The size of its pictures: width x height.") var size = "1280x720"
    @Option(help: "How long it is before it begins anew (1 to 30).") var seconds = 10
    @Option(name: .shortAndLong, help: "Write it to this file instead of the data directory.") var output: String?
    @OptionGroup var data: DataOptions

    func validate() throws {
        guard (self.text == nil) != (self.picture == nil) else {
            throw ValidationError("Name either --text or --picture.")
        }
        guard (1...30).contains(self.seconds) else {
            throw ValidationError("--seconds: found \(self.seconds), allowed 1 to 30")
        }
        guard self.pixels != nil else {
            throw ValidationError("--size: found \(self.size), expected even numbers such as 1280x720, up to 3840x2160")
        }
    }

    func run() throws {
        let key = try SlateFolder.key(purpose: self.slate.purpose, language: self.slate.language)
        guard let pixels = self.pixels else { return }
        var maker = SlateMaker(self.picture.map { .picture($0) } ?? .text(self.text ?? ""))
        (maker.width, maker.height) = pixels
        maker.seconds = self.seconds
        try SlateTool(self.data.directory).make(maker, as: key, output: self.output)
    }

    private var pixels: (width: Int, height: Int)? {
        let parts = self.size.split(separator: "x").compactMap { Int($0) }
        guard parts.count == 2, (64...3_840).contains(parts[0]), (64...2_160).contains(parts[1]),
            parts.allSatisfy({ $0.isMultiple(of: 2) })
        else { return nil }
        return (parts[0], parts[1])
    }
}

struct SlateListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Say which slates there are, and what is wrong with them."
    )

    @OptionGroup var format: FormatOptions
    @OptionGroup var data: DataOptions

    func run() throws {
        try SlateTool(self.data.directory).list(self.format.format)
    }
}

struct SlateRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove a slate.")

    @OptionGroup var slate: SlateOptions
    @OptionGroup var data: DataOptions

    func run() throws {
        let key = try SlateFolder.key(purpose: self.slate.purpose, language: self.slate.language)
        try SlateTool(self.data.directory).remove(key)
    }
}
