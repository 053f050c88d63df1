import Foundation
import TestKit

extension Soak {
    /// What a soak may show at most; each is a promise to viewers.
    enum Limit {
        /// Lines of a strict decoder about all that the supplier did not send with wrong bits.
        static let decoderErrors = 0
        /// Decoding times that go back.
        static let backwardSteps = 0
        /// Pictures shown again after later ones.
        static let repeated = 0
        /// Sound against pictures, in seconds: a viewer sees more than that.
        static let drift = 0.04
        /// The same as mpv says it, for a second: its clock is that of its sound, and no finer than a picture.
        static let televisionDrift = 0.1
        /// Seconds in which a socket gets nothing: players give up at 8, rebuffer much earlier.
        static let silence = 2.0
        /// Age of the playlist, in target durations: RFC 8216, 6.2.1.
        static let playlistAge = 1.5
        /// A held picture where there is another source: three seconds after the last byte it is there.
        static let heldWithBackup = 3.0
        /// Where there is none, seconds beyond those in which the supplier gave nothing, for each fault: asking again, and the
        /// next random access point.
        static let heldBeyond = 3.0
        /// And of that time, since the one asked again and again is asked more and more seldom.
        static let heldShare = 2.0
        static let stalls = 0
        static let restarts = 0
        /// MiB an hour; a run shorter than an hour can't tell growth from filling buffers.
        static let memorySlope = 1.0
        static let memorySeconds = 3_600.0
        /// A hold that is seen, in seconds.
        static let visible = 0.5
    }

    /// What one channel's viewers got.
    struct Row: Sendable {
        let id: Int
        let name: String
        private let hasBackup: Bool
        /// Seconds of held pictures that the script explains.
        private let heldMax: Double
        var faults = 0
        var blips = 0
        var patches = 0
        var decoderErrors: [String] = []
        /// Errors of the players about bits that the supplier sent wrong, and what of the stream had some.
        var excusedErrors = 0
        private var damagedParts = 0
        var byteFaults: [String] = []
        var backwardSteps = 0
        var repeated = 0
        /// Held pictures that were seen.
        var holds: [Screening.Hold] = []
        var drift = 0.0
        var playlistAge = 0.0
        var targetSeconds = 2.0
        var silence = 0.0
        /// `nil` where no player with a buffer watched.
        var television: Television.Verdict?
        var restarts = 0
        var memorySlope = 0.0
        var isLong = false

        init(_ channel: Channel) {
            (self.id, self.name, self.hasBackup) = (channel.id, channel.name, channel.hasBackup)
            self.heldMax = channel.script.steps.reduce(0) {
                $0 + Limit.heldShare * $1.fault.seconds + Limit.heldBeyond
            }
        }

        mutating func count(_ channel: Channel, _ events: [LoggedEvent]) {
            self.faults = channel.suppliers[0].record.now.faults.count
            let own = events.filter { $0.number("channel") == self.id || $0.text("channel") == "\(self.id)" }
            self.blips = own.count { $0.type == "ingest.blip" }
            self.patches = own.count { $0.type == "freeze.patch" }
        }

        mutating func read(_ watch: Watch) {
            let state = watch.playlist.state.now
            self.byteFaults = watch.byteFaults
            self.backwardSteps = watch.transport.check.backwardSteps + state.check.backwardSteps
            self.silence = watch.transport.check.silenceMax
            self.playlistAge = state.ageMax
            if state.targetSeconds > 0 { self.targetSeconds = state.targetSeconds }
        }

        /// Takes what ffmpeg showed of both outputs.
        mutating func read(transport: Screening, playlist: Screening) {
            self.decoderErrors = transport.errors + playlist.errors
            self.repeated = transport.replayed + playlist.replayed
            self.holds = transport.holds.filter { $0.seconds >= Limit.visible }
            self.drift = max(transport.drift, playlist.drift)
        }

        /// So many parts of what viewers got have bits that the supplier sent wrong; the rest has these errors.
        mutating func excuse(_ parts: Int, leaving errors: [[String]]) {
            guard parts > 0 else { return }
            self.damagedParts = parts
            self.excusedErrors = self.decoderErrors.count
            self.decoderErrors = Array(errors.joined())
        }

        mutating func read(_ television: Television.Verdict) { self.television = television }

        private var held: Double { self.holds.map(\.seconds).reduce(0, +) }
        private var heldLongest: Double { self.holds.map(\.seconds).max() ?? 0 }

        /// What is beyond a limit.
        var breaches: [String] {
            let errors = self.decoderErrors.count
            let seen = self.television ?? Television.Verdict()
            let checks: [(Bool, String)] = [
                (errors > Limit.decoderErrors, "decoder: \(self.decoderErrors.prefix(3))"),
                (!self.byteFaults.isEmpty, "bytes: \(self.byteFaults)"),
                (self.backwardSteps > Limit.backwardSteps, "\(self.backwardSteps) decoding times back"),
                (self.repeated > Limit.repeated, "\(self.repeated) pictures again"),
                (self.drift > Limit.drift, "drift \(self.drift) s"),
                (self.silence > Limit.silence, "silence \(self.silence) s"),
                (self.playlistAge > Limit.playlistAge * self.targetSeconds, "playlist age \(self.playlistAge) s"),
                (self.hasBackup && self.heldLongest > Limit.heldWithBackup, "held for \(self.heldLongest) s"),
                (self.held > self.heldMax, "held for \(self.held) s in all"),
                (seen.stalls > Limit.stalls, "mpv stalled \(seen.stalls) times, \(seen.stalledSeconds) s"),
                (seen.drift > Limit.televisionDrift, "mpv drifts \(seen.drift) s"),
                (!seen.errors.isEmpty && self.damagedParts == 0, "mpv: \(seen.errors.prefix(3))"),
                (self.restarts > Limit.restarts, "the service ended"),
                (self.isLong && self.memorySlope > Limit.memorySlope, "memory grows \(self.memorySlope) MiB/h"),
            ]
            return checks.filter(\.0).map { "channel \(self.id), \(self.name): \($0.1)" }
        }

        /// Column by column.
        private var fields: [(String, String)] {
            let errors = "\(self.decoderErrors.count)"
            let stalls = self.television.map { "\($0.stalls)" } ?? "-"
            return [
                ("channel", "\(self.id) \(self.name)"), ("faults", "\(self.faults)"), ("blips", "\(self.blips)"),
                ("patches", "\(self.patches)"),
                ("decoder errors", errors + (self.excusedErrors > 0 ? " (+\(self.excusedErrors))" : "")),
                ("DTS steps", "\(self.backwardSteps)"), ("repeated", "\(self.repeated)"),
                ("freezes", "\(self.holds.count)"), ("frozen s", Screening.text(self.held)),
                ("longest s", Screening.text(self.heldLongest)), ("drift s", Screening.text(self.drift)),
                ("playlist age s", Screening.text(self.playlistAge)), ("silence s", Screening.text(self.silence)),
                ("mpv stalls", stalls), ("mpv drift s", self.television.map { Screening.text($0.drift) } ?? "-"),
                ("restarts", "\(self.restarts)"), ("MiB/h", Screening.text(self.memorySlope)),
            ]
        }

        /// All rows, one below the other.
        static func table(_ rows: [Row], title: String) -> String {
            let lines = (rows.first.map { [$0.fields.map(\.0)] } ?? []) + rows.map { $0.fields.map(\.1) }
            let widths = (lines.first ?? []).indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
            let text = lines.map { line in
                zip(line, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
            }
            return ([title] + text).joined(separator: "\n")
        }
    }
}
