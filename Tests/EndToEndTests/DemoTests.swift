import TestKit
import Testing

extension EndToEndTests {
    /// The README's first command.
    struct DemoTests {
        @Test func `a demonstration ends with what happened, a report and a replay of it`() async throws {
            let demo = try await Baton.run(["demo", "--for", "12s", "--port", "0"], within: .seconds(60))
            #expect(demo.isSuccess, "\(demo.errors)")
            let report = try #require(demo.output.firstRange(of: "baton report stability --week "))
            let replay = try #require(demo.output.firstRange(of: "baton replay c1"))
            #expect(report.lowerBound < replay.lowerBound)
            // Both suppliers were watched, and what Ada saw of one of them is told.
            let table = demo.output[report.upperBound..<replay.lowerBound]
            #expect(table.contains("alpha") && table.contains("beta"))
            #expect(demo.output[replay.upperBound...].contains("Sport Two"))
        }
    }
}
