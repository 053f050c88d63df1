import Foundation
import Synchronization
import TestKit
import Testing

extension EndToEndTests {
    /// The service is killed while everything goes on, and started again.
    struct CrashTests {
        @Test func `what was acknowledged survives a kill, and nothing is left of who was there`() async throws {
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            let station = try Station()
            let serving = try await station.serve()
            var catalogue = Catalogue(
                channels: [Catalogue.channel(101, supplier.url("/one.ts"), keep: "always")],
                planConnections: 2
            )
            catalogue.users = (1...20).map { "user\($0)" } + ["eve"]
            try await station.apply(catalogue.text)
            let session = try await Session(serving.client("Television/1.0"), "/live/eve/pass-eve/101.m3u8")

            let acknowledged = Watched<[String]>([])
            async let viewers: Void = Self.comeAndGo(catalogue.users.dropLast(), serving)
            async let operators: [Void] = together(["k", "l"]) { prefix in
                try await Self.addCustomers(prefix, serving, acknowledged)
            }
            // Each has many more to do, so the kill meets commands and viewers under way.
            _ = try await acknowledged.first("12 acknowledgements", within: .seconds(60)) {
                $0.count >= 12 ? true : nil
            }
            serving.program.signal(SIGKILL)
            #expect(try await serving.program.exit(within: .seconds(5)) == .signal(SIGKILL))
            _ = try await viewers
            _ = try await operators

            let restarted = try await station.serve()
            let verified = try await station.run("log", "verify")
            #expect(verified.isSuccess, "\(verified)")
            let events = try await station.events()
            let added = Set(events.filter { $0.type == "customer.added" }.compactMap { $0.text("customer") })
            #expect(acknowledged.now.filter { !added.contains($0) } == [])
            #expect(events.map(\.seq) == Array(1...events.count))
            #expect(events.count { $0.type == "connection.opened" } > 20, "there was no load")

            let list = try await station.run("credential", "list", "--format", "json")
            let rows = try #require(try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]])
            #expect(rows.count == 21)
            #expect(rows.compactMap { $0["connections"] as? Int } == Array(repeating: 0, count: 21))
            // A player in the middle of a session goes on with the token it has.
            let again = try await Session(restarted.client("Television/1.0"), going: session.address)
            #expect(try await again.segment(try #require(again.first.addresses.last)).body.count > 10_000)

            #expect(try await restarted.stop() == .code(0))
            let checked = try await station.run("rebuild", "--check")
            #expect(checked.isSuccess, "\(checked)")
            #expect(checked.output.contains("every row is the same"))
            #expect(try await station.run("log", "verify").isSuccess)
        }

        /// One viewer a user opens and leaves, as HLS and as a stream in turn, until nobody answers.
        static func comeAndGo(_ users: some Collection<String>, _ serving: Serving) async throws {
            _ = try await together(Array(users)) { user in
                let client = serving.client("Box of \(user)")
                while !serving.program.hasEnded {
                    guard let stream = try? client.ask("/live/\(user)/pass-\(user)/101.ts") else { return }
                    try? await stream.body(of: 20_000, "stream of \(user)", within: .seconds(5))
                    stream.leave()
                    _ = try? await client.get("/live/\(user)/pass-\(user)/101.m3u8", within: .seconds(5))
                }
            }
        }

        /// Adds customers one after another while the service runs, noting each that was answered with success.
        static func addCustomers(_ prefix: String, _ serving: Serving, _ acknowledged: Watched<[String]>) async throws {
            for number in 1...500 where !serving.program.hasEnded {
                let id = "\(prefix)\(number)"
                let options = ["--name", "Customer \(id)", "--plan", "basic", "--data", serving.station.data]
                let finished = try await Baton.run(["customer", "add", id] + options)
                if finished.isSuccess { acknowledged.update { $0.append(id) } }
            }
        }
    }
}
