import App
import ArgumentParser

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show one event: its fields, the rule that decided, who held what, and what was around it.",
        discussion: "baton explain 884533"
    )

    @Argument(help: "The event's number, as replay and reports name it.") var event: String
    @Flag(help: "One JSON object instead of text.") var json = false
    @OptionGroup var zone: ZoneOptions
    @OptionGroup var data: DataOptions

    func run() async throws {
        let look = Look.explain(event: self.event, json: self.json, zone: self.zone.tz)
        try TextOutput.write(try await self.data.reach.text(look), to: nil)
    }
}
