import Foundation
import TestKit
import Testing

/// A play of one address by ffmpeg, decoded and copied to a file at once.
struct Play: Sendable {
    let name: String
    private let program: Program
    private let file: String
    private let scratch: Scratch
    private let seconds: Int

    /// Starts to play `url` for `seconds` of media.
    init(_ name: String, _ url: String, seconds: Int) async throws {
        self.name = name
        self.seconds = seconds
        self.scratch = try Scratch()
        self.file = "\(self.scratch.path)/copy.ts"
        // `-xerror` ends the play at the first error; levels tell errors from remarks.
        let input = ["-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+warning", "-xerror", "-i", url]
        let decoded = ["-map", "0", "-t", "\(seconds)", "-f", "null", "-"]
        let copied = ["-map", "0", "-t", "\(seconds)", "-c", "copy", "-f", "mpegts", self.file]
        self.program = try await Program("ffmpeg", input + decoded + copied)
    }

    /// Waits until it has been played; what was wrong with it, none if nothing was.
    func faults() async throws -> [String] {
        let exit = try await self.program.exit(within: .seconds(self.seconds + 40))
        var faults = self.program.errors.lines.filter(Self.isFault)
        if exit != .code(0) { faults.append("ffmpeg ended with \(exit)") }
        faults += try await self.copyFaults()
        return faults.map { "\(self.name): \($0)" }
    }

    /// Errors of any level; and the one remark that says decoding times had to be made up for the copy.
    private static func isFault(_ line: String) -> Bool {
        line.contains("[error]") || line.contains("[fatal]") || line.contains("[panic]")
            || line.localizedCaseInsensitiveContains("monoton")
    }

    private func copyFaults() async throws -> [String] {
        let packets = try await Program.run(
            "ffprobe",
            ["-v", "error", "-show_entries", "packet=stream_index,dts_time", "-of", "csv=p=0", self.file]
        )
        var times: [Substring: [Double]] = [:]
        var faults: [String] = []
        for line in packets.output.split(separator: "\n") {
            let fields = line.split(separator: ",")
            guard fields.count >= 2, let time = Double(fields[1]) else { continue }
            if let last = times[fields[0]]?.last, time <= last {
                faults.append("stream \(fields[0]): decoding time \(time) after \(last)")
            }
            times[fields[0], default: []].append(time)
        }
        if times.count < 2 { faults.append("\(times.count) streams in the copy") }
        for (stream, times) in times {
            let length = (times.last ?? 0) - (times.first ?? 0)
            // The last packet of the copy begins before the end, and HLS ends with a segment.
            if length < Double(self.seconds) * 0.9 { faults.append("stream \(stream) has \(length) s") }
        }
        return faults
    }
}
