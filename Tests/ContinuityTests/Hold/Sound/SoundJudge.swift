import Foundation
import MPEGTS
import Testing

/// The `ffmpeg` of the machine as a maker of live sound and as the judge of what the holder makes of it.
enum SoundJudge {
    /// A stream that `ffmpeg` encodes: two tones and noise, so that an edge has nothing to hide behind.
    struct Recipe: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var codec: Track.Codec
        var arguments: [String]
        var rate = 48_000
        /// Channels of the source, by the name that `ffmpeg` has for them.
        var layout = "stereo"
        /// The name of the elementary stream's format, to write and to read.
        var format: String
        var readFormat: String
        /// The seconds of sound.
        static let seconds = 0.7

        init(
            _ testDescription: String,
            _ codec: Track.Codec,
            _ arguments: [String],
            rate: Int = 48_000,
            layout: String = "stereo",
            format: String,
            readFormat: String? = nil
        ) {
            self.testDescription = testDescription
            self.codec = codec
            self.arguments = arguments
            self.rate = rate
            self.layout = layout
            self.format = format
            self.readFormat = readFormat ?? format
        }
    }

    /// Samples as decoded: one array of all channels, interleaved.
    struct Sound {
        var samples: [Float]
        var channels: Int
        var frames: Int { self.samples.count / max(1, self.channels) }

        /// The largest sample of these frames.
        func peak(_ frames: Range<Int>) -> Float {
            let range = frames.clamped(to: 0..<self.frames)
            return self.samples[range.lowerBound * self.channels..<range.upperBound * self.channels]
                .reduce(0) { max($0, abs($1)) }
        }

        /// The largest second difference of any channel: what a click is large in.
        func roughness(_ frames: Range<Int>) -> Float {
            let range = frames.clamped(to: 2..<self.frames)
            var largest: Float = 0
            for frame in range {
                for channel in 0..<self.channels {
                    let index = frame * self.channels + channel
                    let difference =
                        self.samples[index] - 2 * self.samples[index - self.channels]
                        + self.samples[index - 2 * self.channels]
                    largest = max(largest, abs(difference))
                }
            }
            return largest
        }
    }

    /// The elementary stream of a recipe.
    static func encoded(_ recipe: Recipe) throws -> [UInt8] {
        let channels = "aformat=channel_layouts=\(recipe.layout):sample_rates=\(recipe.rate)"
        let source =
            "sine=f=441:r=\(recipe.rate):d=\(Recipe.seconds),volume=1[a];"
            + "anoisesrc=c=pink:r=\(recipe.rate):a=0.3:d=\(Recipe.seconds):seed=7[b];"
            + "[a][b]amix=inputs=2,\(channels)[o]"
        let answer = try self.run(
            ["-v", "error", "-filter_complex", source, "-map", "[o]"] + recipe.arguments
                + ["-f", recipe.format, "-"],
            input: []
        )
        try #require(answer.errors == "")
        return answer.output
    }

    /// What a strict decoder hears, and what it complains about.
    static func decoded(_ bytes: [UInt8], _ recipe: Recipe, channels: Int) throws -> (sound: Sound, complaints: String)
    {
        let answer = try self.run(
            [
                "-v", "error", "-xerror", "-err_detect", "crccheck+explode", "-f", recipe.readFormat, "-i", "-", "-f",
                "f32le", "-c:a", "pcm_f32le", "-",
            ],
            input: bytes
        )
        let samples = answer.output.withUnsafeBytes { raw in
            (0..<raw.count / 4).map { Float(bitPattern: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)) }
        }
        return (Sound(samples: samples, channels: channels), answer.errors)
    }

    /// What a strict decoder complains about in frames of any parameters.
    static func complaints(about bytes: [UInt8], format: String) throws -> String {
        try self.run(
            [
                "-v", "error", "-xerror", "-err_detect", "crccheck+explode", "-f", format, "-i", "-", "-f", "null", "-",
            ],
            input: bytes
        ).errors
    }

    private static func run(_ arguments: [String], input: [UInt8]) throws -> (output: [UInt8], errors: String) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("baton-sound-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files for two of the three, so that none waits for another to be read.
        let source = folder.appendingPathComponent("in")
        let errors = folder.appendingPathComponent("err")
        try Data(input).write(to: source)
        try Data().write(to: errors)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["ffmpeg", "-nostdin"] + arguments
        process.standardInput = try FileHandle(forReadingFrom: source)
        process.standardError = try FileHandle(forWritingTo: errors)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        let complaints = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        return (bytes, process.terminationStatus == 0 ? complaints : "exit \(process.terminationStatus): \(complaints)")
    }
}
