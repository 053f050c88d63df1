import App
import ArgumentParser

struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Show what the running service sends by itself each week, and how far it is; send it now.",
        discussion: """
            Deliveries are set up in the configuration (reports: deliveries): into a directory, by your mail server, or to a web address. They are sent on Monday, once the week is final. What fails is tried five times more, later each time; each try is an event (report.sent, report.failed).
            """
    )

    @Flag(help: "Send the last week's reports now, whatever was sent before.") var now = false
    @Option(help: "With --now, only this delivery.") var delivery: String?
    @OptionGroup var format: FormatOptions
    @OptionGroup var data: DataOptions

    func run() async throws {
        let request: AdminRequest = self.now ? .sendReports(delivery: self.delivery) : .listDeliveries
        try await AdminClient.run(request, in: self.data.reach, format: self.format.format)
    }
}
