import HLS
import MPEGTS
import Model
import Synchronization
import Testing

@testable import Ingest

extension LiveTests {
    @Suite struct HLSSourceTests {
        /// Serves files by the last component of their path.
        static func serve(_ files: [String: [UInt8]]) -> SupplierServer.Script {
            { request in
                let name = String(request.path.split(separator: "/").last ?? "")
                guard let body = files[name] else { return .answer([], status: "404 Not Found") }
                guard let range = request.headers["range"]?.dropFirst("bytes=".count).split(separator: "-"),
                    let first = range.first.flatMap({ Int($0) }), let last = range.last.flatMap({ Int($0) })
                else { return .answer(body) }
                return .answer(Array(body[first...Swift.min(last, body.count - 1)]), status: "206 Partial Content")
            }
        }

        static func playlist(_ files: [String: [UInt8]]) -> String {
            String(decoding: files["out.m3u8"] ?? [], as: UTF8.self)
        }

        @Test
        func `relative segments are fetched in order over one connection, and the end of the list is an orderly one`()
            async throws
        {
            let files = TestMedia.segments
            try #require(files.count >= 5)
            try await withSupplier(Self.serve(files)) { engine, server in
                var probe = SourceProbe(engine, server.url("/live/u/p/out.m3u8"))
                #expect(await probe.ended()?.cause == .closed)
                #expect(probe.seen.first == .connected)
                #expect(probe.pictures.count == 100)
                #expect(probe.pictures.compactMap(\.dts) == probe.pictures.compactMap(\.dts).sorted())
                #expect(probe.count(of: .discontinuity) == 0)
                #expect(probe.notices == [])
                #expect(server.book.connections == 1)
                let paths = server.book.requests.map(\.path)
                #expect(paths == ["out.m3u8", "seg0.ts", "seg1.ts", "seg2.ts", "seg3.ts"].map { "/live/u/p/\($0)" })
            }
        }

        @Test func `an address that does not tell is followed as the playlist it turns out to be`() async throws {
            let files = TestMedia.segments
            let playlist = Array(Self.playlist(files).utf8)
            try await withSupplier({ request in
                request.path == "/live/u/p/7" ? .answer(playlist) : Self.serve(files)(request)
            }) { engine, server in
                var probe = SourceProbe(engine, server.url("/live/u/p/7"))
                #expect(await probe.ended()?.cause == .closed)
                #expect(probe.pictures.count == 100)
                #expect(server.book.requests.count { $0.path == "/live/u/p/7" } == 1)
            }
        }

        @Test func `a stream behind a playlist's name is read as the stream it is`() async throws {
            let media = TestMedia.transportStream
            try await withSupplier({ _ in .head() + [.loop(media, milliseconds: 20)] }) { engine, server in
                var probe = SourceProbe(engine, server.url("/live.m3u8"))
                #expect(await probe.readPictures(10))
                probe.handle.close()
                #expect(await probe.ended()?.cause == .cancelled)
                #expect(server.book.openMax == 1)
            }
        }

        @Test func `after redirects, relative addresses are relative to where they led`() async throws {
            let files = TestMedia.segments
            let multivariant = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000000\nmedia/out.m3u8\n"
            try await withSupplier({ request in
                switch request.path {
                case "/a/main.m3u8": .redirect(to: "/b/c/main.m3u8?session=1")
                case "/b/c/main.m3u8": .answer(text: multivariant)
                case "/b/c/media/out.m3u8": .redirect(to: "/edge/out.m3u8")
                default:
                    request.path.hasPrefix("/edge/") ? Self.serve(files)(request) : .answer([], status: "404 Not Found")
                }
            }) { engine, server in
                var probe = SourceProbe(engine, server.url("/a/main.m3u8"))
                #expect(await probe.ended()?.cause == .closed)
                #expect(probe.pictures.count == 100)
                #expect(server.book.openMax == 1)
            }
        }

