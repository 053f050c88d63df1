import Foundation
import Synchronization
import TestKit
import Testing

extension EndToEndTests {
    /// Guessers, floods and bans, and the viewers they must not touch.
    struct GuardTests {
        /// No address of loopback is exempt, as none of a viewer is.
        static let exemptNobody = "limits: {exempt: []}"

        private static func stage() async throws -> (Supplier, Station) {
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            return (supplier, try Station(settings: Self.exemptNobody))
        }

        private static func apply(_ supplier: Supplier, _ station: Station) async throws {
            let channel = Catalogue.channel(101, supplier.url("/one.ts"), keep: "always")
            try await station.apply(Catalogue(channels: [channel], users: ["ada", "ben"]).text)
        }

        /// Status codes of guesses, each on a connection of its own; 0 for one that was closed unanswered.
        private static func guess(_ count: Int, at port: Int, from addresses: [String], line: String) -> [Int: Int] {
            let answers = Mutex<[Int: Int]>([:])
            DispatchQueue.concurrentPerform(iterations: 4) { worker in
                for number in stride(from: worker, to: count, by: 4) {
                    let address = addresses[number % addresses.count]
                    let status = Self.guess(number, at: port, from: address, line: line)
                    answers.withLock { $0[status, default: 0] += 1 }
                }
            }
            return answers.withLock { $0 }
        }

        private static func guess(_ number: Int, at port: Int, from address: String, line: String) -> Int {
            guard let descriptor = try? Loopback.connect(to: port, from: address) else { return 0 }
            defer { close(descriptor) }
            let request = "GET /live/\(line)/guess\(number)/101.ts HTTP/1.1\r\nHost: tv\r\nConnection: close\r\n\r\n"
            guard Loopback.send(request.utf8, to: descriptor), Loopback.isReadable(descriptor, within: 2_000) else {
                return 0
            }
            var bytes = [UInt8](repeating: 0, count: 16)
            let size = recv(descriptor, &bytes, bytes.count, 0)
            return size < 12 ? 0 : Int(String(decoding: bytes[9..<12], as: UTF8.self)) ?? 0
        }

        @Test func `a thousand guesses a second stall nobody and keep nobody out`() async throws {
            let (supplier, station) = try await Self.stage()
            let serving = try await station.serve()
            try await Self.apply(supplier, station)
            let tail = try await station.follow()
            try await tail.first("ingest.started")
            let viewer = try await TransportRecorder(serving.url("/live/ada/pass-ada/101.ts"))
            _ = try await viewer.firstByte(within: .seconds(10))

            let addresses = (1...60).map { "127.0.1.\($0)" }
            let port = serving.port
            let began = ContinuousClock.now
            let attack = Task.detached { Self.guess(6_000, at: port, from: addresses, line: "ada") }
            // While it goes on, others come from where nobody guesses.
            var logins: [Duration] = []
            for number in 1...10 {
                let client = serving.client("Box/\(number)", from: "127.0.2.\(number)")
                let asked = ContinuousClock.now
                #expect(try await client.get("/live/ben/pass-ben/101.m3u8").status == 200)
                logins.append(asked.duration(to: .now))
            }
            let answers = await attack.value
            let rate = 6_000 / (began.duration(to: .now) / .seconds(1))
            print(
                "brute force: \(Int(rate)) guesses a second, answers \(answers), logins up to \(logins.max() ?? .zero)"
            )
            // Within what players wait; how fast it is, is measured elsewhere.
            #expect(try #require(logins.max()) < .seconds(5))
            #expect(answers.keys.allSatisfy { [0, 401, 429].contains($0) }, "\(answers)")
            // Of the line: what may fail in ten minutes, and what was under way when the first failed.
            #expect(answers[401, default: 0] <= 20, "\(answers)")

            // Ada's own box was let in before, and comes in again.
            let again = try serving.client().ask("/live/ada/pass-ada/101.ts")
            #expect(try await again.head("ada").status == 200)
            #expect(viewer.check.silenceMax < 1.0 && viewer.check.faults.isEmpty, "\(viewer.check)")
            #expect(!viewer.hasEnded)
            again.leave()
            #expect(try await serving.stop() == .code(0))
            let events = try await station.events()
            #expect(events.filter { $0.type == "connection.closed" }.allSatisfy { $0.number("stalls") == 0 })
        }

