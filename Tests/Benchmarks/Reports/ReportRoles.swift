import App
import Glibc
import Model
import Reports

/// One step of the reports' benchmark, in a process of its own.
enum ReportRoles {
    /// Fills `dir` with a simulated week; prints how many facts it has.
    static func simulate(_ settings: Role.Settings) throws {
        let tool = try SimulateTool(
            customers: try settings.number("customers"),
            weeks: 1,
            seed: 1,
            start: SimulateTool.startUsual,
            into: DataDirectory(path: try settings.text("dir"))
        )
        Console.say(try tool.run().joined(separator: "\n"))
    }

    static func rebuild(_ settings: Role.Settings) throws {
        _ = try RebuildTool(DataDirectory(path: try settings.text("dir"))).run(asOf: nil, into: nil, check: false)
    }

    static func report(_ settings: Role.Settings) throws {
        guard let kind = ReportTool.Kind(rawValue: try settings.text("kind")) else {
            throw UsageError(argument: "kind=")
        }
        let directory = DataDirectory(path: try settings.text("dir"))
        let tool = ReportTool(directory, clock: try OperatorClock.choose(named: nil, in: directory))
        let report = try tool.report(kind, ReportQuery(now: WallTime(seconds: Int64(time(nil)))))
        Console.say("\(report.bytes(.csv).count)")
    }
}
