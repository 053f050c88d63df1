import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// What an IPTV app does from login to log-out.
    struct PlayerAPITests {
        fileprivate struct App: Sendable {
            let client: Client
            var login = "username=ada&password=pass-ada"

            func ask(_ action: String) async throws -> Any {
                let suffix = action.isEmpty ? "" : "&action=\(action)"
                let reply = try await self.client.get("/player_api.php?\(self.login)\(suffix)")
                try #require(reply.status == 200, "\(action): \(reply.head)")
                #expect(reply.field("Content-Type") == "application/json")
                return try JSONSerialization.jsonObject(with: Data(reply.body))
            }

            func rows(_ action: String) async throws -> [[String: Any]] {
                try #require(try await self.ask(action) as? [[String: Any]], "\(action)")
            }

            func account() async throws -> [String: Any] {
                let answer = try #require(try await self.ask("") as? [String: Any])
                return try #require(answer["user_info"] as? [String: Any])
            }
        }

        private struct Stage {
            let supplier: Supplier
            let station: Station
            let serving: Serving
            let tail: EventTail

            init(more: String = "") async throws {
                let stream = try PacedStream(file: try await Media.h264.file)
                self.supplier = try Supplier(["/one.ts": .stream(stream), "/two.ts": .stream(stream)])
                self.station = try Station(publicURL: nil, settings: more)
                self.serving = try await self.station.serve()
                let channels = [
                    Catalogue.channel(101, self.supplier.url("/one.ts"), keep: "always"),
                    Catalogue.channel(102, self.supplier.url("/two.ts"), keep: "always"),
                ]
                try await self.station.apply(Catalogue(channels: channels, planConnections: 1).text)
                self.tail = try await self.station.follow()
                for id in [101, 102] { try await self.tail.first("ingest.started") { $0.number("channel") == id } }
            }
        }

        @Test func `an app logs in, lists, plays, zaps fifty times and leaves`() async throws {
            let stage = try await Stage()
            let app = App(client: stage.serving.client("IPTV App/1.0"))
            let user = try await app.account()
            #expect(user["auth"] as? Int == 1)
            #expect(user["status"] as? String == "Active")
            #expect(user["active_cons"] as? String == "0")
            #expect(user["max_connections"] as? String == "1")
            #expect(user["allowed_output_formats"] as? [String] == ["ts", "m3u8"])

            // All three kinds are loaded at login.
            for action in ["get_vod_categories", "get_vod_streams", "get_series_categories", "get_series"] {
                #expect(try await app.rows(action).isEmpty, "\(action)")
            }
            let categories = try await app.rows("get_live_categories")
            #expect(categories.map { $0["category_name"] as? String } == ["News"])
            let category = try #require(categories.first?["category_id"] as? String)
            let streams = try await app.rows("get_live_streams&category_id=\(category)")
            let ids = streams.compactMap { $0["stream_id"] as? Int }
            #expect(ids == [101, 102])
            #expect(try await app.rows("get_live_streams&category_id=1").isEmpty)
            let epg = try #require(try await app.ask("get_short_epg&stream_id=101&limit=2") as? [String: Any])
            #expect((epg["epg_listings"] as? [Any])?.isEmpty == true)

            let session = try await Session(app.client, "/live/ada/pass-ada/101.m3u8")
            #expect(try await session.segment(try #require(session.first.addresses.last)).body.count > 188)
            #expect(try await app.account()["active_cons"] as? String == "1")
            for zap in 0..<50 {
                let path = "/live/ada/pass-ada/\(ids[zap % 2]).ts"
                let stream = try app.client.ask(path)
                #expect(try await stream.head(path).status == 200, "zap \(zap)")
                try await stream.body(of: 1_000, "zap \(zap)")
                stream.leave()
            }
            let seq = stage.tail.lastSeq
            // The last one's end.
            _ = try await stage.tail.first("connection.closed", after: max(0, seq - 2)) { _ in true }
            let last = try await App(client: app.client).waitUntilNobodyWatches()
            #expect(last == "0")
            #expect(try await stage.serving.stop() == .code(0))
            withExtendedLifetime(stage) {}
        }

        @Test func `who may not is told so, in the form that apps understand`() async throws {
            let stage = try await Stage()
            let client = stage.serving.client()
            let wrong = try await client.get("/player_api.php?username=ada&password=wrong")
            #expect(wrong.status == 200)
            #expect(wrong.text == #"{"user_info":{"auth":0}}"#)
            #expect(try await client.get("/get.php?username=ada&password=wrong").status == 401)
            #expect(try await client.get("/xmltv.php?username=ada&password=wrong").status == 401)
            try await stage.station.run("credential", "suspend", "ada")
            let app = App(client: client)
            let user = try await app.account()
            #expect(user["auth"] as? Int == 1)
            #expect(user["status"] as? String == "Disabled")
            #expect(try await app.rows("get_live_streams").isEmpty)
            #expect(try await client.get("/get.php?\(app.login)").status == 403)
            #expect(try await stage.serving.stop() == .code(0))
            withExtendedLifetime(stage) {}
        }

        @Test func `a list is played by ffmpeg and by mpv, as MPEG-TS and as HLS`() async throws {
            let stage = try await Stage()
            try await stage.station.run("plan", "change", "basic", "--max-connections", "32")
            let client = stage.serving.client()
            let login = "username=ada&password=pass-ada"
            let list = try await client.get("/get.php?\(login)&type=m3u_plus&output=ts", fields: [])
            #expect(list.status == 200)
            #expect(list.field("Content-Type") == "audio/x-mpegurl")
            #expect(list.text.hasPrefix("#EXTM3U x-tvg-url=\""))
            #expect(
                list.addresses == ["http://tv.example/ada/pass-ada/101.ts", "http://tv.example/ada/pass-ada/102.ts"]
            )
            let hls = try await client.get("/get.php?\(login)&type=m3u&output=m3u8")
            #expect(hls.addresses.map { $0.suffix(9) } == ["/101.m3u8", "/102.m3u8"])
            // Each is a device of its own: one that opens a second stream within two seconds has changed channels.
            async let mpv = Program.run(
                "mpv",
                [
                    "--no-config", "--no-terminal", "--vo=null", "--ao=null", "--length=5", "--user-agent=Box/1",
                    stage.serving.url("/get.php?\(login)&type=m3u_plus&output=ts"),
                ],
                within: .seconds(50)
            )
            async let quiet = Program.run(
                "mpv",
                [
                    "--no-config", "--no-terminal", "--vo=null", "--ao=null", "--length=5", "--user-agent=Box/2",
                    stage.serving.url("/get.php?\(login)&output=m3u8"),
                ],
                within: .seconds(50)
            )
            let faults = try await together(["ts", "m3u8"]) { output in
                let path = "/ada/pass-ada/101.\(output)?device_id=\(output)"
                return try await Play("the list's \(output)", stage.serving.url(path), seconds: 5).faults()
            }
            #expect(faults.flatMap(\.self) == [])
            // mpv ends with 0 only when it has played to the end.
            #expect(try await mpv.isSuccess)
            #expect(try await quiet.isSuccess)
            // Both channels were played by both.
            let opened = try await stage.station.events().filter { $0.type == "connection.opened" }
            #expect(Set(opened.compactMap { $0.number("channel") }) == [101, 102])
            #expect(opened.count >= 6)
            #expect(try await stage.serving.stop() == .code(0))
            withExtendedLifetime(stage) {}
        }

        @Test func `every question is answered by GET, by POST and by HEAD`() async throws {
            let stage = try await Stage(more: "brand: [{host: tv.example, message: Hello}]")
            let client = stage.serving.client()
            let login = "username=ada&password=pass-ada"
            let paths = [
                "/player_api.php", "/panel_api.php", "/get.php", "/xmltv.php",
                "/player_api.php?action=get_live_streams",
                "/xmltv.php?gzip=1",
            ]
            for path in paths {
                let mark = path.contains("?") ? "&" : "?"
                let got = try await client.get("\(path)\(mark)\(login)")
                #expect(got.status == 200, "\(path)")
                let head = try await client.get("\(path)\(mark)\(login)", method: "HEAD")
                #expect(head.status == 200 && head.body.isEmpty, "\(path)")
                #expect(head.field("Content-Length") == got.field("Content-Length"), "\(path)")
                let posted = try client.ask(
                    path,
                    method: "POST",
                    fields: [
                        "Content-Type: application/x-www-form-urlencoded", "Content-Length: \(login.utf8.count)",
                    ]
                )
                posted.send(login)
                let reply = try await posted.whole(path, within: .seconds(10))
                #expect(reply.status == 200, "\(path)")
                if !path.hasPrefix("/p") { #expect(reply.body == got.body, "\(path)") }
            }
            let account = try await App(client: client).account()
            #expect(account["message"] as? String == "Hello")
            #expect(stage.supplier.traffic.now.openedInAll == 2)
            #expect(try await stage.serving.stop() == .code(0))
            withExtendedLifetime(stage) {}
        }
    }
}

extension EndToEndTests.PlayerAPITests.App {
    /// How many connections the account has once what was left is over; asks until it is none, ten seconds at most.
    fileprivate func waitUntilNobodyWatches() async throws -> String {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(25)
        while true {
            let count = try await self.account()["active_cons"] as? String ?? "?"
            if count == "0" || clock.now > end { return count }
        }
    }
}
