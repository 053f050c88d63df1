import Foundation
import MPEGTS
import RTMP
import Testing

/// Files made by ffmpeg on the spot, taken apart into tags, and what ffprobe counts in them.
@Suite(.serialized) struct FLVFileTests {
    struct Recording: CustomTestStringConvertible {
        var testDescription: String
        var video: [String]
        var audio: [String]
        var audioCodec: Track.Codec = .aac
    }

    static let recordings = [
        Recording(
            testDescription: "baseline, AAC 48 kHz stereo",
            video: ["-profile:v", "baseline", "-x264-params", "keyint=10:min-keyint=10:scenecut=0"],
            audio: ["-c:a", "aac", "-b:a", "64k", "-ac", "2"]
        ),
        Recording(
            testDescription: "high with B-frames and delimiters, AAC 44.1 kHz mono",
            video: [
                "-profile:v", "high", "-x264-params", "keyint=10:min-keyint=10:scenecut=0:bframes=3:b-adapt=0:aud=1",
            ],
            audio: ["-c:a", "aac", "-b:a", "64k", "-ac", "1", "-ar", "44100"]
        ),
        Recording(
            testDescription: "open GOP in slices, MP3",
            video: ["-x264-params", "keyint=10:min-keyint=10:scenecut=0:bframes=3:b-adapt=0:open-gop=1:slices=4"],
            audio: ["-c:a", "libmp3lame", "-b:a", "64k", "-ac", "2", "-ar", "44100"],
            audioCodec: .mpegAudio
        ),
    ]

