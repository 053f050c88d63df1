import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// A credential for one connection, and who gets it.
    struct LimitTests {
        /// A service with one channel that is always on; each user may hold one connection.
        struct Stage {
            let supplier: Supplier
            let station: Station
            let serving: Serving
            let tail: EventTail

            init(users: [String]) async throws {
                self.supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
                self.station = try Station()
                self.serving = try await self.station.serve()
                let channel = Catalogue.channel(101, self.supplier.url("/one.ts"), keep: "always")
                try await self.station.apply(Catalogue(channels: [channel], planConnections: 1, users: users).text)
                self.tail = try await self.station.follow()
                try await self.tail.first("ingest.started")
            }

            func path(_ user: String, _ output: String) -> String { "/live/\(user)/pass-\(user)/101.\(output)" }

            /// A device at home, and one elsewhere.
            var first: Client { self.serving.client("Television/1.0") }
            var second: Client { self.serving.client("Telephone/2.0", from: "127.0.0.2") }

            /// Starts a stream and reads some of it.
            func watch(_ user: String) async throws -> Reception {
                let reception = try self.first.ask(self.path(user, "ts"))
                #expect(try await reception.head(user).status == 200)
                try await reception.body(of: 10_000, user)
                return reception
            }

            /// Starts a session.
            func session(_ user: String) async throws -> Session {
                try await Session(self.first, self.path(user, "m3u8"))
            }
        }

        @Test func `a second device is refused, and the log says who holds the slot`() async throws {
            let stage = try await Stage(users: ["ada"])
            let watching = try await stage.watch("ada")
            let opened = try await stage.tail.first("connection.opened")
            for output in ["ts", "m3u8"] {
                let before = stage.tail.lastSeq
                let refusal = try await stage.second.get(stage.path("ada", output))
                #expect(refusal.status == 429)
                #expect(refusal.field("Retry-After") != nil)
                let rejected = try await stage.tail.first("limit.rejected", after: before)
                #expect(rejected.holders == [try #require(opened.number("connection"))])
                #expect(rejected.number("limit") == 1)
            }
            let count = watching.bodyCount
            try await watching.body(of: count + 20_000, "the first device's stream")
        }

        @Test func `a slot is free within 2 s of a viewer leaving`() async throws {
            let stage = try await Stage(users: ["ada", "ben"])
            let killed = try await Program(
                "ffmpeg",
                ["-v", "error", "-nostdin", "-i", stage.serving.url(stage.path("ada", "ts")), "-f", "null", "-"]
            )
            let ada = try await stage.tail.first("connection.opened")
            let socket = try await stage.watch("ben")
            let ben = try await stage.tail.first("connection.opened", after: ada.seq)
            #expect(try await stage.second.get(stage.path("ada", "ts")).status == 429)
            #expect(try await stage.second.get(stage.path("ben", "ts")).status == 429)

            killed.signal(SIGKILL)
            socket.leave()
            for (user, opened) in [("ada", ada), ("ben", ben)] {
                let connection = opened.number("connection")
                let closed = try await stage.tail.first("connection.closed", within: .seconds(2)) {
                    $0.number("connection") == connection
                }
                #expect(closed.text("reason") == "left")
                let next = try stage.second.ask(stage.path(user, "ts"))
                #expect(try await next.head(user).status == 200)
            }
        }

        @Test func `a slot is free a second after three target durations of silence`() async throws {
            let stage = try await Stage(users: ["ada"])
            let asked = Date()
            let session = try await stage.session("ada")
            let answered = Date()
            let target = try #require(Double(session.first.values(of: "#EXT-X-TARGETDURATION:").first ?? ""))
            #expect(try await stage.second.get(stage.path("ada", "m3u8")).status == 429)
            let closed = try await stage.tail.first("connection.closed", within: .seconds(3 * target + 15))
            #expect(closed.text("reason") == "idle")
            let end = try #require(closed.at)
            let limit = max(3 * target, 15)
            #expect(end.timeIntervalSince(asked) >= limit, "\(end.timeIntervalSince(asked)) s")
            #expect(end.timeIntervalSince(answered) < limit + 1, "\(end.timeIntervalSince(answered)) s")
            #expect(try await stage.second.get(stage.path("ada", "m3u8")).status == 200)
        }

        @Test func `suspending a credential ends what it plays within 2 s`() async throws {
            let stage = try await Stage(users: ["ada", "ben"])
            let stream = try await stage.watch("ada")
            let session = try await stage.session("ben")
            for user in ["ada", "ben"] {
                let finished = try await stage.station.run("credential", "suspend", user)
                #expect(finished.isSuccess, "\(finished)")
                if user == "ada" { _ = try await stream.whole("the suspended stream", within: .seconds(2)) }
                if user == "ben" { #expect(try await stage.first.get(session.address).status == 403) }
                #expect(try await stage.first.get(stage.path(user, "ts")).status == 403)
            }
            for user in ["ada", "ben"] {
                #expect(try await stage.station.run("credential", "resume", user).isSuccess)
                let again = try stage.first.ask(stage.path(user, "ts"))
                #expect(try await again.head(user).status == 200)
            }
        }

        @Test func `the same device changes channels and reconnects on its one slot`() async throws {
            let stage = try await Stage(users: ["ada"])
            let first = try await stage.watch("ada")
            let second = try await stage.watch("ada")
            _ = try await first.whole("the stream that was taken over", within: .seconds(2))
            let session = try await stage.session("ada")
            _ = try await second.whole("the stream that was changed for HLS", within: .seconds(2))
            _ = try await session.playlist()
            let list = try await stage.station.run("credential", "list", "--format", "json")
            #expect(list.output.contains("\"connections\": 1"), "\(list)")
        }
    }
}
