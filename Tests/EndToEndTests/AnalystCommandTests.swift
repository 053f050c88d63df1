import TestKit
import Testing

extension EndToEndTests {
    /// What owners and analysts ask of weeks that are over, through the program.
    struct AnalystCommandTests {
        @Test func `weeks made up are kept for SQL, and run once more under another limit`() async throws {
            let station = try Station()
            let simulated = try await station.run(
                "simulate",
                "--customers",
                "12",
                "--weeks",
                "1",
                "--start",
                "2026-10-05",
                within: .seconds(60)
            )
            #expect(simulated.isSuccess, "\(simulated.errors)")
            let kept = try await station.run("report", "keep", "--week", "2026-W41", within: .seconds(60))
            #expect(kept.isSuccess && kept.output.contains("2026-W41: "), "\(kept.errors)")
            let count = try await Program.run(
                "sqlite3",
                ["-readonly", "\(station.data)/history.sqlite", "SELECT count(*) FROM refund_risk_week"]
            )
            #expect(count.output == "12\n")
            let csv = try await station.run(
                "what-if",
                "--week",
                "2026-W41",
                "--policy",
                "evict-oldest",
                "--max-connections",
                "1",
                "--format",
                "csv"
            ).output
            #expect(csv.hasPrefix("week,credential,customer,policy_was,policy,") && csv.contains(",evict-oldest,"))
        }

        @Test func `what is not over, not there or not asked is said in words`() async throws {
            let station = try Station()
            let serving = try await station.serve()
            let early = try await station.run("report", "keep", "--week", "2999-W01")
            #expect(early.exit == .code(1) && early.errors.contains("2999-W01 is not final"), "\(early.errors)")
            #expect(try await station.run("what-if", "--week", "2026-W41").exit == .code(2))
            #expect(try await station.run("what-if", "--policy", "kindest").exit == .code(2))
            let unknown = try await station.run("what-if", "--max-connections", "2", "--plan", "gold")
            #expect(unknown.exit == .code(1) && unknown.errors.contains("there is no plan gold"))
            #expect(try await serving.stop() == .code(0))
            let metrics = try await Baton.run(["metrics", "--format", "csv"])
            #expect(metrics.output.hasPrefix("metric,kind,labels,what\n") && metrics.output.contains("baton_viewers,"))
        }
    }
}
