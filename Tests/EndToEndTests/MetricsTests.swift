import TestKit
import Testing

extension EndToEndTests {
    /// What monitoring reads of a running service.
    struct MetricsTests {
        @Test func `metrics tell of a viewer, of its refused neighbour and of the supplier, and name nobody`()
            async throws
        {
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            let adminPort = try Loopback.freePort()
            let station = try Station(adminPort: adminPort)
            let serving = try await station.serve()
            let tail = try await station.follow()
            let one = Catalogue.channel(101, supplier.url("/one.ts"))
            try await station.apply(Catalogue(channels: [one], planConnections: 1).text)
            let stream = try serving.client("Box/1").ask("/live/ada/pass-ada/101.ts")
            try await stream.body(of: 20_000, "the stream")
            #expect(
                try await serving.client("Telephone/2", from: "127.0.0.2").get("/live/ada/pass-ada/101.ts").status
                    == 429
            )
            try await tail.first("limit.rejected")
            let page = try await Self.page(adminPort) { $0.contains("baton_connections_refused_total{") }
            for line in [
                #"baton_viewers{output="ts"} 1"#, "baton_healthy 1", #"baton_connections_opened_total{output="ts"} 1"#,
                #"baton_connections_refused_total{rule="max-connections"} 1"#, #"baton_channels{state="live"} 1"#,
                #"baton_events_total{type="limit.rejected"} 1"#,
            ] {
                #expect(page.contains("\n\(line)\n"), "\(line)")
            }
            #expect(page.contains("baton_supplier_connections{supplier=") && !page.contains("ada"))
            #expect(!page.contains("/one.ts"))
            #expect(try await serving.stop() == .code(0))
        }

        /// Asks until the page has what was waited for: it is told again for a second.
        private static func page(_ port: Int, _ isThere: (String) -> Bool) async throws -> String {
            let clock = ContinuousClock()
            let end = clock.now.advanced(by: .seconds(10))
            while true {
                let reply = try await Client(port: port).get("/metrics")
                #expect(reply.status == 200 && reply.head.contains("text/plain; version=0.0.4"))
                let page = String(decoding: reply.body, as: UTF8.self)
                if isThere(page) || clock.now > end { return page }
                await Task.yield()
            }
        }
    }
}