        @Test func `absolute addresses on another server are fetched with one connection at a time`() async throws {
            let files = TestMedia.segments
            let other = try await SupplierServer.start(Self.serve(files))
            let playlist = Self.playlist(files).replacing("seg", with: other.url("/x/seg"))
            try await withSupplier({ _ in .answer(text: playlist) }) { engine, server in
                var probe = SourceProbe(engine, server.url("/out.m3u8"))
                #expect(await probe.ended()?.cause == .closed)
                #expect(probe.pictures.count == 100)
                #expect(other.book.connections == 1)
                await server.book.waitUntilOpen { $0 == 0 }
                await other.book.waitUntilOpen { $0 == 0 }
            }
            try await other.stop()
        }

        @Test func `byte ranges are fetched, also from a server that ignores Range`() async throws {
            let files = TestMedia.ranges
            try #require(files["out.ts"] != nil)
            for honoursRange in [true, false] {
                try await withSupplier({ request in
                    var request = request
                    if !honoursRange { request.headers["range"] = nil }
                    return Self.serve(files)(request)
                }) { engine, server in
                    var probe = SourceProbe(engine, server.url("/out.m3u8"))
                    #expect(await probe.ended()?.cause == .closed)
                    #expect(probe.pictures.count == 100, "\(honoursRange)")
                    #expect(server.book.requests.dropFirst().allSatisfy { $0.headers["range"] != nil })
                }
            }
        }

        @Test func `AES-128 segments are decrypted and their key is fetched once`() async throws {
            let files = TestMedia.encrypted.merging(["secret.key": TestMedia.key]) { $1 }
            try #require(Self.playlist(files).contains("#EXT-X-KEY:METHOD=AES-128"))
            try await withSupplier(Self.serve(files)) { engine, server in
                var probe = SourceProbe(engine, server.url("/out.m3u8"))
                #expect(await probe.ended()?.cause == .closed)
                #expect(probe.pictures.count == 100)
                #expect(probe.notices == [])
                #expect(server.book.requests.count { $0.path == "/secret.key" } == 1)
            }
        }

        @Test func `a wrong or missing key ends the source and hands nothing on`() async throws {
            let playlist = Self.playlist(TestMedia.encrypted)
            let shortened = playlist.prefix(upTo: playlist.firstRange(of: "seg1.ts")?.lowerBound ?? playlist.endIndex)
            for (key, cause) in [
                ([UInt8](repeating: 7, count: 16), SourceFailure.Cause.closed),
                (Array("<html>no</html>".utf8), .decryption),
                ([UInt8](repeating: 7, count: 2_000), .tooLarge(limit: 1_024)),
            ] {
                let files = TestMedia.encrypted.merging([
                    "secret.key": key, "out.m3u8": Array((shortened + "seg0.ts?\n#EXT-X-ENDLIST\n").utf8),
                ]) { $1 }
                try await withSupplier(Self.serve(files)) { engine, server in
                    var probe = SourceProbe(engine, server.url("/out.m3u8"))
                    let failure = await probe.ended()
                    #expect(probe.units.isEmpty)
                    #expect(failure?.cause == cause)
                    #expect(!probe.notices.isEmpty)
                }
            }
        }

        @Test func `a discontinuity is told between the segments it stands between`() async throws {
            let files = TestMedia.segments
            let playlist = """
                #EXTM3U
                #EXT-X-TARGETDURATION:1
                #EXTINF:1.0,
                seg0.ts
                #EXT-X-DISCONTINUITY
                #EXTINF:1.0,
                seg0.ts?again
                #EXTINF:1.0,
                seg1.ts
                #EXT-X-ENDLIST

                """
            try await withSupplier({ request in
                request.path == "/out.m3u8" ? .answer(text: playlist) : Self.serve(files)(request)
            }) { engine, server in
                var probe = SourceProbe(engine, server.url("/out.m3u8"))
                #expect(await probe.ended()?.cause == .closed)
                #expect(probe.count(of: .discontinuity) == 1)
                let index = try #require(probe.seen.firstIndex(of: .discontinuity))
                let before = probe.seen[..<index].reduce(0) { count, output in
                    if case .units(let units) = output { count + units.count { $0.pid == 0x100 } } else { count }
                }
                #expect(before == 25)
                #expect(probe.pictures.count == 75)
            }
        }

