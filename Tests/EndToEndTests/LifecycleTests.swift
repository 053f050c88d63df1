import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// Starting, stopping, and what the program says when it can't do what is asked.
    struct LifecycleTests {
        @Test func `SIGTERM under load ends everything within 5 s, and says so`() async throws {
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            let station = try Station()
            let serving = try await station.serve()
            try await station.apply(
                Catalogue(channels: [Catalogue.channel(101, supplier.url("/one.ts"), keep: "always")]).text
            )
            let streams = try await together(Array(1...10)) { number in
                let stream = try serving.client("Box/\(number)").ask("/live/ada/pass-ada/101.ts")
                try await stream.body(of: 20_000, "viewer \(number)")
                return stream
            }
            let sessions = try await together(Array(11...15)) { number in
                try await Session(serving.client("Television/\(number)"), "/live/ada/pass-ada/101.m3u8")
            }
            serving.program.signal(SIGTERM)
            #expect(try await serving.program.exit(within: .seconds(5)) == .code(0))
            for stream in streams { _ = try await stream.whole("a stream", within: .seconds(1)) }
            let events = try await station.events()
            #expect(events.last?.type == "node.stopped")
            let opened = events.filter { $0.type == "connection.opened" }.compactMap { $0.number("connection") }
            let ended = events.filter { $0.type == "connection.closed" && $0.text("reason") == "shutdown" }
            #expect(opened.count == streams.count + sessions.count)
            #expect(Set(ended.compactMap { $0.number("connection") }) == Set(opened))
            _ = try await supplier.traffic.first("end of the supplier's connection", within: .seconds(1)) {
                $0.openNow == 0 ? true : nil
            }
        }

        @Test func `a second service on the same directory says in one line that it is in use`() async throws {
            let station = try Station()
            let serving = try await station.serve()
            let second = try await station.run("serve", "--config", station.configuration, within: .seconds(10))
            #expect(second.exit == .code(1))
            #expect(second.output == "")
            #expect(second.errors.split(separator: "\n").count == 1, "\(second.errors)")
            #expect(second.errors.contains(station.data))
            #expect(try await serving.client().get("/").status == 404)
        }

        @Test func `SIGHUP reads the configuration again and interrupts nobody`() async throws {
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            let station = try Station()
            let serving = try await station.serve()
            try await station.apply(Catalogue(channels: [Catalogue.channel(101, supplier.url("/one.ts"))]).text)
            let stream = try serving.client().ask("/live/ada/pass-ada/101.ts")
            try await stream.body(of: 20_000, "the stream")
            let deliveries = "reports: {deliveries: [{name: disk, directory: /tmp}]}\n"
            for (text, told) in [
                ("", "nothing changed"), (deliveries, "deliveries of reports: 1 from now on"),
                ("nonsense: 1\n", "unknown key `nonsense`"),
            ] {
                let lines = serving.program.errors.lines.count
                let old = try String(contentsOfFile: station.configuration, encoding: .utf8)
                try (old + text).write(toFile: station.configuration, atomically: true, encoding: .utf8)
                serving.program.signal(SIGHUP)
                _ = try await serving.program.errors.line(told, from: lines, within: .seconds(5)) { $0.contains(told) }
                try await stream.body(of: stream.bodyCount + 50_000, "the stream after SIGHUP")
            }
            #expect(!serving.program.hasEnded)
        }

        @Test func `wrong usage and wrong files are told in one line with their place`() async throws {
            let station = try Station()
            for arguments in [["log", "cat", "--tpye", "x"], ["no-such-command"], ["channel", "change", "101"]] {
                let finished = try await Baton.run(arguments + (arguments.count > 1 ? ["--data", station.data] : []))
                #expect(finished.exit == .code(2), "\(arguments): \(finished)")
                #expect(finished.output == "")
            }
            let wrong = Catalogue().text.replacing("plans:", with: "planes:")
            let file = try station.scratch.write(wrong, to: "wrong.yaml")
            let line =
                try #require(wrong.split(separator: "\n", omittingEmptySubsequences: false).firstIndex(of: "planes:"))
                + 1
            let finished = try await station.run("apply", file)
            #expect(finished.exit == .code(1))
            #expect(finished.errors.contains("\(file):\(line): unknown key `planes`"), "\(finished.errors)")
            #expect(finished.errors.split(separator: "\n").count == 1)
        }

        @Test func `applying a catalogue twice records nothing the second time`() async throws {
            let station = try Station()
            let serving = try await station.serve()
            let text = Catalogue(
                channels: [Catalogue.channel(101, "http://127.0.0.1:1/one.ts")],
                users: ["ada", "ben"]
            ).text
            try await station.apply(text)
            let events = try await station.events().count
            let second = try await station.apply(text)
            #expect(second.output.contains("0 added, 0 changed, 0 removed"), "\(second.output)")
            #expect(try await station.events().count == events)
            #expect(try await serving.stop() == .code(0))
        }
    }
}
