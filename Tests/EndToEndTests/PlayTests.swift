import TestKit
import Testing

extension EndToEndTests {
    /// What a viewer's player makes of what it gets.
    struct PlayTests {
        @Test func `every kind of source plays as HLS and as MPEG-TS at once and without an error`() async throws {
            let file = try await Media.h264.file
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: file))])
            async let nginx = Nginx(playing: .h264)
            let station = try Station()
            let serving = try await station.serve()
            let (hlsURL, rtmpURL) = (try await nginx.hlsURL, try await nginx.rtmpURL)
            try await station.apply(
                Catalogue(channels: [
                    Catalogue.channel(101, supplier.url("/one.ts")),
                    Catalogue.channel(102, hlsURL),
                    Catalogue.channel(103, rtmpURL),
                ]).text
            )
            let sources = [(101, "HTTP-TS"), (102, "HLS"), (103, "RTMP")]
            let wanted = sources.flatMap { id, kind in ["m3u8", "ts"].map { (id, kind, $0) } }
            // A player shows a spinner until then: two seconds to the next random access point, and room for a busy machine.
            async let starts = together(sources) { id, kind in
                let stream = try serving.client("Impatient/1.0").ask("/live/ada/pass-ada/\(id).ts?device_id=one-\(id)")
                try await stream.body(of: 10_000, "the first pictures of \(kind)", within: .seconds(6))
                return kind
            }
            let faults = try await together(wanted) { id, kind, output in
                let url = serving.url("/live/ada/pass-ada/\(id).\(output)?device_id=\(output)-\(id)")
                return try await Play("\(kind) as \(output)", url, seconds: 20).faults()
            }
            #expect(try await starts == sources.map(\.1))
            #expect(faults.flatMap(\.self) == [])
            withExtendedLifetime(supplier) {}
            withExtendedLifetime(try await nginx) {}
        }

        @Test func `HEVC with AC-3, and MPEG-2 with MP2, play as MPEG-TS without an error`() async throws {
            let media: [Media] = [.hevc, .mpeg2]
            let streams = try await together(media) { try PacedStream(file: try await $0.file) }
            let supplier = try Supplier(["/hevc.ts": .stream(streams[0]), "/mpeg2.ts": .stream(streams[1])])
            let station = try Station()
            let serving = try await station.serve()
            try await station.apply(
                Catalogue(channels: [
                    Catalogue.channel(201, supplier.url("/hevc.ts")),
                    Catalogue.channel(202, supplier.url("/mpeg2.ts")),
                ]).text
            )
            let faults = try await together([(201, "HEVC and AC-3"), (202, "MPEG-2 and MP2")]) { id, name in
                try await Play(name, serving.url("/live/ada/pass-ada/\(id).ts?device_id=ts-\(id)"), seconds: 8).faults()
            }
            #expect(faults.flatMap(\.self) == [])
            withExtendedLifetime(supplier) {}
        }
    }
}
