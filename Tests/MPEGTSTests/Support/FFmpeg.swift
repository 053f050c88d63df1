import Foundation
import Testing

/// The `ffmpeg` and `ffprobe` of the machine: makers of source streams and judges of ours.
enum FFmpeg {
    struct Answer {
        var status: Int32
        var output: String
        var errors: String
    }

    /// A stream that `ffmpeg` makes from generated picture and tone.
    struct Recipe: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var seconds = 3
        var rate = 25
        var arguments: [String]

        static let h264AAC = Recipe(
            testDescription: "h264-aac",
            arguments: [
                "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main", "-x264-params",
                "keyint=25:scenecut=0:bframes=2:b-adapt=0", "-c:a", "aac", "-ac", "2",
            ]
        )
        static let hevcAC3 = Recipe(
            testDescription: "hevc-ac3",
            arguments: [
                "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
                "keyint=25:min-keyint=25:scenecut=0:bframes=3:log-level=none", "-c:a", "ac3", "-ac", "2",
            ]
        )
        static let mpeg2MP2 = Recipe(
            testDescription: "mpeg2-mp2",
            arguments: ["-c:v", "mpeg2video", "-b:v", "1M", "-bf", "2", "-g", "12", "-c:a", "mp2", "-ac", "2"]
        )
        static let h264EAC3 = Recipe(
            testDescription: "h264-open-gop-eac3",
            arguments: [
                "-c:v", "libx264", "-preset", "veryfast", "-x264-params",
                "keyint=25:scenecut=0:bframes=3:open-gop=1:b-adapt=0", "-c:a", "eac3", "-ac", "2",
            ]
        )
        static let slowPictures = Recipe(
            testDescription: "h264-2fps-aac",
            rate: 2,
            arguments: ["-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-c:a", "aac", "-ac", "1"]
        )
        static let radio = Recipe(testDescription: "aac-only", arguments: ["-vn", "-c:a", "aac", "-ac", "2"])

        static let all = [h264AAC, hevcAC3, mpeg2MP2, h264EAC3, slowPictures, radio]
    }

    /// The transport stream of a recipe; made once for each machine, since encoding takes longest.
    static func stream(_ recipe: Recipe) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("baton-mpegts-streams-1")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent(recipe.testDescription + ".ts")
        if !FileManager.default.fileExists(atPath: file.path) {
            let unfinished = folder.appendingPathComponent("\(UUID().uuidString).ts")
            let answer = try self.run(
                "ffmpeg",
                [
                    "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=\(recipe.rate):d=\(recipe.seconds)",
                    "-f", "lavfi", "-i", "sine=f=440:r=48000:d=\(recipe.seconds)", "-pix_fmt", "yuv420p",
                ] + recipe.arguments + ["-f", "mpegts", unfinished.path]
            )
            try #require(answer.status == 0, "\(answer.errors)")
            // Two test processes may make the same file; the rename makes either whole.
            try? FileManager.default.moveItem(at: unfinished, to: file)
            try? FileManager.default.removeItem(at: unfinished)
        }
        return [UInt8](try Data(contentsOf: file))
    }

    /// Writes `bytes` to a file that is gone after `body`.
    static func withFile<Value>(_ bytes: [UInt8], _ body: (String) throws -> Value) throws -> Value {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("baton-\(UUID().uuidString).ts")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file.path)
    }

    /// What a strict decoder complains about; empty when it plays clean.
    static func complaints(about bytes: [UInt8]) throws -> String {
        try self.withFile(bytes) { path in
            let answer = try self.run(
                "ffmpeg",
                ["-v", "error", "-xerror", "-i", path, "-map", "0", "-f", "null", "-"]
            )
            return answer.status == 0 ? answer.errors : "exit \(answer.status): \(answer.errors)"
        }
    }

    /// Decoding times of each stream, as `ffprobe` reads them.
    static func decodingTimes(of bytes: [UInt8]) throws -> [String: [Int64]] {
        try self.withFile(bytes) { path in
            let answer = try self.run(
                "ffprobe",
                ["-v", "error", "-show_entries", "packet=stream_index,dts", "-of", "csv=p=0", path]
            )
            var times: [String: [Int64]] = [:]
            for line in answer.output.split(separator: "\n") {
                let fields = line.split(separator: ",")
                guard fields.count >= 2, let time = Int64(fields[1]) else { continue }
                times[String(fields[0]), default: []].append(time)
            }
            return times
        }
    }

    /// The level of the first video stream, as `ffprobe` reads it.
    static func videoLevel(of bytes: [UInt8]) throws -> Int {
        try self.withFile(bytes) { path in
            let answer = try self.run(
                "ffprobe",
                ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=level", "-of", "csv=p=0", path]
            )
            let line = try #require(answer.output.split(separator: "\n").first)
            return try #require(Int(line.split(separator: ",")[0]))
        }
    }

    static func run(_ program: String, _ arguments: [String]) throws -> Answer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = FileHandle.nullDevice
        let errors = FileManager.default.temporaryDirectory.appendingPathComponent("baton-\(UUID().uuidString).err")
        try Data().write(to: errors)
        defer { try? FileManager.default.removeItem(at: errors) }
        let output = Pipe()
        process.standardOutput = output
        // A file for one of the two, so that neither waits for the other to be read.
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Answer(
            status: process.terminationStatus,
            output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        )
    }
}
