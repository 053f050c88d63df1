import Foundation

/// How long the weekly reports take, for an operator as large as Baton is meant for.
enum ReportsBenchmark {
    private static let customers = 50_000
    private static let rounds = 3
    private static let kinds = ["stability", "refund-risk", "sharing"]
    /// Seconds and bytes that a report may take.
    private static let reportSecondsMax = 2.0
    private static let memoryMax = 200.0
    private static let rebuildSecondsMax = 60.0

    static func run() throws -> Section {
        let directory = try TemporaryDirectory()
        let data = "\(directory.path)/data"
        let made = try self.child("simulate", ["dir=\(data)", "customers=\(self.customers)"])
        let words = made.output.split(separator: " ")
        let facts = words.firstIndex(of: "facts").flatMap { $0 > 0 ? Double(words[$0 - 1]) : nil } ?? 0
        let rebuild = try self.child("rebuild", ["dir=\(data)"])
        var findings = [
            Finding(
                "a week's facts into a log",
                ours: "\(Figures.short(made.seconds)) s (\(Figures.short(facts / made.seconds)) facts/s)",
                peer: "–"
            ),
            Finding(
                "rebuild of the week, one core",
                ours: "\(Figures.short(rebuild.seconds)) s",
                peer: "–",
                goal: .atMost(self.rebuildSecondsMax, " s"),
                judged: rebuild.seconds
            ),
        ]
        var sharing = 0.0
        for kind in self.kinds {
            let runs = try (0..<self.rounds).map { _ in try self.child("report", ["dir=\(data)", "kind=\(kind)"]) }
            let seconds = runs.map(\.seconds).median
            let memory = runs.map(\.memory).median / 1e6
            if kind == "sharing" { sharing = seconds }
            findings += [
                Finding(
                    "report \(kind)",
                    ours: "\(Figures.short(seconds)) s",
                    peer: "–",
                    goal: .atMost(self.reportSecondsMax, " s"),
                    judged: seconds
                ),
                Finding(
                    "memory of report \(kind)",
                    ours: "\(Figures.short(memory)) MB",
                    peer: "–",
                    goal: .atMost(self.memoryMax, " MB"),
                    judged: memory
                ),
            ]
        }
        let peer = try self.duckDB(data)
        if let peer {
            findings.append(
                Finding(
                    "report sharing, against DuckDB over Parquet",
                    ours: "\(Figures.short(sharing)) s",
                    peer: "\(Figures.short(peer)) s",
                    ratio: peer / sharing,
                    goal: .atLeast(30)
                )
            )
        }
        return self.section(findings, hasPeer: peer != nil)
    }

    private struct Measured {
        var output: String
        var seconds: Double
        var memory: Double
    }

    private static func child(_ role: String, _ settings: [String]) throws -> Measured {
        let clock = Stopwatch()
        let outcome = try Child(role: role, settings, core: Machine.loadCore).outcome()
        guard outcome.status == 0 else { throw LoadFailed(role: role, output: outcome.output) }
        return Measured(output: outcome.output, seconds: clock.seconds, memory: outcome.memory)
    }

    /// Seconds of DuckDB's own answer; `nil` where Python has no DuckDB.
    private static func duckDB(_ data: String) throws -> Double? {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "sharing.py").path
        let outcome = try Child(["python3", script, "\(data)/history.sqlite"]).outcome()
        guard outcome.status == 0 else { return nil }
        return Double(outcome.output.split(whereSeparator: \.isWhitespace).last ?? "")
    }

    private static func section(_ findings: [Finding], hasPeer: Bool) -> Section {
        Section(
            title: "Weekly reports",
            method: """
                A simulated week of \(Figures.short(Double(self.customers))) customers. Each report is a process of its own, \
                from its start to its last byte, on one core; medians of \(self.rounds). The peer answers the question of \
                the sharing report in one statement over a Parquet file of the week's connections: minutes that two \
                networks of a credential watch at once, changes between them within two hours, days, devices, a score, the \
                order; with all cores, the best of \(self.rounds), its start and reading the file's first time left out.
                """,
            findings: findings,
            notes: hasPeer ? [] : ["Python has no DuckDB here (`pip install duckdb`), so it is not compared with."]
        )
    }
}