    @Test(arguments: recordings)
    func `makes what a decoder takes, and as much as there is`(_ recording: Recording) throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "a.flv").path
        let inputs = ["-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=2", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=2"]
        let codec = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-threads", "1"]
        _ = try Self.run("ffmpeg", ["-v", "error", "-y"] + inputs + codec + recording.video + recording.audio + [file])

        let tags = Self.tags(in: Array(try Data(contentsOf: URL(filePath: file))))
        var demuxer = FLVDemuxer()
        let outputs = demuxer.received(tags)
        #expect(outputs.faults.isEmpty)
        let tracks = try #require(outputs.tracks.first)
        #expect(outputs.tracks.count == 1)
        #expect(tracks.map(\.codec) == [.h264, recording.audioCodec])
        #expect(outputs.first == .tracks(tracks))

        let video = outputs.units.of(0x100)
        let audio = outputs.units.of(0x101)
        #expect(video.count == (try Self.packets(of: "v", in: file)))
        #expect(audio.count == (try Self.packets(of: "a", in: file)))
        for units in [video, audio] {
            for (earlier, later) in zip(units, units.dropFirst()) {
                #expect(try #require(earlier.dts) < #require(later.dts))
            }
        }
        for unit in video { Self.check(unit) }
        #expect(video.filter(\.isRandomAccessPoint).count >= 5)
        if recording.audioCodec == .aac { for unit in audio { Self.checkADTS(unit.data) } }

        // The elementary streams decode without a word.
        for (name, units) in [("a.h264", video), (recording.audioCodec == .aac ? "a.aac" : "a.mp3", audio)] {
            let path = folder.appending(path: name)
            try Data(units.flatMap(\.data)).write(to: path)
            let words = try Self.run("ffmpeg", ["-v", "error", "-xerror", "-i", path.path, "-f", "null", "-"])
            #expect(words.isEmpty)
            #expect(try Self.packets(of: name == "a.h264" ? "v" : "a", in: path.path) == units.count)
        }
    }

    @Test func `makes what a decoder takes of HEVC`() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "a.hevc").path
        let parameters = "keyint=10:min-keyint=10:scenecut=0:bframes=3:aud=1:log-level=none"
        let codec = ["-pix_fmt", "yuv420p", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", parameters]
        let input = ["-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=2"]
        _ = try Self.run("ffmpeg", ["-v", "error", "-y"] + input + codec + [file])

        // No muxer of this ffmpeg writes HEVC into FLV: the tags are made of its NAL units.
        let units = Self.units(Array(try Data(contentsOf: URL(filePath: file))))
        let arrays = [32, 33, 34].map { type in (UInt8(type), Array(units.filter { $0[0] >> 1 == type }.prefix(1))) }
        var demuxer = FLVDemuxer()
        _ = demuxer.received([
            FLV.metadata("videocodecid"),
            FLVTag(kind: .video, timestamp: 0, payload: hex("90 68766331") + FLV.hvcC(arrays)),
        ])
        let pictures = units.split { $0[0] >> 1 == 35 }.map { $0.filter { !(32...34).contains($0[0] >> 1) } }
        #expect(pictures.count == 50)
        let outputs = demuxer.received(
            pictures.enumerated().map { index, picture in
                let payload = hex("91 68766331 000000") + picture.flatMap { FLV.sized($0) }
                return FLVTag(kind: .video, timestamp: UInt32(index) * 40, payload: payload)
            }
        )
        #expect(outputs.faults.isEmpty)
        #expect(outputs.units.count == 50)
        #expect(outputs.units.filter(\.isRandomAccessPoint).count == 5)
        for unit in outputs.units {
            let types = Self.units(unit.data).map { $0[0] >> 1 }
            #expect(types.starts(with: unit.isRandomAccessPoint ? [35, 32, 33, 34] : [35]))
            #expect(types.filter { $0 == 35 }.count == 1)
        }
        let path = folder.appending(path: "b.hevc")
        try Data(outputs.units.flatMap(\.data)).write(to: path)
        #expect(try Self.run("ffmpeg", ["-v", "error", "-xerror", "-i", path.path, "-f", "null", "-"]).isEmpty)
        #expect(try Self.packets(of: "v", in: path.path) == 50)
    }

    private static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "flv-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// The delimiter is first and alone; SPS and PPS come right after it where a decoder can start.
    private static func check(_ unit: AccessUnit) {
        let types = Self.units(unit.data).map { $0[0] & 0x1F }
        #expect(types.first == 9)
        #expect(types.filter { $0 == 9 }.count == 1)
        #expect(unit.isRandomAccessPoint == (types.contains(5) || types.starts(with: [9, 7, 8])))
        if unit.isRandomAccessPoint { #expect(types.prefix(3) == [9, 7, 8]) }
        #expect(types.contains { $0 == 1 || $0 == 5 })
    }

    private static func checkADTS(_ data: [UInt8]) {
        #expect(data[0] == 0xFF)
        #expect(data[1] == 0xF1)
        #expect(Int(data[3] & 3) << 11 | Int(data[4]) << 3 | Int(data[5]) >> 5 == data.count)
    }

    /// The NAL units of Annex B bytes, with start codes of three bytes or four.
    private static func units(_ data: [UInt8]) -> [[UInt8]] {
        var starts: [Int] = []
        for index in 2..<max(data.count, 2) where data[index] == 1 && data[index - 1] == 0 && data[index - 2] == 0 {
            starts.append(index + 1)
        }
        return zip(starts, starts.dropFirst().map { $0 - 3 } + [data.count]).map { start, end in
            // The byte before a start code of four bytes.
            let isLong = end < data.count && data[end - 1] == 0
            return Array(data[start..<(isLong ? end - 1 : end)])
        }
    }

    /// The tags of a file (FLV file header of 9 bytes, then back pointer and tag in turn).
    private static func tags(in file: [UInt8]) -> [FLVTag] {
        var tags: [FLVTag] = []
        var position = 13
        while position + 11 <= file.count {
            let head = file[position..<(position + 11)].map { UInt32($0) }
            let size = Int(head[1] << 16 | head[2] << 8 | head[3])
            let end = position + 11 + size
            guard let kind = FLVTag.Kind(rawValue: UInt8(head[0])), end <= file.count else { break }
            let timestamp = head[7] << 24 | head[4] << 16 | head[5] << 8 | head[6]
            tags.append(FLVTag(kind: kind, timestamp: timestamp, payload: Array(file[(position + 11)..<end])))
            position = end + 4
        }
        return tags
    }

    private static func packets(of kind: String, in file: String) throws -> Int {
        let arguments = [
            "-v", "error", "-select_streams", kind, "-count_packets", "-show_entries", "stream=nb_read_packets",
        ]
        let text = try Self.run("ffprobe", arguments + ["-of", "csv=p=0", file])
        return try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    /// What a program says, on both of its outputs.
    private static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}
