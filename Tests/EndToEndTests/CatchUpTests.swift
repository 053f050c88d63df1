import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// What channels keep of their stream, and how viewers play it.
    struct CatchUpTests {
        /// A station whose channel 101 keeps its stream.
        private static func station(
            _ supplier: ScriptedSupplier,
            planConnections: Int = 32
        ) async throws -> (Station, Serving) {
            let station = try Station()
            let serving = try await station.serve()
            let catalogue = Catalogue(
                channels: [Catalogue.channel(101, supplier.transportURL)],
                planConnections: planConnections,
                users: ["ada", "bob", "eve"]
            )
            try await station.apply(
                catalogue.text.replacing("keep: on-demand", with: "keep: on-demand, keep_days: 1")
            )
            return (station, serving)
        }

        private static var now: Int { Int(Date().timeIntervalSince1970) }

        /// As players write it, in the server's zone (UTC), to the minute below.
        private static func start(_ seconds: Int) -> String {
            let text = DateFormatter()
            text.locale = Locale(identifier: "en_US_POSIX")
            text.timeZone = TimeZone(secondsFromGMT: 0)
            text.dateFormat = "yyyy-MM-dd:HH-mm"
            return text.string(from: Date(timeIntervalSince1970: Double(seconds)))
        }

        private static func faults(_ output: String, _ seen: Screening, repeats: Int = 0) -> [String] {
            var faults = seen.errors.map { "decoder: \($0)" }
            if seen.unreadable > 0 { faults.append("damaged pictures") }
            if seen.repeated > repeats { faults.append("\(seen.repeated) pictures again") }
            if seen.skipped > 0 { faults.append("\(seen.skipped) pictures missing") }
            return faults.map { "\(output): \($0) (\(seen.summary))" }
        }

        @Test
        func
            `what was recorded plays as HLS and as MPEG-TS, picture for picture, at its own pace, and the limit counts it`()
            async throws
        {
            let supplier = try await ScriptedSupplier(try await ReelWorkshop.shared.reel())
            let (station, serving) = try await Self.station(supplier, planConnections: 1)
            let begin = Self.now
            try await Download.listen(22)
            let start = Self.start(begin)

            // One paced stream.
            let shifted = serving.url("/live/ada/pass-ada/101.ts?utc=\(begin)&lutc=\(Self.now - 1)")
            let asked = ContinuousClock.now
            let stream = try await TransportRecorder(shifted)
            _ = try await stream.firstByte(within: .seconds(5))
            let tail = try await station.follow()
            let opened = try await tail.first("connection.opened") { $0.text("output") == "ts" }
            #expect(opened.text("catchup") != nil, "\(opened.line)")

            // A playlist that ends, meanwhile.
            let path = "/timeshift/bob/pass-bob/5/\(start)/101.m3u8"
            let session = try await Session(serving.client("Television/1.0"), path)
            #expect(session.first.text.hasSuffix("#EXT-X-ENDLIST\n"), "\(session.first.text)")
            #expect(!session.first.text.contains("#EXT-X-DISCONTINUITY\n"), "\(session.first.text)")
            let seen = try await Screening(file: serving.url(session.address))
            #expect(Self.faults("HLS", seen) == [])
            #expect(seen.pictures.count >= 16 * 25, "\(seen.summary)")

            // The limit is one; whoever wins, it was counted.
            let other = try await serving.client("Another/2.0", from: "127.0.7.7").get(path)
            #expect(other.status == 200 || other.status == 429, "\(other.head)")
            let isCounted = tail.events.contains { ["limit.rejected", "connection.evicted"].contains($0.type) }
            if !isCounted { try await tail.first("limit.rejected") }

            let query = "/streaming/timeshift.php?username=eve&password=pass-eve&stream=101&start=\(begin)&duration=1"
            let client = serving.client("Television/1.0")
            #expect(try await client.get(query, method: "HEAD").status == 200)
            #expect(try await client.get("/timeshift/eve/pass-eve/5/2020-01-01:00-00/101.m3u8").status == 404)

            let closed = try await tail.first("connection.closed", within: .seconds(40)) {
                $0.text("reason") == "finished"
            }
            let took = ContinuousClock.now - asked
            #expect(closed.number("connection") == opened.number("connection"))
            #expect(stream.check.faults == [])
            let watched = try await Screening(file: stream.file)
            #expect(Self.faults("TS", watched) == [])
            let length = Double(watched.pictures.count) / 25
            #expect(length >= 16, "\(watched.summary)")
            // Ten seconds are sent ahead.
            #expect(took > .seconds(length - 13) && took < .seconds(length), "\(took) for \(length) s")
            #expect(try await serving.stop() == .code(0))
        }

        @Test func `what was kept outlives a kill, and the hole is a discontinuity`() async throws {
            let supplier = try await ScriptedSupplier(try await ReelWorkshop.shared.reel())
            let (station, first) = try await Self.station(supplier)
            let begin = Self.now
            try await Download.listen(9)
            first.program.signal(SIGKILL)
            _ = try await first.program.exit(within: .seconds(5))
            let serving = try await station.serve()
            try await Download.listen(10)

            let path = "/timeshift/ada/pass-ada/5/\(Self.start(begin))/101.m3u8"
            let session = try await Session(serving.client("Television/1.0"), path)
            let discontinuities = session.first.text.split(separator: "\n").count { $0 == "#EXT-X-DISCONTINUITY" }
            #expect(discontinuities == 1, "\(session.first.text)")
            for name in session.first.addresses { #expect(try await session.segment(name).body.first == 0x47) }
            let stream = try await TransportRecorder(
                serving.url("/live/ada/pass-ada/101.ts?utc=\(begin)&lutc=\(Self.now - 1)")
            )
            let tail = try await station.follow()
            try await tail.first("connection.closed", within: .seconds(40)) { $0.text("reason") == "finished" }
            let seen = try await Screening(file: stream.file)
            // Times of another process begin anew, which ffmpeg says of the file it writes; decoding has no error.
            let errors = seen.errors.filter { !$0.contains("non monotonically increasing dts to muxer") }
            #expect(errors == [] && seen.unreadable == 0, "\(errors) \(seen.unreadable) unreadable")
            #expect(seen.skipped > 0 || seen.repeated > 0, "no hole in \(seen.pictures.count) pictures")
            #expect(try await serving.stop() == .code(0))
        }
    }
}
