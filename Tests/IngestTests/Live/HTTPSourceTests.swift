import Glibc
import MPEGTS
import Model
import Testing

@testable import Ingest

extension LiveTests {
    @Suite struct HTTPSourceTests {
        /// Ten packets: a pace of 4 ms is 3.7 Mbit/s.
        static func pieces(_ bytes: [UInt8], of size: Int = 1_880) -> [[UInt8]] {
            stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<Swift.min($0 + size, bytes.count)]) }
        }

        static func chunk(_ bytes: [UInt8]) -> [UInt8] {
            Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
        }

        @Test func `an endless stream is connected, told its tracks and read, until it is closed`() async throws {
            let media = TestMedia.transportStream
            try #require(media.count > 10_000)
            try await withSupplier({ _ in .head() + [.write(media), .loop(media, milliseconds: 20)] }) {
                engine,
                server in
                var probe = SourceProbe(engine, server.url("/live/u/p/1"))
                #expect(await probe.readPictures(150))
                #expect(probe.seen.first == .connected)
                #expect(probe.tracks.first?.map(\.codec) == [.h264, .aac])
                probe.handle.close()
                let failure = await probe.ended()
                #expect(failure?.cause == .cancelled)
                #expect((failure?.bytes ?? 0) > 10_000)
                await server.book.waitUntilOpen { $0 == 0 }
                let request = try #require(server.book.requests.first)
                #expect(request.headers["user-agent"] == "Baton")
                #expect(request.headers["accept-encoding"] == nil)
            }
        }

        @Test func `a chunked stream that is dribbled gives every picture, and its end is an orderly one`() async throws
        {
            let media = TestMedia.transportStream
            let steps = Self.pieces(media, of: 1_000).map { SupplierServer.Step.write(Self.chunk($0)) }
            try await withSupplier({ _ in
                .head(["Transfer-Encoding: chunked"]) + steps + [.text("0\r\n\r\n"), .close]
            }) { engine, server in
                var probe = SourceProbe(engine, server.url("/1.ts"))
                let failure = await probe.ended()
                #expect(failure == SourceFailure(cause: .closed, bytes: Int64(media.count)))
                #expect(probe.pictures.count >= 98)
                #expect(probe.notices == [])
            }
        }

        @Test func `a stream with a length that is cut short is a reset, one that ends with its connection is closed`()
            async throws
        {
            let media = TestMedia.transportStream
            try await withSupplier({ request in
                request.path == "/cut"
                    ? .head(["Content-Length: 99999999"]) + [.write(media), .close]
                    : .head() + [.write(media), .close]
            }) { engine, server in
                var cut = SourceProbe(engine, server.url("/cut"))
                #expect(await cut.ended()?.cause == .reset)
                var whole = SourceProbe(engine, server.url("/whole"))
                #expect(await whole.ended()?.cause == .closed)
            }
        }

        @Test func `a reset in the middle of a packet ends the source without half a picture`() async throws {
            let media = Array(TestMedia.transportStream.prefix(188 * 60 + 77))
            try await withSupplier({ _ in
                .head() + [.write(media), .pause(milliseconds: 100), .reset]
            }) { engine, server in
                var probe = SourceProbe(engine, server.url("/1.ts"))
                #expect(await probe.ended()?.cause == .reset)
                #expect(probe.count(of: .connected) == 1)
            }
        }

        @Test func `what is not media is named and never handed on`() async throws {
            let page = "<!DOCTYPE html><title>Sign in</title>" + String(repeating: " ", count: 100)
            let cases: [(target: String, steps: [SupplierServer.Step], cause: SourceFailure.Cause)] = [
                ("/html", .answer(text: page, type: "video/mp2t"), .notMedia(.html)),
                ("/json", .answer(text: "{\"error\":\"expired\"}", type: "video/mp2t"), .notMedia(.json)),
                ("/empty", .answer([]), .notMedia(.empty)),
                ("/text", .answer(text: "Forbidden"), .notMedia(.text)),
                ("/404", .answer(text: page, status: "404 Not Found"), .httpStatus(404)),
                ("/403", .answer([], status: "403 Forbidden"), .httpStatus(403)),
                ("/500", .answer(text: "x", status: "500 Oops"), .httpStatus(500)),
                ("/flv", .answer([0x46, 0x4C, 0x56, 1, 5, 0, 0, 0, 9]), .notMedia(.flv)),
                ("/http09", [.text("hello, this is no HTTP\n"), .close], .notMedia(.unrecognised)),
                ("/nothing", [.close], .reset),
                ("/page.m3u8", .answer(text: page), .notMedia(.html)),
                ("/empty.m3u8", .answer([]), .notMedia(.empty)),
            ]
            let answers = Dictionary(uniqueKeysWithValues: cases.map { ($0.target, $0.steps) })
            try await withSupplier({ answers[$0.path] ?? [] }) { engine, server in
                for testCase in cases {
                    var probe = SourceProbe(engine, server.url(testCase.target))
                    let failure = await probe.ended()
                    #expect(failure?.cause == testCase.cause, "\(testCase.target)")
                    #expect(probe.seen.count == 1, "\(testCase.target)")
                }
            }
        }

        @Test func `a refused port, an unknown host and a bad address each say so`() async throws {
            try await withSupplier({ _ in [] }) { engine, _ in
                let gone = try await SupplierServer.start { _ in [] }
                try await gone.stop()
                var refused = SourceProbe(engine, gone.url("/1.ts"))
                #expect(await refused.ended()?.cause == .refused)
                var unresolved = SourceProbe(engine, "http://no-such-host.invalid/1.ts")
                #expect(await unresolved.ended()?.cause == .unresolved)
                var bad = SourceProbe(engine, "ftp://127.0.0.1/1.ts")
                #expect(await bad.ended()?.cause == .badURL(.unsupportedScheme))
            }
        }

        @Test func `each kind of slowness has its own time-out`() async throws {
            let packet = ContentSnifferTests.packets(1)
            let cases: [(target: String, steps: [SupplierServer.Step], cause: SourceFailure.Cause)] = [
                ("/silent", [.hang], .timedOut(.firstByte)),
                (
                    "/slow-header", [.text("HTTP/1.1 200 OK\r\n"), .loop(Array("X-A: b\r\n".utf8), milliseconds: 20)],
                    .timedOut(.firstByte)
                ),
                ("/no-body", .head() + [.hang], .timedOut(.firstByte)),
                ("/drip", .head() + [.loop([0x47], milliseconds: 20)], .timedOut(.stall)),
                ("/stall", .head() + [.write(TestMedia.transportStream), .hang], .timedOut(.stall)),
                ("/drip.m3u8", .head() + [.text("#EXTM3U\n"), .loop(packet, milliseconds: 50)], .timedOut(.total)),
                ("/tellless", .head() + [.text("#EXTM3U\n"), .loop(packet, milliseconds: 50)], .timedOut(.total)),
            ]
            let answers = Dictionary(uniqueKeysWithValues: cases.map { ($0.target, $0.steps) })
            try await withSupplier({ answers[$0.path] ?? [] }) { engine, server in
                for testCase in cases {
                    var probe = SourceProbe(engine, server.url(testCase.target))
                    #expect(await probe.ended()?.cause == testCase.cause, "\(testCase.target)")
                }
                await server.book.waitUntilOpen { $0 == 0 }
            }
        }

        @Test func `redirects are followed to media, but not in circles, to other schemes or to forbidden addresses`()
            async throws
        {
            let media = TestMedia.transportStream
            try await withSupplier({ request in
                switch request.path {
                case "/loop": .redirect(to: "/loop")
                case "/file": .redirect(to: "file:///etc/passwd")
                case "/ftp": .redirect(to: "ftp://127.0.0.1/x")
                case "/multicast": .redirect(to: "http://224.0.0.1/x")
                case "/unspecified": .redirect(to: "http://0/x")
                case "/a": .redirect(to: "/b?token=1")
                default: .head() + [.write(media), .close]
                }
            }) { engine, server in
                for (target, cause) in [
                    ("/loop", SourceFailure.Cause.tooManyRedirects), ("/file", .forbiddenScheme),
                    ("/ftp", .forbiddenScheme), ("/multicast", .forbiddenAddress), ("/unspecified", .forbiddenAddress),
                    ("/a", .closed),
                ] {
                    var probe = SourceProbe(engine, server.url(target))
                    #expect(await probe.ended()?.cause == cause, "\(target)")
                }
                #expect(server.book.requests.count { $0.path == "/loop" } == 6)
            }
        }

        @Test func `a source without the permission never opens a socket to a private address`() async throws {
            try await withSupplier({ _ in .answer(text: "secret") }) { engine, server in
                let hosts = [
                    "127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "0177.0.0.1", "[::ffff:127.0.0.1]",
                ]
                for host in hosts {
                    var probe = SourceProbe(engine, "http://\(host):\(server.port)/1.ts", privateNetwork: false)
                    #expect(await probe.ended()?.cause == .forbiddenAddress, "\(host)")
                }
                #expect(server.book.connections == 0)
            }
        }

        @Test func `the environment's proxy is not used`() async throws {
            setenv("http_proxy", "http://127.0.0.1:9", 1)
            defer { unsetenv("http_proxy") }
            let media = TestMedia.transportStream
            try await withSupplier({ _ in .head() + [.write(media), .close] }) { engine, server in
                var probe = SourceProbe(engine, server.url("/1.ts"))
                #expect(await probe.ended()?.cause == .closed)
            }
        }

        @Test func `a fast stream into a slow consumer is paused and loses nothing`() async throws {
            let piece = ContentSnifferTests.packets(700)
            var configuration = IngestConfiguration.impatient
            configuration.backlogBytesMax = 64 << 10
            configuration.stallMilliseconds = 5_000
            try await withSupplier(
                { _ in .head() + [.pour(piece, times: 100), .close] },
                configuration: configuration
            ) { engine, server in
                var probe = SourceProbe(engine, server.url("/1.ts"))
                let failure = await probe.ended()
                #expect(failure == SourceFailure(cause: .closed, bytes: Int64(piece.count * 100)))
                #expect(probe.notices == [])
            }
        }

        @Test func `a supplier's limit holds through reconnects, and who waits too long is told`() async throws {
            let media = TestMedia.transportStream
            try await withSupplier({ _ in .head() + [.loop(media, milliseconds: 20)] }) { engine, server in
                engine.setLimit(2, of: SupplierID(rawValue: "alpha"))
                var first = SourceProbe(engine, server.url("/1.ts"))
                var second = SourceProbe(engine, server.url("/2.ts"))
                #expect(await first.readPictures(1))
                #expect(await second.readPictures(1))
                var third = SourceProbe(engine, server.url("/3.ts"))
                #expect(await third.ended()?.cause == .slotUnavailable)
                for round in 0..<20 {
                    first.handle.close()
                    var next = SourceProbe(engine, server.url("/again\(round)"))
                    #expect(await next.readPictures(1))
                    #expect(await first.ended()?.cause == .cancelled)
                    first = next
                }
                #expect(engine.heldConnections(of: SupplierID(rawValue: "alpha")) == 2)
                #expect(server.book.openMax == 2)
                first.handle.close()
                second.handle.close()
                #expect(await first.ended() != nil)
                #expect(await second.ended() != nil)
                #expect(engine.heldConnections(of: SupplierID(rawValue: "alpha")) == 0)
                await server.book.waitUntilOpen { $0 == 0 }
            }
        }

        @Test func `a connection that was offered goes to whoever waits, and a spare one never waits`() async throws {
            let media = TestMedia.transportStream
            var configuration = IngestConfiguration.impatient
            configuration.slotWaitMilliseconds = 60_000
            try await withSupplier(
                { _ in .head() + [.loop(media, milliseconds: 20)] },
                configuration: configuration
            ) { engine, server in
                engine.setLimit(1, of: SupplierID(rawValue: "alpha"))
                var lingering = SourceProbe(engine, server.url("/1.ts"))
                #expect(await lingering.readPictures(1))
                var spare = SourceProbe(engine, server.url("/2.ts"), claim: .spare(leaving: 0))
                #expect(await spare.ended()?.cause == .slotUnavailable)
                var waiting = SourceProbe(engine, server.url("/3.ts"))
                lingering.handle.offerSlot(true)
                #expect(await lingering.read { $0 == .slotWanted })
                lingering.handle.close()
                #expect(await waiting.readPictures(1))
                #expect(await lingering.ended()?.cause == .cancelled)
                #expect(server.book.openMax == 1)
            }
        }

        @Test func `shutting down ends every source, and later ones at once`() async throws {
            let media = Array(TestMedia.transportStream.prefix(188 * 200))
            var configuration = IngestConfiguration.impatient
            configuration.firstByteMilliseconds = 10_000
            configuration.stallMilliseconds = 10_000
            try await withSupplier(
                { _ in .head() + [.loop(media, milliseconds: 500)] },
                configuration: configuration
            ) { engine, server in
                engine.setLimit(100, of: SupplierID(rawValue: "alpha"))
                var probes = (0..<70).map { SourceProbe(engine, server.url("/\($0)")) }
                for index in probes.indices { #expect(await probes[index].readPictures(1)) }
                await engine.shutdown()
                for index in probes.indices { #expect(await probes[index].ended()?.cause == .cancelled) }
                await server.book.waitUntilOpen { $0 == 0 }
                var late = SourceProbe(engine, server.url("/late"))
                #expect(await late.ended()?.cause == .cancelled)
            }
        }
    }
}
