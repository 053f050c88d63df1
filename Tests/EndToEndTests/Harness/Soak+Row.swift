import Foundation
import TestKit

extension Soak {
    /// What a soak may show at most; each is a promise to viewers.
    enum Limit {
        /// Lines of a strict decoder.
        static let decoderErrors = 0
        /// Decoding times that go back.
        static let backwardSteps = 0
        /// Pictures shown again after a later one.
        static let repeated = 0
        /// Sound against pictures, in seconds: a viewer sees more than that.
        static let drift = 0.04
        /// Seconds in which a socket gets nothing: players give up at 8, rebuffer much earlier.
        static let silence = 2.0
        /// Age of the playlist, in target durations: RFC 8216, 6.2.1.
        static let playlistAge = 1.5
        static let restarts = 0
        /// MiB an hour; a run shorter than an hour can't tell growth from filling buffers.
        static let memorySlope = 1.0
        static let memorySeconds = 3_600.0
    }

    /// What one channel's viewers got.
    struct Row: Sendable {
        let id: Int
        let name: String
        var faults = 0
        var blips = 0
        var patches = 0
        var decoderErrors: [String] = []
        var byteFaults: [String] = []
        var backwardSteps = 0
        var repeated = 0
        var held = 0.0
        var drift = 0.0
        var playlistAge = 0.0
        var targetSeconds = 2.0
        var silence = 0.0
        var restarts = 0
        var memorySlope = 0.0
        var isLong = false

        init(_ id: Int, _ name: String) { (self.id, self.name) = (id, name) }

        mutating func count(_ record: ScriptedSupplier.Record, _ events: [LoggedEvent]) {
            self.faults = record.faults.count
            self.isLong = (record.faults.last?.at ?? 0) > Limit.memorySeconds
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

        mutating func read(_ seen: Screening) {
            self.decoderErrors += seen.errors
            self.repeated += seen.repeated
            self.held = max(self.held, seen.holds.map(\.seconds).reduce(0, +))
            self.drift = max(self.drift, seen.drift)
        }

        /// What is beyond a limit.
        var breaches: [String] {
            let isBackedUp = self.name.contains("backup")
            let checks: [(Bool, String)] = [
                (self.decoderErrors.count > Limit.decoderErrors, "decoder: \(self.decoderErrors.prefix(3))"),
                (!self.byteFaults.isEmpty, "bytes: \(self.byteFaults)"),
                (self.backwardSteps > Limit.backwardSteps, "\(self.backwardSteps) decoding times back"),
                // Another supplier of the same programme isn't at the same picture.
                (!isBackedUp && self.repeated > Limit.repeated, "\(self.repeated) pictures again"),
                (self.drift > Limit.drift, "drift \(self.drift) s"),
                (self.silence > Limit.silence, "silence \(self.silence) s"),
                (self.playlistAge > Limit.playlistAge * self.targetSeconds, "playlist age \(self.playlistAge) s"),
                (self.restarts > Limit.restarts, "the service ended"),
                (self.isLong && self.memorySlope > Limit.memorySlope, "memory grows \(self.memorySlope) MiB/h"),
            ]
            return checks.filter(\.0).map { "channel \(self.id), \(self.name): \($0.1)" }
        }

        private var fields: [String] {
            let numbers = [
                self.faults, self.blips, self.patches, self.decoderErrors.count, self.backwardSteps, self.repeated,
            ]
            let seconds = [self.held, self.drift, self.playlistAge, self.silence]
            return ["\(self.id) \(self.name)"] + numbers.map(String.init) + seconds.map { Screening.text($0) }
                + ["\(self.restarts)", Screening.text(self.memorySlope)]
        }

        /// All rows, one below the other.
        static func table(_ rows: [Row], title: String) -> String {
            let head = [
                "channel", "faults", "blips", "patches", "decoder errors", "DTS steps", "repeated", "frozen s",
                "drift s", "playlist age s", "silence s", "restarts", "MiB/h",
            ]
            let lines = [head] + rows.map(\.fields)
            let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
            let text = lines.map { line in
                zip(line, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
            }
            return ([title] + text).joined(separator: "\n")
        }
    }
}
