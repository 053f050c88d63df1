import App
import ArgumentParser

struct MetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "List every metric that a service tells at /metrics, with its labels.",
        discussion: "The values are at /metrics of the operators' listener, in the Prometheus text format."
    )

    @OptionGroup var format: FormatOptions

    func run() async throws {
        Output.show(MetricTable.table.text(self.format.format))
    }
}
