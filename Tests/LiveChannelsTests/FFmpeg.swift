import Foundation

/// The judge: ffmpeg and ffprobe from PATH.
enum FFmpeg {
    struct Failure: Error { var output: String }

    /// Runs a tool; its standard output, and what it complained about.
    static func run(_ tool: String, _ arguments: [String]) throws -> (output: Data, complaints: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        let directory = FileManager.default.temporaryDirectory
        let complaints = directory.appendingPathComponent("baton-\(UUID().uuidString).txt")
        _ = FileManager.default.createFile(atPath: complaints.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: complaints) }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: complaints)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: try Data(contentsOf: complaints), as: UTF8.self)
        guard process.terminationStatus == 0 else { throw Failure(output: "\(process.terminationStatus): \(text)") }
        return (data, text)
    }

    /// A transport stream of `seconds` with GOPs of a second: test picture and tone.
    static func transportStream(
        seconds: Int = 6,
        size: String = "320x180",
        video: [String] = ["-c:v", "libx264", "-preset", "veryfast", "-x264-params", "keyint=25:scenecut=0:bframes=2"],
        audio: [String] = ["-c:a", "aac", "-b:a", "64k", "-ac", "2"],
        flipped: Bool = false
    ) throws -> [UInt8] {
        let inputs = [
            "-f", "lavfi", "-i", "testsrc2=s=\(size):r=25:d=\(seconds)",
            "-f", "lavfi", "-i", "sine=f=440:r=48000:d=\(seconds)",
        ]
        let arguments =
            ["-v", "error"] + inputs + ["-pix_fmt", "yuv420p", "-threads", "1", "-map", "0:v", "-map", "1:a"] + video
            + (flipped ? ["-vf", "hflip"] : []) + audio + ["-f", "mpegts", "-"]
        return Array(try self.run("ffmpeg", arguments).output)
    }

    /// What a decoder that stops at the first error complains about.
    static func complaints(about bytes: [UInt8]) throws -> String {
        try self.withFile(bytes) { path in
            try self.run("ffmpeg", ["-v", "error", "-xerror", "-i", path, "-map", "0", "-f", "null", "-"]).complaints
        }
    }

    /// A digest of each picture as it is shown.
    static func pictures(of bytes: [UInt8]) throws -> [String] {
        let arguments = ["-map", "0:v", "-f", "framemd5", "-"]
        let text = try self.withFile(bytes) { path in
            try self.run("ffmpeg", ["-v", "error", "-i", path, "-vsync", "passthrough"] + arguments).output
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
            .compactMap { $0.split(separator: ",").last.map { String($0.drop { $0 == " " }) } }
    }

    /// Decoding times of each stream, in the order of its packets.
    static func decodingTimes(of bytes: [UInt8]) throws -> [Int: [Int64]] {
        let text = try self.withFile(bytes) { path in
            try self.run(
                "ffprobe",
                ["-v", "error", "-show_entries", "packet=stream_index,dts", "-of", "csv=p=0", path]
            ).output
        }
        var times: [Int: [Int64]] = [:]
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: ",")
            guard fields.count >= 2, let stream = Int(fields[0]), let time = Int64(fields[1]) else { continue }
            times[stream, default: []].append(time)
        }
        return times
    }

    private static func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("baton-\(UUID().uuidString).ts")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file.path)
    }
}
