import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// The slot rule against real sockets: what a line allows, whatever its devices do.
    struct SlotTests {
        /// A service with two channels that are always on.
        struct Stage {
            let supplier: Supplier
            let station: Station
            let serving: Serving
            let tail: EventTail
            var catalogue: Catalogue

            init(slates: String = "start_seconds: 0", _ change: (inout Catalogue) -> Void) async throws {
                let stream = try PacedStream(file: try await Media.h264.file)
                self.supplier = try Supplier(["/one.ts": .stream(stream)])
                self.station = try Station(slates: slates)
                self.serving = try await self.station.serve()
                self.catalogue = Catalogue()
                let url = self.supplier.url("/one.ts")
                self.catalogue.channels = [101, 102].map { Catalogue.channel($0, url, keep: "always") }
                change(&self.catalogue)
                try await self.station.apply(self.catalogue.text)
                self.tail = try await self.station.follow()
                for channel in [101, 102] {
                    try await self.tail.first("ingest.started") { $0.number("channel") == channel }
                }
            }

            func path(_ user: String, _ output: String, channel: Int = 101) -> String {
                "/live/\(user)/pass-\(user)/\(channel).\(output)"
            }

            func watch(_ client: Client, _ user: String, channel: Int = 101) async throws -> Reception {
                let reception = try client.ask(self.path(user, "ts", channel: channel))
                #expect(try await reception.head(user).status == 200)
                try await reception.body(of: 10_000, user)
                return reception
            }

            /// The connections that are open, as an operator sees them.
            func connections() async throws -> [[String: Any]] {
                let list = try await self.station.run("connection", "list", "--format", "json")
                let data = Data(list.output.utf8)
                return try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]], "\(list)")
            }
        }

        @Test func `a viewer that stops reading loses its slot within 20 s`() async throws {
            let stage = try await Stage { $0.planConnections = 1 }
            let url = stage.serving.url(stage.path("ada", "ts"))
            let player = try await Program("curl", ["--silent", "--output", "/dev/null", url])
            let opened = try await stage.tail.first("connection.opened")
            // What it reads first lets the kernels settle on large buffers, which is the harder case.
            try await stage.tail.first("connection.opened")
            let connection = opened.number("connection")
            player.signal(SIGSTOP)
            let stopped = Date()
            let closed = try await stage.tail.first("connection.closed", within: .seconds(25)) {
                $0.number("connection") == connection
            }
            player.signal(SIGCONT)
            #expect(closed.text("reason") == "stalled")
            #expect(Date().timeIntervalSince(stopped) < 20, "\(Date().timeIntervalSince(stopped)) s")
        }

        @Test func `a session counts once however much it asks for at the same time`() async throws {
            let stage = try await Stage { $0.planConnections = 1 }
            let client = stage.serving.client()
            let session = try await Session(client, stage.path("ada", "m3u8"))
            let segments = session.first.addresses
            try #require(!segments.isEmpty)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<40 {
                    let segment = segments[number % segments.count]
                    let address = number.isMultiple(of: 2) ? session.address : session.address(of: segment)
                    group.addTask { try await client.get(address).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: 40))
            #expect(try await stage.connections().count == 1)
            // A player that asks its first address again and again goes on with one slot, too.
            for _ in 0..<5 { #expect(try await client.get(stage.path("ada", "m3u8")).status == 200) }
            #expect(try await stage.connections().count == 1)
        }

        @Test func `lowering a limit ends what is too much, and a kick what an operator names`() async throws {
            var stage = try await Stage { $0.planConnections = 2 }
            let (first, second) = (stage.serving.client("A"), stage.serving.client("B", from: "127.0.0.2"))
            let kept = try await stage.watch(first, "ada")
            let excess = try await stage.watch(second, "ada")
            stage.catalogue.planConnections = 1
            try await stage.station.apply(stage.catalogue.text)
            _ = try await excess.whole("the newest stream", within: .seconds(2))
            let evicted = try await stage.tail.first("connection.evicted")
            #expect(evicted.text("why") == "limit-lowered")
            try await kept.body(of: kept.bodyCount + 20_000, "the oldest stream")

            let playing = try await stage.connections()
            let connection = try #require(playing.first?["connection"] as? Int)
            #expect(playing.count == 1)
            let kick = try await stage.station.run("connection", "kick", "\(connection)")
            #expect(kick.isSuccess, "\(kick)")
            _ = try await kept.whole("the kicked stream", within: .seconds(2))
            #expect(try await first.get(stage.path("ada", "ts")).status == 403)
            let next = try await stage.watch(second, "ada")
            #expect(try await stage.station.run("connection", "kick", "--credential", "ada").isSuccess)
            _ = try await next.whole("the other device's stream", within: .seconds(2))
            let words = try await stage.station.run("log", "cat", "--words").output
            #expect(words.contains("ended. An operator ended it. The device is kept out until "))
            #expect(words.contains("The line was changed to allow 1 at a time."))
            #expect(words.contains("refused. An operator ended what this device was playing"))
        }

        @Test func `who is refused sees a clip in the customer's language, and is no connection`() async throws {
            let stage = try await Stage(slates: "start_seconds: 0, limits: true, limit_seconds: 2") {
                $0.planConnections = 1
                $0.language = "de"
                $0.users = ["ada"]
            }
            let arguments = ["--purpose", "limit-reached", "--language", "de", "--seconds", "1", "--size", "320x180"]
            let made = try await Baton.run(
                ["slate", "make", "--text", "Zu viele"] + arguments + ["--data", stage.station.data]
            )
            #expect(made.isSuccess, "\(made)")
            let watching = try await stage.watch(stage.serving.client("A"), "ada")
            let second = stage.serving.client("B", from: "127.0.0.2")
            let clip = try await second.get(stage.path("ada", "ts"))
            #expect(clip.status == 200)
            #expect(clip.field("Content-Type") == "video/mp2t")
            try await Self.check(clip.body, seconds: 2, in: stage.station.scratch)
            // Its time is over: from now on it is told why.
            #expect(try await second.get(stage.path("ada", "ts")).status == 429)

            let third = stage.serving.client("C", from: "127.0.0.3")
            let playlist = try await third.get(stage.path("ada", "m3u8"))
            #expect(playlist.status == 200)
            #expect(playlist.text.contains("#EXT-X-ENDLIST"))
            #expect(playlist.addresses == ["/slate/limit-reached.de/0.ts", "/slate/limit-reached.de/1.ts"])
            var body: [UInt8] = []
            for address in playlist.addresses { body += try await third.get(address).body }
            #expect(body == clip.body)
            #expect(try await third.get("/slate/limit-reached.de/2.ts").status == 404)
            #expect(try await stage.connections().count == 1)
            #expect(!watching.now.hasEnded)
        }

        /// A decoder takes it without a word, and finds so many pictures.
        private static func check(_ body: [UInt8], seconds: Int, in scratch: Scratch) async throws {
            let file = "\(scratch.path)/clip.ts"
            try Data(body).write(to: URL(filePath: file))
            let decoded = try await Program.run("ffmpeg", ["-v", "error", "-i", file, "-f", "null", "-"])
            #expect(decoded.isSuccess && decoded.errors.isEmpty, "\(decoded)")
            let probe = try await Program.run(
                "ffprobe",
                ["-v", "error", "-count_packets", "-select_streams", "v", "-show_entries", "stream=nb_read_packets"]
                    + ["-of", "csv=p=0", file]
            )
            let pictures = probe.output.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
            #expect(pictures == seconds * 25, "\(probe)")
        }

        @Test(arguments: ["reject-newest", "evict-oldest", "supersede"])
        func `two hundred sockets never overrun a limit`(_ policy: String) async throws {
            let users = (1...20).map { "user\($0)" }
            let stage = try await Stage {
                $0.planConnections = 3
                $0.onLimit = policy
                $0.users = users
            }
            // Ten devices a line, each twice: it opens, changes channels before it closes, and leaves or is silenced.
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let client = stage.serving.client(
                            "box \(number)",
                            from: "127.0.\(1 + number / 20).\(1 + number)"
                        )
                        let user = users[number % users.count]
                        let first = try? client.ask(stage.path(user, "ts"))
                        _ = try? await first?.head(user)
                        let second = try? client.ask(stage.path(user, "ts", channel: 102))
                        _ = try? await second?.head(user)
                        first?.leave()
                        if number.isMultiple(of: 3) { second?.leave() }
                        try? await second?.body(of: 50_000, user, within: .seconds(3))
                        second?.leave()
                    }
                }
            }
            let stopped = try await stage.serving.stop()
            #expect(stopped == .code(0))
            var live: [Int: Set<Int>] = [:]
            var most = 0
            var opened = 0
            for event in try await stage.station.events() {
                guard let connection = event.number("connection"), let credential = event.number("credential") else {
                    continue
                }
                switch event.type {
                case "connection.opened":
                    opened += 1
                    live[credential, default: []].insert(connection)
                    most = max(most, live[credential]?.count ?? 0)
                case "connection.closed", "connection.evicted": live[credential]?.remove(connection)
                default: break
                }
            }
            #expect(most == 3)
            #expect(opened >= 60)
            #expect(live.values.allSatisfy { $0.isEmpty })
        }
    }
}
