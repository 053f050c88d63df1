import Foundation
import TestKit
import Testing

/// Faults every 5 to 30 s on several channels, and viewers who must not notice: `make soak MINUTES=… SEED=…`.
///
/// Runs only where `SOAK_MINUTES` says how long. What the byte-checking viewers got stays in the folder `SOAK_KEEP`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["SOAK_MINUTES"] != nil))
struct SoakTests {
    @Test func `viewers of channels whose suppliers fail again and again see no fault of ours`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let minutes = try #require(Double(environment["SOAK_MINUTES"] ?? ""), "SOAK_MINUTES is a number")
        let seed = UInt64(environment["SOAK_SEED"] ?? "") ?? UInt64(Date.now.timeIntervalSince1970)
        let soak = try await Soak(seed: seed, seconds: minutes * 60, keeping: environment["SOAK_KEEP"])
        let rows = try await soak.run()
        print(soak.script)
        print(Soak.Row.table(rows, title: "\(minutes) minutes, seed \(seed)"))
        #expect(rows.flatMap(\.breaches) == [])
    }
}
