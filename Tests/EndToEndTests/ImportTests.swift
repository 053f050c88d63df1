import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// A supplier's list becomes channels that play.
    struct ImportTests {
        private static let list = """
            #EXTM3U
            #EXTINF:-1 tvg-id="news.one" tvg-logo="http://127.0.0.1:PORT/logoCnry5Kd8.png" group-title="News",News One
            http://127.0.0.1:PORT/lineCnry5Rb3/wordCnry6Hm4/1.ts
            #EXTINF:-1 group-title="Films",A Film
            http://127.0.0.1:PORT/movie/lineCnry5Rb3/wordCnry6Hm4/9.mp4
            #EXTINF:-1 group-title="Sport",Sport Two
            http://127.0.0.1:PORT/lineCnry5Rb3/wordCnry6Hm4/2.ts

            """

        private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]

        private static func text(_ body: String) -> Supplier.Answer {
            .document(status: "200 OK", fields: ["Content-Type: text/plain"], body: Array(body.utf8))
        }

        @Test func `a list is brought in, plays, and says nothing of its supplier`() async throws {
            let stream = try PacedStream(file: try await Media.h264.file)
            let port = try Loopback.freePort()
            let list = Self.list.replacing("PORT", with: "\(port)")
            let supplier = try Supplier(
                [
                    "/get.php": Self.text(list),
                    "/logoCnry5Kd8.png": .document(status: "200 OK", fields: [], body: Self.png),
                    "/lineCnry5Rb3/wordCnry6Hm4/1.ts": .stream(stream),
                ],
                port: port
            )
            let station = try Station(publicURL: nil)
            let serving = try await station.serve()
            try await station.run("supplier", "add", "alpha", "--max-connections", "8")
            let url = supplier.url("/get.php?username=lineCnry5Rb3&password=wordCnry6Hm4")
            let refused = try await station.run("import", "m3u", url, "--supplier", "alpha")
            #expect(!refused.isSuccess && refused.errors.contains("--private-network"))
            try await station.run("supplier", "change", "alpha", "--private-network", "true")
            let plan = try await station.run("import", "m3u", url, "--supplier", "alpha", "--dry-run")
            #expect(plan.output.contains("would be added: News One"))
            #expect(plan.output.contains("would be: 2 added, 0 changed, 0 as they were"))
            #expect(try await station.run("channel", "list").output == "none\n")
            let first = try await station.run("import", "m3u", url, "--supplier", "alpha")
            #expect(first.output == "2 added, 0 changed, 0 as they were\nleft out: 1 films and episodes\n")
            let events = try await station.events().count
            let second = try await station.run("import", "m3u", url, "--supplier", "alpha")
            #expect(second.output.hasPrefix("0 added, 0 changed, 2 as they were\n"))
            #expect(try await station.events().count == events)
            try await station.run("plan", "add", "basic", "--max-connections", "4")
            try await station.run("customer", "add", "c1", "--plan", "basic")
            try await station.run("credential", "add", "ada", "--customer", "c1", "--password", "pass-ada")

            let login = "username=ada&password=pass-ada"
            let client = serving.client()
            let asked = [
                "/player_api.php?\(login)", "/player_api.php?\(login)&action=get_live_streams",
                "/panel_api.php?\(login)", "/get.php?\(login)", "/xmltv.php?\(login)", "/logo/1",
            ]
            var answers: [Haystack] = []
            for path in asked {
                let reply = try await client.get(path)
                answers.append(Haystack(place: path, bytes: Array(reply.head.utf8) + reply.body))
            }
            #expect(answers[1].bytes.count > 300)
            let logos = try await together([1, 1, 2, 9]) { try await client.get("/logo/\($0)") }
            #expect(logos.map(\.status) == [200, 200, 404, 404])
            #expect(logos[0].body == Self.png && logos[0].field("Content-Type") == "image/png")
            // Fetched once, whoever asks.
            #expect(supplier.traffic.now.opened["/logoCnry5Kd8.png"] == 1)
            let exported = try await station.run("export", "m3u", "--credential", "ada", "--password", "pass-ada")
            #expect(exported.output.contains("/ada/pass-ada/1.ts\n"))
            let blank = try await station.run("export", "m3u", "--credential", "ada", "--output", "hls")
            #expect(blank.output.contains("/ada/PASSWORD/2.m3u8\n"))
            answers.append(Haystack(place: "export", bytes: Array(exported.output.utf8)))
            let stream1 = try client.ask("/ada/pass-ada/1.ts")
            try await stream1.body(of: 10_000, "News One")
            #expect(try await serving.stop() == .code(0))
            let log = try await Program.run("sh", ["-c", "zstdcat \(station.data)/log/*.zst"])
            answers.append(Haystack(place: "the log", bytes: Array(log.output.utf8)))
            let secrets = ["logoCnry5Kd8", "lineCnry5Rb3", "wordCnry6Hm4", "127.0.0.1:\(port)"].map(Canary.init)
            #expect(try await Haystack.search(answers, for: secrets) == [])
            withExtendedLifetime(supplier) {}
        }

        @Test func `a panel's channels are brought in with its categories`() async throws {
            let account =
                #"{"user_info":{"auth":1,"status":"Active","exp_date":"4102444800","max_connections":"2","active_cons":"1"}}"#
            let categories = #"[{"category_id":"5","category_name":"News","parent_id":0}]"#
            let streams =
                #"[{"num":1,"name":"News One","stream_id":11,"stream_icon":"","epg_channel_id":"n1","category_id":"5"},{"num":"2","name":"Sport \"Two\"","stream_id":"12","category_id":null}]"#
            let question = "/player_api.php?username=u&password=p"
            let other = "/player_api.php?username=u2&password=p2"
            let supplier = try Supplier([
                other: Self.text(account), "\(other)&action=get_live_categories": Self.text(categories),
                "\(other)&action=get_live_streams": Self.text(streams),
                question: Self.text(account), "\(question)&action=get_live_categories": Self.text(categories),
                "\(question)&action=get_live_streams": Self.text(streams),
                "/player_api.php": Self.text(#"{"user_info":{"auth":0}}"#),
            ])
            let station = try Station()
            try await station.run("supplier", "add", "alpha", "--private-network", "true")
            let arguments = ["import", "xtream", supplier.url(""), "--supplier", "alpha", "--data", station.data]
            let wrong = try await Baton.run(arguments + ["--username", "u", "--password", "x"])
            #expect(!wrong.isSuccess && wrong.errors.contains("refuses this username and password"))
            let first = try await Baton.run(arguments + ["--username", "u", "--password", "p"])
            #expect(
                first.output == """
                    the account is Active, until 2100-01-01T00:00:00.000000Z; 1 of 2 connections in use
                    warning: the panel allows 2 connections, the supplier is set to 1: baton supplier change alpha --max-connections 2
                    2 added, 0 changed, 0 as they were

                    """
            )
            let list = try await station.run("channel", "list", "--format", "csv").output
            #expect(list.contains("1,News One,News,"))
            #expect(list.contains("2,\"Sport \"\"Two\"\"\",,"))
            let second = try await Baton.run(arguments + ["--username", "u", "--password", "p"])
            #expect(second.output.hasSuffix("0 added, 0 changed, 2 as they were\n"))
            // A second account of the same panel brings connections, not channels.
            let third = try await Baton.run(arguments + ["--username", "u2", "--password", "p2"])
            let sum = "0 added, 0 changed, 2 as they were\naccount 2 was added: supplier alpha has 2 accounts now\n"
            #expect(third.output.hasSuffix(sum))
            let shown = try await station.run("supplier", "list", "--format", "csv").output
            #expect(shown.contains("alpha,1,yes,2,2,2,"))
            // One at another panel is no account of this one.
            let mirror = try Supplier([other: Self.text(account)])
            let elsewhere = ["import", "xtream", mirror.url(""), "--supplier", "alpha", "--data", station.data]
            let refused = try await Baton.run(elsewhere + ["--username", "u3", "--password", "p3"])
            #expect(!refused.isSuccess && refused.errors.contains("has accounts at another panel"))
        }
    }
}
