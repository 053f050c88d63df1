import Foundation
import HLS
import Model
import Testing

/// What another packager writes, made on the spot by the `ffmpeg` on the path.
@Suite(.serialized)
struct FFmpegPlaylistTests {
    /// Packages 5 s of a tiny picture, and reads the playlist.
    private static func playlist(_ options: [String], key: Bool = false) throws -> Playlist {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var options = options
        if key {
            try Data(repeating: 7, count: SegmentKey.keySize).write(to: folder.appending(path: "k"))
            let info = "keys/k?channel=1,2\n\(folder.path)/k\n000102030405060708090a0b0c0d0e0f\n"
            try Data(info.utf8).write(to: folder.appending(path: "info"))
            options += ["-hls_key_info_file", "\(folder.path)/info"]
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [
                "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x64:r=25:d=5", "-c:v", "mpeg2video", "-g",
                "25",
            ]
            + ["-f", "hls", "-hls_time", "2"] + options + ["\(folder.path)/list.m3u8"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try Playlist(parsing: Array(Data(contentsOf: folder.appending(path: "list.m3u8"))))
    }

    @Test func `reads a live window`() throws {
        let options = ["-hls_list_size", "2", "-hls_flags", "omit_endlist+program_date_time", "-start_number", "41"]
        guard case .media(let playlist) = try Self.playlist(options) else { return #expect(Bool(false)) }
        #expect(playlist.mediaSequence == 42)
        #expect(playlist.segments.map(\.uri) == ["list42.ts", "list43.ts"])
        #expect(playlist.segments.map(\.duration) == [MediaTime(seconds: 2), MediaTime(seconds: 1)])
        #expect(playlist.segments.allSatisfy { $0.programDateTime != nil })
        #expect(!playlist.endList)
    }

    @Test func `reads byte ranges of one file`() throws {
        guard case .media(let playlist) = try Self.playlist(["-hls_flags", "single_file"]) else {
            return #expect(Bool(false))
        }
        let ranges = playlist.segments.compactMap(\.byteRange)
        #expect(ranges.count == 3)
        #expect(ranges.first?.offset == 0)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.end == $1.offset })
        #expect(playlist.endList)
    }

    @Test func `reads keys`() throws {
        guard case .media(let playlist) = try Self.playlist([], key: true) else { return #expect(Bool(false)) }
        let key = SegmentKey(
            uri: "keys/k?channel=1,2",
            iv: InitializationVector(rawValue: 0x0001_0203_0405_0607_0809_0A0B_0C0D_0E0F)
        )
        #expect(playlist.segments.map(\.key) == [key, key, key])
    }

    @Test func `refuses fragmented MP4 by name`() {
        let error = #expect(throws: PlaylistError.self) {
            try Self.playlist(["-c:v", "mpeg4", "-hls_segment_type", "fmp4"])
        }
        #expect(error?.reason == .fragmentedMP4)
    }
}