        @Test func `segments that left the playlist are counted, and following goes on behind them`() async throws {
            let files = TestMedia.segments
            let loads = Mutex(0)
            try await withSupplier({ request in
                guard request.path == "/out.m3u8" else { return Self.serve(files)(request) }
                let load = loads.withLock { loads in
                    loads += 1
                    return loads
                }
                let live = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
                return load == 1
                    ? .answer(text: live + "#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nseg0.ts\n")
                    : .answer(
                        text: live
                            + "#EXT-X-MEDIA-SEQUENCE:2\n#EXTINF:1,\nseg2.ts\n#EXTINF:1,\nseg3.ts\n#EXT-X-ENDLIST\n"
                    )
            }) { engine, server in
                var probe = SourceProbe(engine, server.url("/out.m3u8"))
                #expect(await probe.ended()?.cause == .closed)
                guard probe.notices.count == 1, case .segmentsLost(1, let length) = probe.notices[0] else {
                    Issue.record("\(probe.notices)")
                    return
                }
                #expect(length > .zero)
                #expect(probe.pictures.count == 75)
            }
        }

        @Test func `a segment that fails at first is tried again and given once`() async throws {
            let files = TestMedia.segments
            let failures = Mutex(["/seg1.ts": 1, "/seg2.ts": 1])
            try await withSupplier({ request in
                let isDue = failures.withLock { failures in
                    guard let left = failures[request.path], left > 0 else { return false }
                    failures[request.path] = left - 1
                    return true
                }
                let body = files[String(request.path.dropFirst())] ?? []
                guard isDue else { return .answer(body) }
                // The first breaks off half-way, the second is an error page.
                return request.path == "/seg1.ts"
                    ? .head(["Content-Length: \(body.count)"]) + [.write(Array(body.prefix(body.count / 2))), .close]
                    : .answer(text: "<html>busy</html>", status: "503 Busy")
            }) { engine, server in
                var probe = SourceProbe(engine, server.url("/out.m3u8"))
                #expect(await probe.ended()?.cause == .closed)
                #expect(probe.notices == [.retrying(.reset), .retrying(.httpStatus(503))])
                #expect(probe.pictures.count == 100)
                #expect(Set(probe.pictures.compactMap(\.dts)).count == 100)
            }
        }

        @Test func `playlists that cannot be followed say why`() async throws {
            let bomb = try GzipBomb.of(megabytes: 64)
            let cases: [(target: String, steps: [SupplierServer.Step], cause: SourceFailure.Cause)] = [
                (
                    "/bomb.m3u8",
                    .answer(bomb, headers: ["Content-Encoding: gzip"]), .tooLarge(limit: 4 << 20)
                ),
                (
                    "/endless.m3u8",
                    .head() + [
                        .text("#EXTM3U\n"),
                        .pour(Array("#x\n".utf8) + [UInt8](repeating: 0x23, count: 1 << 20), times: 10),
                    ],
                    .tooLarge(limit: 4 << 20)
                ),
                (
                    "/mp4.m3u8",
                    .answer(text: "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MAP:URI=\"i.mp4\"\n#EXTINF:1,\na.m4s\n"),
                    .unsupported("fragmented-mp4")
                ),
                (
                    "/drm.m3u8",
                    .answer(
                        text:
                            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n#EXTINF:1,\na.ts\n"
                    ),
                    .unsupported("encryption")
                ),
                (
                    "/file.m3u8",
                    .answer(text: "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"),
                    .forbiddenScheme
                ),
                (
                    "/multicast.m3u8",
                    .answer(
                        text: "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://224.0.0.1/a.ts\n#EXT-X-ENDLIST\n"
                    ),
                    .forbiddenAddress
                ),
                (
                    "/key.m3u8",
                    .answer(
                        text:
                            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"gopher://127.0.0.1/k\"\n#EXTINF:1,\na.ts\n"
                    ), .forbiddenScheme
                ),
                (
                    "/variant.m3u8",
                    .answer(text: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nftp://127.0.0.1/a.m3u8\n"), .forbiddenScheme
                ),
            ]
            let answers = Dictionary(uniqueKeysWithValues: cases.map { ($0.target, $0.steps) })
            try await withSupplier({ answers[$0.path] ?? [] }) { engine, server in
                for testCase in cases {
                    var probe = SourceProbe(engine, server.url(testCase.target))
                    #expect(await probe.ended()?.cause == testCase.cause, "\(testCase.target)")
                    #expect(probe.units.isEmpty)
                }
            }
        }
    }
}
