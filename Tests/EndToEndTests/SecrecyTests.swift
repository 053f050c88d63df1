import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// What nobody may learn: the supplier's secrets, and whose line it is.
    struct SecrecyTests {
        /// What only the supplier and the operator know.
        static let secrets = [
            "hostCnry4Kq9", "userinfoCnry7Wd2", "passCnry+1Zt8", "lineCnry5Rb3", "wordCnry6Hm4", "fileCnry2Yv7",
            "tokenCnry=9Lx1", "fieldCnry3Pn6", "bodyCnry8Jf5", "movedCnry1Gs9", "segmentCnry6Tc2", "keyCnry4Mw7",
        ].map(Canary.init)
        /// What stands sealed or hashed in the data directory.
        static let persons = ["personCnry7Bd3", "usernameCnry2Kf8", "passwordCnry5Vq1"].map(Canary.init)

        @Test func `the search finds a text in every form`() async throws {
            let canary = Canary(text: "passCnry+1Zt8")
            var texts = canary.forms.map { "before \($0) after" }
            texts += (0..<3).map {
                Data((String(repeating: "x", count: $0) + canary.text + "y").utf8).base64EncodedString()
            }
            let clean = Haystack(place: "clean", bytes: Array("passCnry 1Zt8".utf8))
            let haystacks = texts.enumerated().map { Haystack(place: "\($0)", bytes: Array("\0\($1)\n".utf8)) }
            let found = try await Haystack.search(haystacks + [clean], for: [canary])
            #expect(Set(found.compactMap { $0.split(separator: ":").first }).count == texts.count, "\(found)")
            #expect(!found.contains { $0.hasPrefix("clean") })
        }

        @Test func `no viewer, no log and no file in clear tells a supplier's secret`() async throws {
            let stream = try PacedStream(file: try await Media.h264.file)
            let supplier = try Supplier(
                Self.answers(stream),
                fields: ["X-Supplier: fieldCnry3Pn6", "Server: fieldCnry3Pn6"]
            )
            let adminPort = try Loopback.freePort()
            let station = try Station(adminPort: adminPort)
            let serving = try await station.serve()
            let channels = Self.channels(supplier)
            try await station.apply(Self.catalogue(channels))
            let tail = try await station.follow()

            let seen = try await Self.seen(by: serving, channels.map(\.id), adminPort)
            // Each of the sources that can't work has been tried and has failed.
            for channel in channels.dropFirst(3) {
                try await tail.first("ingest.down") { $0.number("channel") == channel.id }
            }
            #expect(supplier.traffic.now.openedInAll >= 6)
            let shown = try await together(["status", "source list", "channel list", "supplier list"]) { command in
                let words = command.split(separator: " ").map(String.init)
                return try await Baton.run(words + ["--format", "json", "--data", station.data]).output
            }
            #expect(try await serving.stop() == .code(0))

            let log = try await Program.run("sh", ["-c", "zstdcat \(station.data)/log/*.zst"])
            #expect(log.isSuccess && log.output.utf8.count > 1_000)
            var inside = [
                Haystack(place: "standard error", bytes: serving.program.errors.bytes),
                Haystack(place: "standard output", bytes: serving.program.output.bytes),
                Haystack(place: "the log", bytes: Array(log.output.utf8)),
            ]
            inside += try Self.files(in: station.data)
            let outside = seen + shown.map { Haystack(place: "shown to operators", bytes: Array($0.utf8)) }
            let address = Canary(text: "127.0.0.1:\(supplier.port)")
            #expect(try await Haystack.search(outside + inside, for: Self.secrets + [address]) == [])
            #expect(try await Haystack.search(inside, for: Self.persons) == [])
        }

        /// Three channels that work in part or whole, then those that can't.
        private static func channels(_ supplier: Supplier) -> [Catalogue.Entry] {
            let host = "hostCnry4Kq9.localhost:\(supplier.port)"
            let login = "userinfoCnry7Wd2:passCnry%2B1Zt8@"
            let query = "?token=tokenCnry%3D9Lx1"
            let paths = ["/moved.ts", "/hls.m3u8", "/missing.ts", "/page.ts", "/keyed.m3u8"].map {
                "http://\(host)\($0)\(query)"
            }
            let live = "http://\(login)\(host)/live/lineCnry5Rb3/wordCnry6Hm4/fileCnry2Yv7.ts\(query)"
            let refused = [
                "http://hostCnry4Kq9.localhost:1/fileCnry2Yv7.ts", "rtmp://127.0.0.1:1/lineCnry5Rb3/wordCnry6Hm4",
            ]
            return ([live] + paths + refused).enumerated().map { Catalogue.channel(101 + $0, $1) }
        }

        private static func answers(_ stream: PacedStream) -> [String: Supplier.Answer] {
            func text(_ status: String, _ field: String, _ body: String) -> Supplier.Answer {
                .document(status: status, fields: [field], body: Array(body.utf8))
            }
            let playlist = """
                #EXTM3U
                #EXT-X-VERSION:3
                #EXT-X-TARGETDURATION:2
                #EXT-X-MEDIA-SEQUENCE:0
                #EXTINF:2.0,
                /segmentCnry6Tc2-0.ts
                #EXTINF:2.0,
                /segmentCnry6Tc2-1.ts
                #EXTINF:2.0,
                /segmentCnry6Tc2-missing.ts

                """
            let key = "#EXT-X-KEY:METHOD=AES-128,URI=\"/keyCnry4Mw7.bin\"\n#EXTINF"
            let keyed = playlist.replacing("#EXTINF", with: key, maxReplacements: 1)
            let type = "Content-Type: application/vnd.apple.mpegurl"
            return [
                "/live/lineCnry5Rb3/wordCnry6Hm4/fileCnry2Yv7.ts": .stream(stream),
                "/moved.ts": text("302 Found", "Location: /movedCnry1Gs9.ts", "bodyCnry8Jf5"),
                "/movedCnry1Gs9.ts": .stream(stream),
                "/hls.m3u8": text("200 OK", type, playlist),
                "/keyed.m3u8": text("200 OK", type, keyed),
                "/segmentCnry6Tc2-0.ts": .document(status: "200 OK", fields: [], body: stream.segment(0)),
                "/segmentCnry6Tc2-1.ts": .document(status: "200 OK", fields: [], body: stream.segment(1)),
                "/missing.ts": text("404 Not Found", "Content-Type: text/plain", "bodyCnry8Jf5"),
                "/page.ts": text("200 OK", "Content-Type: text/html", "<html><title>bodyCnry8Jf5</title></html>"),
            ]
        }

        private static func catalogue(_ channels: [Catalogue.Entry]) -> String {
            let text = Catalogue(channels: channels, planConnections: 64, users: ["ada"]).text
            return text + """
                  - {id: c9, name: personCnry7Bd3, plan: basic, credentials: [{username: usernameCnry2Kf8, password: passwordCnry5Vq1}]}
                  - {id: c10, plan: basic, credentials: [{username: tight, password: pass-tight, max_connections: 1}]}

                """
        }

        /// Every byte that answers viewers, good and bad, on every route.
        private static func seen(
            by serving: Serving,
            _ channels: [Int],
            _ adminPort: Int
        ) async throws -> [Haystack] {
            let line = "usernameCnry2Kf8/passwordCnry5Vq1"
            let starts = channels.flatMap { ["/live/\(line)/\($0).ts", "/live/\(line)/\($0).m3u8"] }
            let denied = [
                "/", "/live/ada/wrong/101.ts", "/live/nobody/pass/101.m3u8", "/live/ada/pass-ada/999.ts",
                "/live/tight/pass-tight/101.ts", "/live/tight/pass-tight/102.ts",
                "/hls/0123456789abcdef0123456789abcdef/live.m3u8", "/hls/x/1.ts", "/%2e%2e/etc",
                "/player_api.php?username=ada&password=pass-ada", "/live/ada/pass-ada/101.mp4",
            ]
            let asked = (starts + denied).flatMap { path in ["GET", "HEAD"].map { (path, $0) } }
            let media = try await together(asked) { path, method in
                let answer = try serving.client("Viewer of \(path)").ask(path, method: method)
                let head = try await answer.head(path)
                // A stream goes on for ever: some seconds of it are enough.
                let isStream = head.status == 200 && path.hasSuffix(".ts") && method == "GET"
                if isStream { try? await answer.body(of: 300_000, path, within: .seconds(5)) }
                let reply = isStream ? answer.now : try await answer.whole(path, within: .seconds(5))
                return Haystack("\(method) \(path)", reply)
            }
            // Every kind of answer is among them, and the streams that can play do.
            let statuses = Set(media.compactMap { $0.text.split(separator: " ").dropFirst().first })
            #expect(statuses.isSuperset(of: ["200", "401", "403", "404", "429", "503"]), "\(statuses)")
            #expect(media.count { $0.bytes.count > 100_000 } >= 2)
            let session = try await Session(serving.client("Television"), "/live/\(line)/101.m3u8")
            var inside = [Haystack("media playlist", session.first)]
            for name in session.first.addresses {
                inside.append(Haystack("segment \(name)", try await session.segment(name)))
            }
            let admin = try await together(["/health", "/", "/metrics"]) { path in
                let reply = try await Client(port: adminPort).get(path)
                #expect(reply.status == (path == "/" ? 404 : 200))
                return Haystack("admin \(path)", reply)
            }
            return media + inside + admin
        }

        /// Every file of a data directory, as it lies there.
        private static func files(in folder: String) throws -> [Haystack] {
            try FileManager.default.subpathsOfDirectory(atPath: folder).compactMap { name in
                guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else { return nil }
                return Haystack(place: name, bytes: [UInt8](data))
            }
        }
    }
}

extension Haystack {
    /// The head, and as much of the body as is text.
    fileprivate var text: String { String(decoding: self.bytes.prefix(200), as: UTF8.self) }

    fileprivate init(_ place: String, _ reply: Reply) {
        self.init(place: place, bytes: Array(reply.head.utf8) + reply.body)
    }
}
