import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// An incident that happened, as support looks it up.
    struct ReplayCommandTests {
        @Test func `what a customer saw is told alike from the projections and from the log`() async throws {
            let stage = try await LimitTests.Stage(users: ["ada"])
            let watching = try await stage.watch("ada")
            #expect(try await stage.second.get(stage.path("ada", "ts")).status == 429)
            let rejected = try await stage.tail.first("limit.rejected")
            watching.leave()
            try await stage.tail.first("connection.closed")
            #expect(try await stage.serving.stop() == .code(0))

            let station = stage.station
            let told = try await station.run("replay", "ada", "--format", "json")
            let folded = try await station.run("replay", "ada", "--format", "json", "--from-log")
            #expect(told.isSuccess, "\(told.errors)")
            #expect(Self.lines(told.output) == Self.lines(folded.output))
            #expect(told.output.contains(#""refusals":1"#))
            #expect(told.output.contains(#""what":"device at home opens One"#) || told.output.contains("opens"))
            let page = try await station.run("replay", "ada", "--format", "html").output
            #expect(page.hasPrefix("<!doctype html>") && page.contains("<svg"))

            let explained = try await station.run("explain", "#\(rejected.seq)").output
            #expect(
                explained.contains("limit.rejected") && explained.contains("RULE") && explained.contains("held a slot")
            )
            let state = try await station.run("replay", "ada", "--as-of", try #require(rejected.text("at"))).output
            #expect(state.contains("connections:") && state.contains("101"))
        }

        @Test func `a name nobody has and a time that is none are refused in one line`() async throws {
            let station = try Station()
            let serving = try await station.serve()
            #expect(try await serving.stop() == .code(0))
            let unknown = try await station.run("replay", "nobody")
            #expect(!unknown.isSuccess && unknown.errors.split(separator: "\n").count == 1)
            let noTime = try await station.run("replay", "nobody", "--around", "teatime")
            #expect(!noTime.isSuccess && noTime.errors.contains("teatime"))
        }

        /// Without the window's ends, which are the moments at which each was asked.
        private static func lines(_ json: String) -> [Substring] {
            json.split(separator: "\n").filter { !$0.hasPrefix("\"from\"") && !$0.hasPrefix("\"to\"") }
        }
    }
}
