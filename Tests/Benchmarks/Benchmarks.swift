import Glibc

/// Measures this build against its peers and writes what was found into a report.
@main
struct Benchmarks {
    static func main() async {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if let role = try Role(parsing: arguments) {
                try await role.run()
            } else {
                try await Self.measure(try Options(parsing: arguments))
            }
        } catch {
            Console.complain("benchmarks: \(error)")
            exit(1)
        }
    }

    private static func measure(_ options: Options) async throws {
        guard !options.wantsHelp else { return Console.say(Options.help) }
        var report = try options.report.map { try Report(path: $0) }
        for part in Part.allCases where options.parts.contains(part) {
            let start = Stopwatch()
            Console.say("\(part.rawValue) …")
            let section = try await part.run()
            Console.say(section.text)
            Console.say("(\(part.rawValue): \(Int(start.seconds.rounded())) s)\n")
            // Each part is written when it is there, so that a failure later on costs only its own.
            try report?.put(section, for: part)
        }
    }
}

/// One group of measurements.
enum Part: String, CaseIterable {
    case log, rebuild, admission, playlists, segments, fanout, continuity, reports

    func run() async throws -> Section {
        switch self {
        case .log: try LogBenchmark.run()
        case .rebuild: try RebuildBenchmark.run()
        case .admission: try await AdmissionBenchmark.run()
        case .playlists: try HLSBenchmark.playlists()
        case .segments: try HLSBenchmark.segments()
        case .fanout: try FanoutBenchmark.run()
        case .continuity: try ContinuityBenchmark.run()
        case .reports: try ReportsBenchmark.run()
        }
    }
}
