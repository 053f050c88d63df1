import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// Credentials that end by themselves.
    struct TrialTests {
        /// The password that a command tells once.
        private static func password(_ output: String) throws -> String {
            let words = output.split(whereSeparator: { $0 == " " || $0 == "\n" })
            let place = try #require(words.firstIndex(of: "password"), "\(output)")
            return String(words[place + 1])
        }

        private static func catalogue(_ supplier: Supplier) -> String {
            let channel = Catalogue.channel(101, supplier.url("/one.ts"), keep: "always")
            return Catalogue(channels: [channel], planConnections: 2).text
        }

        @Test func `a trial of 3 s ends who plays at the second, and says why`() async throws {
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            let station = try Station()
            let serving = try await station.serve()
            try await station.apply(Self.catalogue(supplier))
            let tail = try await station.follow()
            try await tail.first("ingest.started")
            // Who plays already waits for no start of the channel.
            let first = try serving.client().ask("/live/ada/pass-ada/101.ts")
            try await first.body(of: 10_000, "the channel")

            let issued = try await station.run("credential", "issue", "eve", "--plan", "basic", "--trial", "3s")
            #expect(issued.isSuccess, "\(issued.errors)")
            let path = "/live/eve/\(try Self.password(issued.output))/101"
            let watching = try serving.client("Television/1.0").ask("\(path).ts")
            let session = try await Session(serving.client("Telephone/1.0"), "\(path).m3u8")
            try await watching.body(of: 10_000, "the trial's stream")

            let expired = try await tail.first("credential.expired")
            let due = try #require(expired.text("due").flatMap { Self.time($0) })
            let lateness = try #require(expired.at).timeIntervalSince(due)
            #expect((-0.01...1).contains(lateness), "\(lateness) s after its end")
            for _ in ["the stream", "the session"] {
                let closed = try await tail.first("connection.closed") { $0.text("reason") == "trial-ended" }
                #expect(try #require(closed.at).timeIntervalSince(due) < 2)
            }
            #expect(try await watching.whole("the stream", within: .seconds(2)).hasEnded)
            let closings = tail.events.filter { $0.type == "connection.closed" }.compactMap { $0.text("reason") }
            #expect(closings == ["trial-ended", "trial-ended"])
            #expect(try await serving.client().get("\(path).ts").status == 403)
            #expect(try await serving.client("Telephone/1.0").get(session.address).status == 403)
            // Its name and password work again when it is paid for.
            let converted = try await station.run("credential", "convert", "eve", "--for", "1mo")
            #expect(converted.isSuccess, "\(converted.errors)")
            let again = try serving.client("Television/1.0").ask("\(path).ts")
            #expect(try await again.head("the paid stream").status == 200)
            // Nobody else was disturbed.
            let count = first.bodyCount
            try await first.body(of: count + 10_000, "the other viewer's stream")
        }

        @Test func `what ended while nothing ran has ended before the first viewer comes`() async throws {
            let station = try Station()
            let issued = try await station.run("credential", "issue", "eve", "--expires", "2026-01-01T12:00:00Z")
            #expect(issued.isSuccess, "\(issued.errors)")
            let serving = try await station.serve()
            let events = try await station.events()
            let expired = try #require(events.first { $0.type == "credential.expired" })
            #expect(expired.text("due") == "2026-01-01T12:00:00.000000Z")
            let path = "/live/eve/\(try Self.password(issued.output))/101.ts"
            #expect(try await serving.client().get(path).status == 403)
            #expect(try await station.run("credential", "list").output.contains("expired"))
        }

        @Test func `suspending, resuming and rotating reach who plays, and a chosen password is as good`() async throws
        {
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            let station = try Station()
            let serving = try await station.serve()
            try await station.apply(Self.catalogue(supplier))
            let tail = try await station.follow()
            let path = "/live/ada/pass-ada/101.ts"
            for (arguments, reason) in [
                (["customer", "suspend", "c1", "--why", "unpaid"], "suspended"),
                (["credential", "suspend", "ada"], "suspended"), (["credential", "rotate", "ada"], "revoked"),
            ] {
                let before = tail.lastSeq
                let watching = try serving.client().ask(path)
                try await watching.body(of: 10_000, "the stream before \(arguments)")
                let done = try await Baton.run(arguments + ["--data", station.data])
                #expect(done.isSuccess, "\(done.errors)")
                let closed = try await tail.first("connection.closed", after: before)
                #expect(closed.text("reason") == reason, "\(arguments)")
                #expect(try await watching.whole("the stream", within: .seconds(5)).hasEnded)
                #expect(try await serving.client().get(path).status == (reason == "suspended" ? 403 : 401))
                if reason == "suspended" {
                    _ = try await Baton.run([arguments[0], "resume", arguments[2], "--data", station.data])
                }
            }
            // The log holds no password, neither chosen nor made up.
            #expect(try await !station.run("log", "cat").output.contains("pass-ada"))
        }

        private static func time(_ text: String) -> Date? {
            try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)
        }
    }
}
