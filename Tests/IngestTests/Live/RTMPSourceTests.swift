import MPEGTS
import Model
import NIOPosix
import Testing

@testable import Ingest

extension LiveTests {
    @Suite(.enabled(if: RTMPServer.isInstalled)) struct RTMPSourceTests {
        static func with(
            _ configuration: IngestConfiguration = .impatient,
            _ body: (IngestEngine, RTMPServer) async throws -> Void
        ) async throws {
            let server = try await RTMPServer()
            defer { server.stop() }
            let engine = IngestEngine(
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                configuration: configuration
            )
            do {
                try await body(engine, server)
                await engine.shutdown()
            } catch {
                await engine.shutdown()
                throw error
            }
        }

        static var patient: IngestConfiguration {
            var configuration = IngestConfiguration.impatient
            configuration.firstByteMilliseconds = 20_000
            configuration.stallMilliseconds = 20_000
            return configuration
        }

        @Test
        func
            `a published stream gives tracks and pictures, a publisher that returns a discontinuity, a dead server an end`()
            async throws
        {
            try await Self.with(Self.patient) { engine, server in
                let publisher = try server.publish("one")
                var probe = SourceProbe(engine, server.url("/live/one"))
                #expect(await probe.readPictures(30))
                #expect(probe.seen.first == .connected)
                #expect(probe.tracks.first?.map(\.codec) == [.h264, .aac])
                #expect(probe.pictures.first?.isRandomAccessPoint == true)
                server.kill(publisher)
                _ = try server.publish("one")
                #expect(await probe.read { $0 == .discontinuity })
                #expect(await probe.readPictures(10))
                server.stopServer()
                let cause = await probe.ended()?.cause
                #expect(cause == .closed || cause == .reset)
                #expect(engine.heldConnections(of: SupplierID(rawValue: "alpha")) == 0)
            }
        }

        @Test func `a stream that nobody publishes times out, and so does one whose publisher leaves`() async throws {
            var configuration = IngestConfiguration.impatient
            configuration.firstByteMilliseconds = 500
            try await Self.with(configuration) { engine, server in
                var silent = SourceProbe(engine, server.url("/live/nobody"))
                #expect(await silent.ended()?.cause == .timedOut(.firstByte))
                configuration = Self.patient
            }
            var stalling = Self.patient
            stalling.stallMilliseconds = 1_500
            try await Self.with(stalling) { engine, server in
                let publisher = try server.publish("two")
                var probe = SourceProbe(engine, server.url("/live/two"))
                #expect(await probe.readPictures(5))
                server.kill(publisher)
                #expect(await probe.ended()?.cause == .timedOut(.stall))
            }
        }

        @Test func `an unknown application, a dead port and a server of another kind each say so`() async throws {
            try await Self.with { engine, server in
                var unknown = SourceProbe(engine, server.url("/nope/x"))
                let cause = await unknown.ended()?.cause
                #expect(cause?.description.hasPrefix("rtmp-") == true, "\(String(describing: cause))")
                let web = try await SupplierServer.start { _ in .answer(text: "hello") }
                var wrong = SourceProbe(engine, "rtmp://127.0.0.1:\(web.port)/live/x")
                let other = await wrong.ended()?.cause
                #expect(other == .rtmp("handshake") || other == .timedOut(.firstByte), "\(String(describing: other))")
                try await web.stop()
                var refused = SourceProbe(engine, "rtmp://127.0.0.1:\(web.port)/live/x")
                #expect(await refused.ended()?.cause == .refused)
            }
        }

        @Test func `addresses are judged after resolution`() async throws {
            try await Self.with { engine, server in
                for host in ["127.0.0.1", "localhost", "127.1"] {
                    let url = "rtmp://\(host):\(server.port)/live/x"
                    var probe = SourceProbe(engine, url, privateNetwork: false)
                    #expect(await probe.ended()?.cause == .forbiddenAddress)
                }
            }
        }

        @Test func `closing a source frees its slot for the next at once`() async throws {
            try await Self.with(Self.patient) { engine, server in
                _ = try server.publish("three")
                for _ in 0..<5 {
                    var probe = SourceProbe(engine, server.url("/live/three"))
                    #expect(await probe.readPictures(1))
                    probe.handle.close()
                    #expect(await probe.ended()?.cause == .cancelled)
                    #expect(engine.heldConnections(of: SupplierID(rawValue: "alpha")) == 0)
                }
            }
        }
    }
}
