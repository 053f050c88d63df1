import Foundation
import Glibc
import TestKit
import Testing

extension EndToEndTests {
    /// Support at its own socket: what it may, and what it is told.
    struct RoleTests {
        /// Every command that reaches data, with what it needs; `true` where support may.
        static let commands: [(String, Bool)] =
            [
                ("serve", false), ("status", true), ("apply CATALOGUE", false), ("export m3u --credential ada", false),
                ("channel epg --list", true), ("channel epg 101 none", false), ("source switch 101 auto", false),
                ("customer suspend c-ada", false), ("customer resume c-ada", false), ("customer erase c-ada", false),
                ("customer export c-ada", false), ("credential issue --customer c-ada", false),
                ("credential extend ada --by 1d", false), ("credential convert ada --for 1mo", false),
                ("credential suspend ada", false), ("credential resume ada", false), ("credential rotate ada", false),
                ("credential unlock ada", false), ("import m3u LIST --supplier alpha", false),
                ("import xmltv CATALOGUE", false), ("slate list", false), ("slate remove", false),
                ("report sharing", true), ("report refund-risk --format html", true),
                ("report stability --format csv", true),
                ("report excuse add ada --why x", false), ("report excuse remove ada", false),
                ("report excuse list", true), ("report schedule", false), ("report keep", false),
                ("what-if --max-connections 2", false), ("replay ada", true), ("replay ada --format html", true),
                ("replay ada --as-of NOW", true), ("explain 3", true),
                ("event add 101 --from 2026-12-01T20:00 --to 2026-12-01T22:00 --label x", false), ("event list", true),
                ("refund record c-ada --amount 1", false), ("refund list", true), ("connection list", true),
                ("connection list --format json", true), ("connection kick --credential ada", false),
                ("ban list", true),
                ("ban add 192.0.2.1", false), ("ban remove 192.0.2.1", false), ("ban export", false), ("log cat", true),
                ("log cat --words", true), ("log cat --follow", false), ("log verify", false), ("log stats", false),
                ("log seal", false), ("rebuild", false),
            ]
            + ["supplier", "channel", "source", "plan", "customer", "credential"].flatMap { noun in
                [("\(noun) list", true), ("\(noun) remove 101", false)]
            }

        @Test func `support looks at its socket, changes nothing, and sees no whole address`() async throws {
            // Sockets' paths are short.
            let socket = "/tmp/baton-support-\(getpid())-\(UInt32.random(in: 0...(.max)))"
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            let station = try Station(admin: "support: {socket: \(socket)}")
            let serving = try await station.serve()
            let channel = Catalogue.channel(101, supplier.url("/one.ts"), keep: "always")
            try await station.apply(Catalogue(channels: [channel], planConnections: 1, users: ["ada"]).text)
            let tail = try await station.follow()
            try await tail.first("ingest.started")
            let watching = try serving.client("Television/1.0", from: "127.7.7.77").ask("/live/ada/pass-ada/101.ts")
            #expect(try await watching.head("ada").status == 200)
            _ = try await serving.client("Other/1.0", from: "127.8.8.88").get("/live/ada/pass-ada/101.ts")
            try await tail.first("limit.rejected")
            #expect(try await station.run("ban", "add", "198.51.100.91").isSuccess)
            let catalogue = "\(station.scratch.path)/catalog.yaml"
            let list = try station.scratch.write("#EXTM3U\n#EXTINF:-1,One\nhttp://alpha.example/1.ts\n", to: "list.m3u")
            let now = WallClockText.now

            let before = try await station.events().count
            for (text, isAllowed) in Self.commands {
                let words = text.replacing("CATALOGUE", with: catalogue).replacing("NOW", with: now).replacing(
                    "LIST",
                    with: list
                )
                .split(separator: " ").map(String.init)
                let finished = try await Baton.run(words + ["--socket", socket])
                let told = finished.output + finished.errors
                // A service of a few seconds has no week that is over, and says so.
                let isReport = isAllowed && text.hasPrefix("report") && told.contains("week")
                #expect(isAllowed == finished.isSuccess || isReport, "\(text): \(finished.errors)")
                if !isAllowed {
                    #expect(finished.exit == .code(1) && finished.output.isEmpty, "\(text)")
                    #expect(finished.errors.hasPrefix("baton: the role support may not"), "\(text): \(finished.errors)")
                    #expect(finished.errors.split(separator: "\n").count == 1, "\(text)")
                }
                for address in ["127.7.7.77", "127.8.8.88", "198.51.100.91", "Television/1.0"] {
                    #expect(!told.contains(address), "\(text): \(address)")
                }
            }
            #expect(try await station.events().count == before)
            let support = try await Baton.run(["connection", "list", "--socket", socket]).output
            #expect(support.contains("127.7.7.0/24"), "\(support)")
            #expect(try await station.run("connection", "list").output.contains("127.7.7.77"))
            // An owner sees the same by saying so.
            #expect(try await station.run("connection", "list", "--role", "support").output == support)
            let log = try await station.run("log", "cat", "--role", "support").output
            #expect(log.contains("connection.opened") && !log.contains("\"v1."))
            let refused = try await station.run("ban", "export", "--role", "support")
            #expect(refused.errors.hasPrefix("baton: the role support may not"))

            #expect(try await serving.stop() == .code(0))
            #expect(access(socket, F_OK) != 0)
            let gone = try await Baton.run(["customer", "list", "--socket", socket])
            #expect(gone.exit == .code(1) && gone.errors.contains("no service listens"), "\(gone.errors)")
        }
    }

    private enum WallClockText {
        static var now: String { ISO8601DateFormatter().string(from: Date()) }
    }
}