        @Test func `who guesses is banned, and still is after a restart, and stands in no file in clear`() async throws
        {
            let (supplier, station) = try await Self.stage()
            let serving = try await station.serve()
            try await Self.apply(supplier, station)
            let tail = try await station.follow()
            let guesser = serving.client(from: "127.0.3.77")
            for number in 0..<10 {
                #expect(try await guesser.get("/live/name\(number)/guess/101.ts").status == 401)
            }
            #expect(try await guesser.get("/live/ada/pass-ada/101.m3u8").status == 429)
            let banned = try await tail.first("address.banned")
            #expect(banned.text("why") == "guessing" && banned.number("times") == 1)
            #expect(!banned.line.contains("127.0.3.77"))
            let list = try await station.run("ban", "list", "--format", "json")
            #expect(list.output.contains("127.0.3.77"), "\(list)")
            #expect(try await serving.stop() == .code(0))

            let next = try await station.serve()
            #expect(try await next.client(from: "127.0.3.77").get("/live/ada/pass-ada/101.m3u8").status == 429)
            #expect(try await next.client(from: "127.0.3.78").get("/live/ada/pass-ada/101.m3u8").status == 200)
            #expect(try await station.run("ban", "remove", "127.0.3.77").isSuccess)
            #expect(try await next.client(from: "127.0.3.77").get("/live/ada/pass-ada/101.m3u8").status == 200)
            #expect(try await next.stop() == .code(0))

            let log = try await Program.run(
                "sh",
                ["-c", "zstdcat \(station.data)/log/*.zst; cat \(station.data)/*.sqlite"]
            )
            #expect(!log.output.contains("127.0.3.77"))
        }

        @Test func `an operator bans a network, which ends what it watches; a firewall takes the export`() async throws
        {
            let (supplier, station) = try await Self.stage()
            let serving = try await station.serve()
            try await Self.apply(supplier, station)
            let tail = try await station.follow()
            try await tail.first("ingest.started")
            let stream = try serving.client(from: "127.0.4.9").ask("/live/ada/pass-ada/101.ts")
            try await stream.body(of: 20_000, "the stream")
            let session = try await Session(serving.client(from: "127.0.4.10"), "/live/ada/pass-ada/101.m3u8")
            let other = try serving.client(from: "127.0.5.1").ask("/live/ben/pass-ben/101.ts")
            try await other.body(of: 20_000, "another's stream")

            let added = try await station.run("ban", "add", "127.0.4.0/24", "--why", "abuse", "--for", "2h")
            #expect(added.isSuccess, "\(added)")
            _ = try await stream.whole("the banned stream", within: .seconds(2))
            let asked = try? await session.client.get(session.address)
            #expect(asked?.status ?? 0 == 0)
            #expect(
                (try? await serving.client(from: "127.0.4.200").get("/live/ada/pass-ada/101.m3u8"))?.status ?? 0 == 0
            )
            try await other.body(of: other.bodyCount + 50_000, "another's stream, later")

            #expect(try await station.run("ban", "add", "2001:db8::/32").isSuccess)
            let export = try await station.run("ban", "export", "--format", "nft")
            #expect(export.output.contains("127.0.4.0/24 timeout "), "\(export)")
            #expect(export.output.contains("elements = { 2001:db8::/32 }"))
            for wrong in ["nowhere", "0.0.0.0/0", "127.0.9.9"] {
                let verb = wrong == "127.0.9.9" ? "remove" : "add"
                let finished = try await station.run("ban", verb, wrong)
                #expect(finished.exit == .code(1) && finished.errors.split(separator: "\n").count == 1, "\(finished)")
            }
            #expect(try await station.run("ban", "remove", "127.0.4.0/24").isSuccess)
            #expect(try await serving.client(from: "127.0.4.200").get("/live/ada/pass-ada/101.m3u8").status == 200)
        }

        @Test func `a flood of connections takes no descriptor that operators and viewers need`() async throws {
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            let adminPort = try Loopback.freePort()
            let station = try Station(adminPort: adminPort, settings: Self.exemptNobody)
            let serving = try await station.serve(descriptors: 256)
            try await Self.apply(supplier, station)
            let tail = try await station.follow()
            try await tail.first("ingest.started")
            let viewer = try await TransportRecorder(serving.url("/live/ada/pass-ada/101.ts"))
            _ = try await viewer.firstByte(within: .seconds(10))
            // More than there are descriptors, from many addresses, and none says a word.
            let idle = (0..<400).compactMap { try? Loopback.connect(to: serving.port, from: "127.0.6.\($0 % 40 + 1)") }
            defer { idle.forEach { close($0) } }
            #expect(idle.count > 200)
            for _ in 0..<5 {
                let asked = ContinuousClock.now
                let health = try await Client(port: adminPort).get("/health")
                #expect(health.status == 200)
                #expect(asked.duration(to: .now) < .milliseconds(500))
                #expect(try await station.run("status").isSuccess)
            }
            #expect(viewer.check.silenceMax < 1.0 && !viewer.hasEnded, "\(viewer.check)")
            #expect(!serving.program.hasEnded)
        }
    }
}
