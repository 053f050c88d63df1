import Foundation
import Model

/// What a viewer sees and hears: every picture that a decoder shows, with its number, and every beep.
package struct Screening: Sendable {
    package struct Picture: Hashable, Sendable {
        /// Presentation time in seconds.
        package var at: Double
        /// `nil` when it can't be read: damaged.
        package var number: Int?
    }

    /// Lines of ffmpeg at level error.
    package var errors: [String] = []
    /// In the order they are shown.
    package var pictures: [Picture] = []
    /// Presentation times of beeps' beginnings, in seconds.
    package var beeps: [Double] = []
    /// Longest step from one audio frame's end to the next one's beginning, in seconds.
    package var audioGapMax = 0.0

    /// What ffmpeg is told to write of an input: pictures and sound with their times, each twice, since neither raw
    /// format has times.
    static func outputs(to folder: String) -> [String] {
        let graph =
            "[0:v:0]scale=\(NumberedPicture.columns):\(NumberedPicture.rows):flags=area,format=gray,split[a][b];"
            + "[0:a:0]aresample=\(Self.sampleRate),aformat=s16:channel_layouts=mono,asplit[c][d]"
        return [
            "-filter_complex", graph,
            "-map", "[a]", "-fps_mode", "passthrough", "-f", "rawvideo", "\(folder)/pictures.gray",
            "-map", "[b]", "-fps_mode", "passthrough", "-enc_time_base", "1:90000", "-f", "framecrc",
            "\(folder)/pictures.txt",
            "-map", "[c]", "-f", "s16le", "\(folder)/sound.s16", "-map", "[d]", "-f", "framecrc", "\(folder)/sound.txt",
        ]
    }

    private static let sampleRate = 8_000

    /// Decodes a file to its end.
    package init(file: String, within limit: Duration = .seconds(60)) async throws {
        let scratch = try Scratch()
        let arguments = ["-v", "error", "-nostdin", "-y", "-copyts", "-i", file] + Self.outputs(to: scratch.path)
        let finished = try await Program.run("ffmpeg", arguments, within: limit)
        try self.init(folder: scratch.path, errors: finished.errors.split(separator: "\n").map(String.init))
        if !finished.isSuccess { self.errors.append("ffmpeg ended with \(finished.exit)") }
    }

    /// What somebody saw to whom nothing was ever shown, and who was told `errors`.
    init(errors: [String]) { self.errors = errors }

    /// Reads what ffmpeg wrote.
    init(folder: String, errors: [String]) throws {
        self.errors = errors
        let cells = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/pictures.gray")))
        let times = try Self.rows("\(folder)/pictures.txt")
        for (index, row) in times.enumerated() where (index + 1) * NumberedPicture.cells <= cells.count {
            let number = NumberedPicture.read(
                cells[(index * NumberedPicture.cells)..<((index + 1) * NumberedPicture.cells)]
            )
            self.pictures.append(Picture(at: Double(row.time) * row.base, number: number))
        }
        let sound = try Data(contentsOf: URL(filePath: "\(folder)/sound.s16"))
        self.listen([UInt8](sound), try Self.rows("\(folder)/sound.txt"))
    }

    private struct Row {
        /// In units of `base` seconds.
        var time: Int
        var base: Double
        var size: Int
    }

    /// The lines of a `framecrc` file: stream, dts, pts, duration, size, checksum.
    private static func rows(_ path: String) throws -> [Row] {
        var base = 1.0 / 90_000
        var rows: [Row] = []
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("#tb") {
                let parts = line.split(separator: " ").last?.split(separator: "/").compactMap { Double($0) } ?? []
                if parts.count == 2 { base = parts[0] / parts[1] }
            }
            let fields = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            guard !line.hasPrefix("#"), fields.count >= 5, let time = Int(fields[2]), let size = Int(fields[4]) else {
                continue
            }
            rows.append(Row(time: time, base: base, size: size))
        }
        return rows
    }

    /// Loud enough to be a beep: a quarter of full scale.
    private static let loud = 8_192
    /// Quiet samples before a beep.
    private static let quiet = 800

    private mutating func listen(_ bytes: [UInt8], _ rows: [Row]) {
        var offset = 0
        var silent = Self.quiet
        var end: Double?
        for row in rows {
            let start = Double(row.time) * row.base
            if let end { self.audioGapMax = max(self.audioGapMax, start - end) }
            let count = min(row.size, bytes.count - offset) / 2
            for index in 0..<max(count, 0) {
                let low = Int(bytes[offset + 2 * index]), high = Int(Int8(bitPattern: bytes[offset + 2 * index + 1]))
                if abs(high << 8 | low) >= Self.loud {
                    if silent >= Self.quiet { self.beeps.append(start + Double(index) / Double(Self.sampleRate)) }
                    silent = 0
                } else {
                    silent += 1
                }
            }
            offset += row.size
            end = start + Double(count) / Double(Self.sampleRate)
        }
    }
}
