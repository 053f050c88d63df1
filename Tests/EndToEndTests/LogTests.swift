import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// The log, read by the tools of the system and by our own.
    struct LogTests {
        @Test func `the tools of the system read the story, and one wrong byte is named`() async throws {
            let station = try Station()
            try await Self.play(on: station)
            let logFolder = "\(station.data)/log"

            let story = try await Program.run(
                "sh",
                ["-c", "zstdcat \(logFolder)/*.zst | jq -r .type | sort | uniq -c"]
            )
            #expect(story.isSuccess, "\(story)")
            let counts = Self.counts(story.output)
            let once = ["node.started", "node.stopped", "supplier.added", "channel.added", "source.attached"]
            for type in once + ["plan.added", "customer.added", "credential.issued"] {
                #expect(counts[type] == 1, "\(type)")
            }
            for type in ["ingest.started", "client.seen", "connection.opened", "connection.closed"] {
                #expect(counts[type] ?? 0 > 0, "\(type) in \(counts)")
            }
            try await Self.expectSame(station)

            let sealed = try await station.run("log", "seal")
            #expect(sealed.isSuccess, "\(sealed)")
            try await Self.expectSame(station)
            let sound = try await station.run("log", "verify")
            #expect(sound.isSuccess && sound.output.contains("all sound"), "\(sound)")

            let file = try #require(try Self.sealedFile(in: logFolder))
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
            bytes[bytes.count / 2] ^= 0x10
            try Data(bytes).write(to: URL(filePath: file))
            let damaged = try await station.run("log", "verify")
            #expect(damaged.exit == .code(1))
            let name = try #require(file.split(separator: "/").last)
            let complaint = try #require(damaged.output.split(separator: "\n").first { $0.hasPrefix("damaged:") })
            #expect(complaint.contains(name))
            #expect(try complaint.contains(Regex("byte [0-9]+, [0-9]+ bytes")), "\(complaint)")
            #expect(try complaint.contains(Regex("events? (from )?[0-9]+")), "\(complaint)")
        }

        /// One viewer watches one channel for a moment; then the service stops.
        private static func play(on station: Station) async throws {
            let supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
            let serving = try await station.serve()
            try await station.apply(Catalogue(channels: [Catalogue.channel(101, supplier.url("/one.ts"))]).text)
            let stream = try serving.client().ask("/live/ada/pass-ada/101.ts")
            try await stream.body(of: 50_000, "the stream")
            #expect(try await serving.stop() == .code(0))
        }

        /// That `zstdcat` and `baton log cat` print the same bytes.
        private static func expectSame(_ station: Station) async throws {
            let ours = try await station.run("log", "cat")
            let theirs = try await Program.run("sh", ["-c", "zstdcat \(station.data)/log/*.zst"])
            #expect(ours.isSuccess && theirs.isSuccess)
            #expect(ours.output == theirs.output)
            #expect(ours.output.utf8.count > 1_000)
        }

        private static func counts(_ text: String) -> [String: Int] {
            let pairs = text.split(separator: "\n").compactMap { line -> (String, Int)? in
                let words = line.split(separator: " ")
                guard words.count == 2, let count = Int(words[0]) else { return nil }
                return (String(words[1]), count)
            }
            return Dictionary(pairs) { $0 + $1 }
        }

        /// The file of the first events.
        private static func sealedFile(in folder: String) throws -> String? {
            try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".zst") }.min().map {
                "\(folder)/\($0)"
            }
        }
    }
}
