import TestKit
import Testing

extension EndToEndTests {
    /// What a supplier sees of us.
    struct UpstreamTests {
        @Test func `five viewers take one connection to the supplier, given back after the last`() async throws {
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            let station = try Station()
            let serving = try await station.serve()
            var catalogue = Catalogue(channels: [Catalogue.channel(101, supplier.url("/one.ts"))])
            catalogue.users = ["ada", "ben"]
            try await station.apply(catalogue.text)
            let tail = try await station.follow()
            #expect(supplier.traffic.now.openedInAll == 0)

            let streams = try await together([1, 2, 3]) { number in
                let stream = try serving.client("Box/\(number)").ask("/live/ada/pass-ada/101.ts")
                try await stream.body(of: 50_000, "viewer \(number)")
                return stream
            }
            let sessions = try await together([4, 5]) { number in
                let session = try await Session(serving.client("Television/\(number)"), "/live/ben/pass-ben/101.m3u8")
                let segment = try await session.segment(try #require(session.first.addresses.last))
                #expect(segment.body.count > 10_000)
                return session
            }
            #expect(Set(sessions.map(\.address)).count == 2)
            #expect(supplier.traffic.now.opened == ["/one.ts": 1])

            // Sessions have no sockets: they end when they are silent, or with their credential.
            #expect(try await station.run("credential", "suspend", "ben").isSuccess)
            var seq = 0
            for stream in streams.dropLast() {
                stream.leave()
                seq = try await tail.first("connection.closed", after: seq) { $0.text("reason") == "left" }.seq
            }
            let last = streams[2]
            try await last.body(of: last.bodyCount + 50_000, "the last viewer")
            #expect(supplier.traffic.now.openNow == 1)
            last.leave()
            // 5 s for a viewer who comes back, and 2 s for noticing that none has.
            _ = try await supplier.traffic.first("end of the supplier's connection", within: .seconds(7)) {
                $0.openNow == 0 ? true : nil
            }
            #expect(supplier.traffic.now.opened == ["/one.ts": 1])
            #expect(try await tail.first("ingest.stopped").text("why") == "no-viewers")
        }

        @Test func `a supplier for one connection never sees two`() async throws {
            let stream = Supplier.Answer.stream(try PacedStream(file: try await Media.h264.file))
            let supplier = try Supplier(["/one.ts": stream, "/two.ts": stream])
            let station = try Station()
            let serving = try await station.serve()
            var catalogue = Catalogue(channels: [
                Catalogue.channel(101, supplier.url("/one.ts")), Catalogue.channel(102, supplier.url("/two.ts")),
            ])
            catalogue.suppliers = [("alpha", 1)]
            try await station.apply(catalogue.text)

            let first = try serving.client("Box/1").ask("/live/ada/pass-ada/101.ts")
            try await first.body(of: 50_000, "the first channel")
            let second = try serving.client("Box/2").ask("/live/ada/pass-ada/102.ts")
            #expect(try await second.head("the channel that has no slot").status == 503)
            first.leave()
            _ = try await supplier.traffic.first("end of the first connection", within: .seconds(7)) {
                $0.openNow == 0 ? true : nil
            }
            let again = try serving.client("Box/2").ask("/live/ada/pass-ada/102.ts")
            try await again.body(of: 50_000, "the second channel")
            #expect(supplier.traffic.now.openMax == 1)
            #expect(supplier.traffic.now.opened["/one.ts"] == 1)
        }
    }
}
