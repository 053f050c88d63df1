import Foundation
import TestKit
import TestSupport
import Testing

extension EndToEndTests {
    /// Locks of lines, proxies in front, and the operator's databases.
    struct LockTests {
        /// A service with one channel and a plan with these terms.
        struct Stage {
            let supplier: Supplier
            let station: Station
            let serving: Serving
            let tail: EventTail

            init(_ terms: String, listening: String = "", settings: String = "") async throws {
                self.supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
                self.station = try Station(listening: listening, settings: settings)
                self.serving = try await self.station.serve()
                let channel = Catalogue.channel(101, self.supplier.url("/one.ts"), keep: "always")
                try await self.station.apply(Catalogue(channels: [channel], planTerms: terms).text)
                self.tail = try await self.station.follow()
                try await self.tail.first("ingest.started")
            }

            /// The status of a start from an address of loopback.
            func start(from address: String, _ fields: String..., agent: String = "Tester/1.0") async throws -> Int {
                let client = self.serving.client(agent, from: address)
                return try await client.get("/live/ada/pass-ada/101.m3u8", fields: fields).status
            }
        }

        @Test func `a header counts from a trusted proxy alone, and a lock judges whom it names`() async throws {
            let stage = try await Stage(
                "locks: {allowed_addresses: [192.0.2.0/24, \"2001:db8::/32\"]}",
                listening: "trusted_proxies: [127.0.0.9]"
            )
            let proxy = "127.0.0.9"
            let cases: [(String, [String], Int)] = [
                (proxy, ["X-Forwarded-For: 192.0.2.1"], 200), (proxy, ["X-Forwarded-For: ::ffff:192.0.2.1"], 200),
                (proxy, ["X-Forwarded-For: 6.6.6.6, 192.0.2.1"], 200),
                (proxy, ["X-Forwarded-For: [2001:db8::7]:443"], 200),
                (proxy, ["X-Forwarded-For: 192.0.2.1, 6.6.6.6"], 403), (proxy, ["X-Real-IP: 192.0.2.1"], 403),
                (proxy, ["Forwarded: for=192.0.2.1"], 403), (proxy, [], 403),
                ("127.0.0.1", ["X-Forwarded-For: 192.0.2.1"], 403), ("127.0.0.8", ["X-Forwarded-For: 192.0.2.1"], 403),
                ("127.0.0.1", ["X-Forwarded-For: 192.0.2.1, 127.0.0.9"], 403),
            ]
            for (address, fields, status) in cases {
                let reply = try await stage.serving.client(from: address).get(
                    "/live/ada/pass-ada/101.m3u8",
                    fields: fields
                )
                #expect(reply.status == status, "\(address) \(fields)")
            }
            let rejected = try await stage.tail.first("limit.rejected")
            #expect(rejected.text("rule") == "address")
        }

        @Test func `a line is locked to its first networks, over a restart, until it is unlocked`() async throws {
            let stage = try await Stage("locks: {first_networks: 2, blocked_agents: [curl]}")
            #expect(try await stage.start(from: "127.0.1.1") == 200)
            #expect(try await stage.start(from: "127.0.1.200") == 200)
            #expect(try await stage.start(from: "127.0.2.1") == 200)
            #expect(try await stage.start(from: "127.0.3.1") == 403)
            #expect(try await stage.tail.first("limit.rejected").text("rule") == "network-lock")
            #expect(try await stage.start(from: "127.0.1.1", agent: "curl/8.4") == 403)
            #expect(try await stage.serving.stop() == .code(0))

            let next = try await stage.station.serve()
            let path = "/live/ada/pass-ada/101.m3u8"
            #expect(try await next.client(from: "127.0.3.1").get(path).status == 403)
            let unlocked = try await stage.station.run("credential", "unlock", "ada")
            #expect(unlocked.output.contains("2 networks forgotten"), "\(unlocked)")
            #expect(try await next.client(from: "127.0.3.1").get(path).status == 200)
        }

        @Test func `countries come from the operator's database, which is read again when it changes`() async throws {
            let scratch = try ScratchDirectory()
            func write(_ country: String) throws {
                let bytes = DatabaseWriter.countries([
                    ([127, 0, 1, 0], 24, country), ([127, 0, 2, 0], 24, "FR"), ([192, 0, 2, 0], 24, "DE"),
                ])
                try Data(bytes).write(to: URL(filePath: scratch.file("c.mmdb")), options: .atomic)
            }
            try write("DE")
            let stage = try await Stage(
                "locks: {allowed_countries: [DE]}",
                settings: "geo: {country: \(scratch.file("c.mmdb"))}"
            )
            #expect(try await stage.start(from: "127.0.1.1") == 200)
            #expect(try await stage.tail.first("connection.opened").text("country") == "DE")
            #expect(try await stage.start(from: "127.0.2.1") == 403)
            #expect(try await stage.tail.first("limit.rejected").text("rule") == "country")
            #expect(try await stage.start(from: "127.0.3.1") == 403)

            try write("AT")
            let lines = stage.serving.program.errors.lines.count
            stage.serving.program.signal(SIGHUP)
            _ = try await stage.serving.program.errors.line("reading", from: lines, within: .seconds(5)) {
                $0.contains("c.mmdb was read again")
            }
            #expect(try await stage.start(from: "127.0.1.1", agent: "Another/1") == 403)

            let systems = try await stage.station.run("plan", "change", "basic", "--allowed-asns", "3320")
            #expect(
                systems.exit == .code(1) && systems.errors.contains("set geo.asn in the configuration"),
                "\(systems)"
            )
            #expect(try await stage.serving.stop() == .code(0))
            // Without the database nobody could be judged.
            let without = try stage.station.scratch.write("{}", to: "without.yaml")
            let refused = try await stage.station.run("serve", "--config", without)
            #expect(refused.exit == .code(1) && refused.errors.contains("set geo.country"), "\(refused)")
        }
    }
}
