import TestKit
import Testing

extension EndToEndTests {
    /// The playlists and what may be asked of them.
    struct PlaylistTests {
        @Test func `a playlist moves on, and its tags hold`() async throws {
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            let station = try Station()
            let serving = try await station.serve()
            try await station.apply(Catalogue(channels: [Catalogue.channel(101, supplier.url("/one.ts"))]).text)
            let session = try await Session(serving.client("Television/1.0"), "/live/ada/pass-ada/101.m3u8")
            // At least three target durations stay listed, which is 18 s here; the stream is the clock.
            let stream = try serving.client("Clock/1.0").ask("/live/ada/pass-ada/101.ts")
            var sequences: [Int] = []
            var newest: [String] = []
            var last = ""
            for _ in 1...11 {
                try await stream.body(of: stream.bodyCount + 220_000, "the stream")
                let playlist = try await session.playlist()
                last = playlist.text
                #expect(playlist.text.hasPrefix("#EXTM3U\n"))
                let target = try #require(Int(playlist.values(of: "#EXT-X-TARGETDURATION:").first ?? ""))
                let durations = playlist.values(of: "#EXTINF:").compactMap { Double($0.prefix { $0 != "," }) }
                #expect(durations.count == playlist.addresses.count)
                // RFC 8216, 4.3.3.1: rounded to the nearest whole second.
                #expect(durations.allSatisfy { Int($0.rounded()) <= target }, "\(playlist.text)")
                #expect(!playlist.values(of: "#EXT-X-PROGRAM-DATE-TIME:").isEmpty)
                sequences.append(try #require(Int(playlist.values(of: "#EXT-X-MEDIA-SEQUENCE:").first ?? "")))
                newest.append(try #require(playlist.addresses.last))
                #expect(try await session.segment(try #require(newest.last)).body.first == 0x47)
            }
            #expect(sequences == sequences.sorted())
            #expect(try #require(sequences.last) > sequences[0], "\(sequences)\n\(last)")
            #expect(Set(newest).count > 5, "\(newest)")
        }

        @Test func `HEAD answers on every route and opens nothing`() async throws {
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            let station = try Station()
            let serving = try await station.serve()
            try await station.apply(
                Catalogue(channels: [Catalogue.channel(101, supplier.url("/one.ts"))], planConnections: 1).text
            )
            let client = serving.client()
            for path in ["/live/ada/pass-ada/101.m3u8", "/live/ada/pass-ada/101.ts", "/ada/pass-ada/101"] {
                let reply = try await client.get(path, method: "HEAD")
                #expect(reply.status == 200, "\(path): \(reply.head)")
                #expect(reply.body.isEmpty)
            }
            #expect(supplier.traffic.now.openedInAll == 0)

            let session = try await Session(client, "/live/ada/pass-ada/101.m3u8")
            let segment = session.address(of: try #require(session.first.addresses.last))
            for path in [session.address, segment, "/live/ada/pass-ada/101.ts"] {
                let reply = try await client.get(path, method: "HEAD")
                #expect(reply.status == 200, "\(path): \(reply.head)")
                #expect(reply.body.isEmpty)
            }
            #expect(try await serving.stop() == .code(0))
            let events = try await station.events()
            #expect(events.count { $0.type == "connection.opened" } == 1)
            #expect(!events.contains { $0.type == "limit.rejected" })
        }
    }
}
