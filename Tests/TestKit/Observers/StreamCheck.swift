package import MPEGTS
import Model

/// What a byte-checking client finds in a transport stream, as it comes.
///
/// Pure: told the bytes and when they came.
package struct StreamCheck: Sendable {
    /// Decoding times of one track.
    package struct Times: Sendable {
        package var units = 0
        /// Steps to an earlier or the same time.
        package var backward = 0
        /// Longest step ahead, in milliseconds.
        package var stepMax: Int64 = 0
        fileprivate var last: MediaTime?
    }

    package private(set) var byteCount = 0
    /// By PID.
    package private(set) var times: [UInt16: Times] = [:]
    /// Longest time without a byte, in seconds.
    package private(set) var silenceMax = 0.0
    package private(set) var tracks: [Track] = []
    private var demuxer = Demuxer()
    private var lastAt: Double?

    package init() {}

    package var counters: Demuxer.Counters { self.demuxer.counters }
    package var backwardSteps: Int { self.times.values.reduce(0) { $0 + $1.backward } }

    /// What must not be in a stream that we send: `[]` when it is clean.
    package var faults: [String] {
        let counters = self.counters
        let counts = [
            ("lost sync", counters.lostSync), ("continuity", counters.continuity), ("bad CRC", counters.badCRC),
            ("truncated units", counters.truncated), ("malformed", counters.malformed),
            ("decoding times back", self.backwardSteps),
        ]
        return counts.filter { $0.1 > 0 }.map { "\($0.0): \($0.1)" }
    }

    /// Takes what came `at` seconds of any clock.
    package mutating func received(_ bytes: [UInt8], at: Double) {
        if let last = self.lastAt { self.silenceMax = max(self.silenceMax, at - last) }
        self.lastAt = at
        self.byteCount += bytes.count
        self.demuxer.push(bytes) { Self.take($0, &self.times, &self.tracks) }
    }

    /// A whole file is over, as a segment is.
    package mutating func fileEnded() {
        self.demuxer.fileEnded { Self.take($0, &self.times, &self.tracks) }
    }

    private static func take(_ output: Demuxer.Output, _ times: inout [UInt16: Times], _ tracks: inout [Track]) {
        switch output {
        case .tracks(let found): tracks = found
        case .unit(let unit):
            guard let time = unit.dts else { return }
            var track = times[unit.pid] ?? Times()
            track.units += 1
            if let last = track.last {
                let step = Self.difference(time, last)
                if step.ticks <= 0 { track.backward += 1 }
                track.stepMax = max(track.stepMax, step.milliseconds)
            }
            track.last = time
            times[unit.pid] = track
        case .fault: break
        }
    }

    /// The nearer way round 33 bits.
    private static func difference(_ time: MediaTime, _ last: MediaTime) -> MediaTime {
        let ticks = (time.ticks - last.ticks) % MediaTime.wrap
        if ticks > MediaTime.wrap / 2 { return MediaTime(ticks: ticks - MediaTime.wrap) }
        return MediaTime(ticks: ticks < -MediaTime.wrap / 2 ? ticks + MediaTime.wrap : ticks)
    }
}
