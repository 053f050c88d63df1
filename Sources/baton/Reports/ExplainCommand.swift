import App
import ArgumentParser

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show one event: its fields, the rule that decided, who held what, and what was around it.",
        discussion: "baton explain 884533"
    )

    @Argument(help: "The event's number, as replay and reports name it.") var event: String
    @Flag(help: "One JSON object instead of text.") var json = false
    @OptionGroup var zone: ZoneOptions
    @OptionGroup var data: DataOptions

    func run() throws {
        let clock = try self.zone.clock(self.data.directory)
        let text = try ExplainTool(self.data.directory, clock: clock).text(self.event, json: self.json)
        try TextOutput.write(text, to: nil)
    }
}
