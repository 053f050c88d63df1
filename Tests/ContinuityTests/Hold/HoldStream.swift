import Foundation
import MPEGTS
import Model
import Synchronization
import Testing

/// A stream that `ffmpeg` makes from a generated picture, as access units, and each of its pictures as a strict decoder
/// shows it.
struct HoldStream: Sendable {
    /// How a stream is made.
    struct Recipe: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var arguments: [String]
        /// How the judge reads it.
        var decoding: [String] = []
        var size = "320x180"
    }

    var track: Track
    var units: [AccessUnit]
    /// Hashes of the pictures by presentation time.
    var frames: [Int64: String]
    var decoding: [String]

    private static let made = HoldStreamCache()

    static func make(_ recipe: Recipe) throws -> HoldStream {
        try self.made.value(recipe.testDescription) {
            let bytes = try Self.encoded(recipe)
            var demuxer = Demuxer()
            var track: Track?
            var units: [AccessUnit] = []
            let take = { (output: Demuxer.Output) in
                switch output {
                case .tracks(let tracks): track = tracks.first
                case .unit(let unit): units.append(unit)
                default: break
                }
            }
            demuxer.push(bytes, take)
            demuxer.fileEnded(take)
            let found = try #require(track)
            var stream = HoldStream(track: found, units: units, frames: [:], decoding: recipe.decoding)
            let frames = try stream.decoded(units)
            stream.frames = Dictionary(frames.map { ($0.time, $0.hash) }) { first, _ in first }
            return stream
        }
    }

    private static func encoded(_ recipe: Recipe) throws -> [UInt8] {
        let file = Self.temporary()
        defer { try? FileManager.default.removeItem(atPath: file) }
        let source = ["-f", "lavfi", "-i", "testsrc2=s=\(recipe.size):r=25:d=5", "-pix_fmt", "yuv420p"]
        let answer = try Self.run(["-v", "error", "-y"] + source + recipe.arguments + ["-f", "mpegts", file])
        try #require(answer.status == 0, "\(answer.errors)")
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    }

    /// The units in a transport stream of their own.
    func muxed(_ units: [AccessUnit]) throws -> [UInt8] {
        var muxer = Muxer(tracks: [self.track])
        var bytes: [UInt8] = []
        for unit in units {
            let outcome = muxer.write(unit, into: &bytes)
            try #require(outcome == .written, "\(outcome)")
        }
        return bytes
    }

    /// What a strict decoder shows of the units, in order; it must not say a word.
    func decoded(_ units: [AccessUnit]) throws -> [(time: Int64, hash: String)] {
        let file = Self.temporary()
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data(self.muxed(units)).write(to: URL(fileURLWithPath: file))
        let answer = try Self.run(
            ["-v", "error", "-xerror", "-copyts"] + self.decoding + ["-i", file]
                + ["-enc_time_base", "1:90000", "-vsync", "passthrough", "-f", "framemd5", "-"]
        )
        try #require(answer.status == 0 && answer.errors.isEmpty, "\(answer.status): \(answer.errors)")
        return answer.output.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            guard fields.count == 6, let time = Int64(fields[2]) else { return nil }
            return (time, fields[5])
        }
    }

    private static func temporary() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("baton-hold-\(UUID().uuidString)").path
    }

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["ffmpeg"] + arguments
        process.standardInput = FileHandle.nullDevice
        let output = Self.temporary()
        let errors = Self.temporary()
        for file in [output, errors] { try Data().write(to: URL(fileURLWithPath: file)) }
        defer { for file in [output, errors] { try? FileManager.default.removeItem(atPath: file) } }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try process.run()
        process.waitUntilExit()
        func text(_ file: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
        }
        return (process.terminationStatus, try text(output), try text(errors))
    }
}

/// Streams made once for all tests of a run, since encoding takes longest.
private final class HoldStreamCache: Sendable {
    private let streams = Mutex<[String: HoldStream]>([:])

    func value(_ name: String, _ make: () throws -> HoldStream) throws -> HoldStream {
        try self.streams.withLock { streams in
            if let stream = streams[name] { return stream }
            let stream = try make()
            streams[name] = stream
            return stream
        }
    }
}
