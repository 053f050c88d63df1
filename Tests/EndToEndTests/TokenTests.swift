import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// Addresses that tell neither name nor password, from the command to the player.
    struct TokenTests {
        private struct Stage {
            let supplier: Supplier
            let station: Station
            let serving: Serving

            init() async throws {
                let stream = try PacedStream(file: try await Media.h264.file)
                self.supplier = try Supplier(["/one.ts": .stream(stream), "/two.ts": .stream(stream)])
                self.station = try Station(publicURL: nil)
                self.serving = try await self.station.serve()
                let channels = [
                    Catalogue.channel(101, self.supplier.url("/one.ts"), keep: "always"),
                    Catalogue.channel(102, self.supplier.url("/two.ts"), keep: "always"),
                ]
                try await self.station.apply(Catalogue(channels: channels, users: ["ada", "bob"]).text)
                let tail = try await self.station.follow()
                for id in [101, 102] { try await tail.first("ingest.started") { $0.number("channel") == id } }
            }

            /// What `baton credential link ada` says, as a path.
            func link(_ arguments: String...) async throws -> String {
                let password = arguments.contains("--password") ? [] : ["--password", "pass-ada"]
                let finished = try await Baton.run(
                    ["credential", "link", "ada", "--url", "http://tv.example", "--data", self.station.data] + password
                        + arguments
                )
                try #require(finished.isSuccess, "\(finished.errors)")
                let line = finished.output.trimmingCharacters(in: .whitespacesAndNewlines)
                try #require(line.hasPrefix("http://tv.example/"), "\(line)")
                return String(line.dropFirst("http://tv.example".count))
            }
        }

        @Test func `an address with a token plays as MPEG-TS and as HLS, counts, and ends with the password`()
            async throws
        {
            let stage = try await Stage()
            let serving = stage.serving
            let transport = try await stage.link("--channel", "101")
            let hls = try await stage.link("--channel", "102", "--output", "hls")
            let list = try await stage.link("--output", "hls")
            #expect(transport.hasPrefix("/play/") && transport.hasSuffix("/ts"))
            #expect(hls.hasPrefix("/play/") && hls.hasSuffix("/m3u8"))
            for path in [transport, hls, list] { #expect(!path.contains("ada")) }

            // The list says neither name nor password, and its addresses and its guide's are good.
            let client = serving.client()
            let handed = try await client.get(list)
            #expect(handed.status == 200 && !handed.text.contains("pass-ada") && !handed.text.contains("/ada"))
            let paths = handed.addresses.compactMap { URL(string: $0)?.path(percentEncoded: true) }
            #expect(paths.map { $0.suffix(9) } == ["/101.m3u8", "/102.m3u8"])
            let head = try #require(handed.text.split(separator: "\n").first)
            let guide = try #require(head.split(separator: "\"").dropFirst().first.flatMap { URL(string: String($0)) })
            #expect(try await client.get("/xmltv.php?\(guide.query(percentEncoded: true) ?? "")").status == 200)
            let exported = try await stage.station.run(
                "export",
                "m3u",
                "--credential",
                "ada",
                "--password",
                "pass-ada",
                "--tokens"
            )
            #expect(exported.output.contains("/live/") && !exported.output.contains("pass-ada"))
            #expect(try await client.get(transport, method: "HEAD").status == 200)

            let plays = [
                transport, hls, paths.first ?? "", paths.first.map { $0.replacing(".m3u8", with: ".ts") } ?? "",
            ]
            let faults = try await together(Array(plays.enumerated())) { number, path in
                let url = serving.url("\(path)?device_id=box\(number)")
                return try await Play("play \(number)", url, seconds: 5).faults()
            }
            #expect(faults.flatMap(\.self) == [])
            let opened = try await stage.station.events().filter { $0.type == "connection.opened" }
            #expect(Set(opened.compactMap { $0.number("channel") }) == [101, 102])
            #expect(opened.count == plays.count)

            // What plays with one ends with the password, and nothing begins with one.
            let viewer = try client.ask(transport)
            try await viewer.body(of: 10_000, "the token's channel")
            try await stage.station.run("credential", "rotate", "ada")
            let rest = try await viewer.whole("the end of the token's channel", within: .seconds(10))
            #expect(rest.hasEnded)
            let wrong = try await client.get("/live/ada/pass-ada/101.ts")
            #expect(wrong.status == 401)
            #expect(try await client.get(list).status == 401)
            for path in [transport, hls] + paths {
                let refused = try await client.get(path)
                #expect(refused.status == 401 && refused.body == wrong.body, "\(path)")
            }
            #expect(try await serving.stop() == .code(0))
            withExtendedLifetime(stage) {}
        }

        @Test func `a token is made of the right password alone, and a suspension ends it`() async throws {
            let stage = try await Stage()
            let path = try await stage.link("--channel", "101")
            for arguments in [
                ["credential", "link", "ada", "--password", "wrong"],
                ["export", "m3u", "--credential", "ada", "--password", "wrong", "--tokens"],
            ] {
                let refused = try await Baton.run(arguments + ["--data", stage.station.data])
                #expect(!refused.isSuccess && refused.output.isEmpty)
                #expect(refused.errors.contains("not the password of credential ada"), "\(refused.errors)")
            }
            let blank = try await stage.station.run("export", "m3u", "--credential", "ada", "--tokens")
            #expect(!blank.isSuccess && blank.errors.contains("--password"))

            // It outlives a restart, since nothing of it is kept.
            #expect(try await stage.serving.stop() == .code(0))
            let serving = try await stage.station.serve()
            let viewer = try serving.client().ask(path)
            try await viewer.body(of: 10_000, "after a restart")
            try await stage.station.run("credential", "suspend", "ada")
            #expect(try await viewer.whole("the end of it", within: .seconds(10)).hasEnded)
            #expect(try await serving.client().get(path).status == 403)
            #expect(try await serving.stop() == .code(0))
            withExtendedLifetime(stage) {}
        }
    }
}
