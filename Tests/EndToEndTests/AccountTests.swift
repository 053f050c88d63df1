import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// Several accounts at one supplier, and what its panel says of them.
    struct AccountTests {
        private static let first = (user: "lineCnry1Aa", word: "wordCnry1Bb")
        private static let second = (user: "lineCnry2Cc", word: "wordCnry2Dd")

        private static func path(_ account: (user: String, word: String), _ stream: Int) -> String {
            "/live/\(account.user)/\(account.word)/\(stream).ts"
        }

        private static func text(_ status: String, _ body: String) -> Supplier.Answer {
            .document(status: status, fields: ["Content-Type: application/json"], body: Array(body.utf8))
        }

        /// What the panel says of an account, by the whole target of the question.
        private static func panel(
            _ account: (user: String, word: String),
            most: Int = 1,
            days: Double = 400
        ) -> (String, Supplier.Answer) {
            let end = Int(Date.now.timeIntervalSince1970 + days * 86_400)
            let facts =
                #"{"user_info":{"auth":1,"status":"Active","exp_date":"\#(end)","max_connections":"\#(most)","active_cons":"0"}}"#
            let question = "/player_api.php?username=\(account.user)&password=\(account.word)"
            return (question, Self.text("200 OK", facts))
        }

        private static func supplier(refusing: Bool, _ panel: [(String, Supplier.Answer)]) async throws -> Supplier {
            let stream = try PacedStream(file: try await Media.h264.file)
            var answers = Dictionary(uniqueKeysWithValues: panel)
            for number in 1...3 {
                answers[Self.path(Self.first, number)] = refusing ? Self.text("403 Forbidden", "") : .stream(stream)
                answers[Self.path(Self.second, number)] = .stream(stream)
            }
            return try Supplier(answers)
        }

        /// Three channels of one supplier; their addresses have the first account's login in them.
        private static func catalogue(_ supplier: Supplier, most: Int = 1) -> String {
            let channels = (1...3).map {
                Catalogue.channel(100 + $0, supplier.url(Self.path(Self.first, $0)))
            }
            let accounts = [Self.first, Self.second].map {
                "{username: \($0.user), password: \($0.word), max_connections: \(most)}"
            }
            return Catalogue(channels: channels).text.replacing(
                "private_network: true}",
                with: "private_network: true, accounts: [\(accounts.joined(separator: ", "))]}"
            )
        }

        /// How often streams were opened with an account.
        private static func opened(_ account: (user: String, word: String), _ supplier: Supplier) -> Int {
            supplier.traffic.now.opened.filter { $0.key.contains(account.user) }.values.reduce(0, +)
        }

        private static func search(_ station: Station, _ serving: Serving, _ shown: [Haystack]) async throws -> [String]
        {
            let log = try await Program.run("sh", ["-c", "zstdcat \(station.data)/log/*.zst"])
            var haystacks = shown + [Haystack(place: "the log", bytes: Array(log.output.utf8))]
            haystacks.append(Haystack(place: "standard error", bytes: serving.program.errors.bytes))
            for name in try FileManager.default.subpathsOfDirectory(atPath: station.data) {
                guard let data = FileManager.default.contents(atPath: "\(station.data)/\(name)") else { continue }
                haystacks.append(Haystack(place: name, bytes: [UInt8](data)))
            }
            let secrets = [Self.first, Self.second].flatMap { [$0.user, $0.word] }.map(Canary.init)
            return try await Haystack.search(haystacks, for: secrets)
        }

        @Test func `two channels play at once, each with another account, and a third is told why it can't`()
            async throws
        {
            let supplier = try await Self.supplier(
                refusing: false,
                [Self.panel(Self.first), Self.panel(Self.second)]
            )
            let station = try Station()
            let serving = try await station.serve()
            try await station.apply(Self.catalogue(supplier))
            let tail = try await station.follow()
            var shown: [Haystack] = []
            let streams = try await together([101, 102]) { channel in
                let stream = try serving.client("Box \(channel)").ask("/live/ada/pass-ada/\(channel).ts")
                try await stream.body(of: 20_000, "channel \(channel)")
                return stream
            }
            #expect(Self.opened(Self.first, supplier) == 1 && Self.opened(Self.second, supplier) == 1)
            let third = try serving.client("Box 103").ask("/live/ada/pass-ada/103.ts")
            let down = try await tail.first("ingest.down") { $0.number("channel") == 103 }
            #expect(down.text("cause") == "slot-unavailable")
            // Neither account was asked a second time, and both streams go on.
            #expect(Self.opened(Self.first, supplier) == 1 && Self.opened(Self.second, supplier) == 1)
            for stream in streams {
                try await stream.body(of: stream.now.body.count + 20_000, "a stream that goes on")
                shown.append(Haystack(place: "a viewer's stream", bytes: Array(stream.now.head.utf8) + stream.now.body))
            }
            third.leave()
            for command in [["supplier", "list"], ["supplier", "account", "list"], ["source", "list"], ["status"]] {
                let output = try await Baton.run(command + ["--format", "json", "--data", station.data]).output
                shown.append(Haystack(place: command.joined(separator: " "), bytes: Array(output.utf8)))
            }
            let table = try await station.run("supplier", "account", "list", "--format", "csv").output
            let rows = table.split(separator: "\n").dropFirst().map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
            #expect(rows.map { $0[5] } == ["1", "1"], "held: \(table)")
            #expect(try await serving.stop() == .code(0))
            #expect(try await Self.search(station, serving, shown) == [])
        }

        @Test func `an account that is refused is set aside, and another one plays`() async throws {
            let supplier = try await Self.supplier(refusing: true, [Self.panel(Self.first), Self.panel(Self.second)])
            let station = try Station()
            let serving = try await station.serve()
            try await station.apply(Self.catalogue(supplier))
            let tail = try await station.follow()
            let stream = try serving.client("Box").ask("/live/ada/pass-ada/101.ts")
            try await stream.body(of: 20_000, "the channel")
            let aside = try await tail.first("account.set-aside")
            #expect(aside.number("account") == 1 && aside.text("cause") == "http-403")
            let table = try await station.run("supplier", "account", "list", "alpha", "--format", "csv").output
            #expect(table.contains("set aside: http-403"))
            // The other one is taken, and the first is not asked again for another channel.
            let second = try serving.client("Box 2").ask("/live/ada/pass-ada/102.ts")
            let down = try await tail.first("ingest.down") { $0.number("channel") == 102 }
            #expect(down.text("cause") == "slot-unavailable")
            #expect(Self.opened(Self.first, supplier) == 1 && Self.opened(Self.second, supplier) == 1)
            second.leave()
            #expect(try await serving.stop() == .code(0))
            #expect(try await Self.search(station, serving, []) == [])
        }

        @Test func `what the panel says is taken and warned of, once, also over a restart`() async throws {
            let supplier = try await Self.supplier(
                refusing: false,
                [Self.panel(Self.first, most: 1, days: 5.5), Self.panel(Self.second, most: 3)]
            )
            let station = try Station()
            let first = try await station.serve()
            try await station.apply(Self.catalogue(supplier, most: 2))
            let tail = try await station.follow()
            let expiry = try await tail.first("account.warned") { $0.text("why") == "expires" }
            #expect(expiry.number("account") == 1 && expiry.number("days") == 6)
            try await tail.first("account.read") { $0.number("account") == 2 }
            // The smaller of what is configured and what the panel says.
            let list = try await station.run("supplier", "list", "--format", "csv").output
            #expect(list.contains(",2,3,"), "accounts and slots: \(list)")
            #expect(list.contains("account 1: expires in 6 days"))
            #expect(list.contains("account 1: the panel allows 1 of 2 connections"))
            #expect(
                first.program.errors.lines.contains { $0.contains("account 1 of supplier alpha expires in 6 days") }
            )
            #expect(try await first.stop() == .code(0))
            let asked = supplier.traffic.now.opened["/player_api.php"] ?? 0
            let again = try await station.serve()
            _ = try await supplier.traffic.first("the panel's being asked again", within: .seconds(10)) {
                ($0.opened["/player_api.php"] ?? 0) >= asked + 2 && $0.openNow == 0 ? true : nil
            }
            #expect(try await again.stop() == .code(0))
            let told = try await station.events().filter { $0.type.hasPrefix("account.") }
                .map { "\($0.type) \($0.number("account") ?? 0) \($0.text("why") ?? "")" }
            #expect(
                told.sorted() == [
                    "account.added 1 ", "account.added 2 ", "account.read 1 ", "account.read 2 ",
                    "account.warned 1 expires", "account.warned 1 limit",
                ]
            )
        }
    }
}
