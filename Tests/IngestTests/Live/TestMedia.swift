import Foundation

/// Small media made by ffmpeg, once per run.
enum TestMedia {
    struct Failure: Error { var tool: String, status: Int32 }

    /// Four seconds of picture and sound as one transport stream.
    static let transportStream: [UInt8] = {
        let folder = Self.makeFolder("ts")
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "a.ts")
        try? Self.ffmpeg(Self.picture + ["-f", "mpegts", file.path])
        return (try? Data(contentsOf: file)).map(Array.init) ?? []
    }()

    static let transportStreamFile: String = {
        let file = Self.makeFolder("file").appending(path: "a.ts")
        try? Data(Self.transportStream).write(to: file)
        return file.path
    }()

    /// The same as four segments of a second, `seg0.ts` to `seg3.ts`, and their list, `out.m3u8`.
    static let segments: [String: [UInt8]] = Self.hls(["-hls_segment_filename", "seg%d.ts"])

    /// One file and byte ranges: `out.m3u8`, `out.ts`.
    static let ranges: [String: [UInt8]] = Self.hls(["-hls_flags", "single_file"])

    static let key: [UInt8] = Array(0x10...0x1F)

    /// The same under AES-128 with a written IV; the key's URI is `secret.key`.
    static let encrypted: [String: [UInt8]] = {
        let folder = Self.makeFolder("key")
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = folder.appending(path: "secret.key")
        let information = folder.appending(path: "info")
        try? Data(Self.key).write(to: key)
        let text = "secret.key\n\(key.path)\n000102030405060708090a0b0c0d0e0f\n"
        try? Data(text.utf8).write(to: information)
        return Self.hls(["-hls_segment_filename", "seg%d.ts", "-hls_key_info_file", information.path])
    }()

    private static let picture = [
        "-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=4", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=4",
        "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-keyint_min", "25",
        "-sc_threshold", "0", "-c:a", "aac", "-b:a", "64k", "-ac", "2",
    ]

    private static func hls(_ options: [String]) -> [String: [UInt8]] {
        let folder = Self.makeFolder("hls")
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = ["-f", "hls", "-hls_time", "1", "-hls_list_size", "0"] + options + ["out.m3u8"]
        try? Self.ffmpeg(Self.picture + output, in: folder)
        var files: [String: [UInt8]] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
            files[name] = (try? Data(contentsOf: folder.appending(path: name))).map(Array.init)
        }
        return files
    }

    static func makeFolder(_ name: String) -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ingest-\(name)-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private static func ffmpeg(_ arguments: [String], in folder: URL? = nil) throws {
        let process = try Self.spawn("ffmpeg", ["-v", "error", "-nostdin", "-y"] + arguments, in: folder)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(tool: "ffmpeg", status: process.terminationStatus) }
    }

    /// Starts a tool of PATH whose words nobody reads.
    static func spawn(_ tool: String, _ arguments: [String], in folder: URL? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}
