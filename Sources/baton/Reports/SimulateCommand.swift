import App
import ArgumentParser

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Fill a data directory with weeks of customers and suppliers that never were.",
        discussion: "For demonstrations, tests and benchmarks. The same numbers give the same history on every machine."
    )

    @Option(help: "How many customers, up to 50000.") var customers: Int = 500
    @Option(help: "How many weeks, up to 53.") var weeks: Int = 4
    @Option(help: "What the random numbers begin with.") var seed: UInt64 = 1
    @Option(help: "A day of the first week.") var start: String = SimulateTool.startUsual
    @Option(help: "The data directory that is filled; it must be empty.") var data: String = "./simulated"

    func validate() throws {
        guard (1...SimulateTool.customersMax).contains(self.customers) else {
            throw ValidationError("--customers takes 1 to \(SimulateTool.customersMax)")
        }
        guard (1...SimulateTool.weeksMax).contains(self.weeks) else {
            throw ValidationError("--weeks takes 1 to \(SimulateTool.weeksMax)")
        }
    }

    func run() async throws {
        let tool = try SimulateTool(
            customers: self.customers,
            weeks: self.weeks,
            seed: self.seed,
            start: self.start,
            into: DataDirectory(path: self.data)
        )
        for line in try tool.run() { print(line) }
    }
}
