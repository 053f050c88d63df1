package import MPEGTS
package import Model

/// One output clock for the life of a channel: whatever its sources do, what it delivers never jumps.
///
/// Time stamps of a source are unwrapped per PID and moved by one offset per *epoch* (a stretch of the source in which
/// they run on), so that sound and picture stay together. An epoch begins at a random access point, decoded right after the
/// last picture that was delivered, and not shown before the latest one has been. Pure; times of arrival are a monotonic clock in ticks of 1/90 000 s.
package struct OutputTimeline: Sendable {
    /// What becomes of a unit.
    package enum Output: Hashable, Sendable {
        /// On the output timeline, with its output PID.
        case deliver(AccessUnit)
        /// Not passed on; `pid` is the source's.
        case dropped(pid: UInt16, DropReason)
        /// Of the reference track, and of no epoch that runs: its clock jumped, or nothing was entered yet. Given back as
        /// it came; the caller says with ``enter(with:startingAt:continues:now:)`` where the next epoch begins.
        case left(AccessUnit)
        /// Of the reference track, its epoch runs, but pictures in front of it are missing (``gapMax``); given back as it
        /// came, to be entered with once the gap is filled if a decoder can begin here.
        case gapped(AccessUnit)
    }

    /// Why a unit was not passed on.
    package enum DropReason: String, CaseIterable, Hashable, Sendable {
        /// On a PID that no track has.
        case unknownTrack = "unknown-track"
        /// A picture or frame that nothing says the time of.
        case noTimeStamp = "no-time-stamp"
        /// Before the point where a decoder can start.
        case waiting = "waiting"
        /// Of a time that neither this epoch nor the one before reaches.
        case deadEpoch = "dead-epoch"
        /// Not later than what was delivered on its PID before.
        case notRising = "not-rising"
        /// Sound that was delivered before, at a joint.
        case audioOverlap = "audio-overlap"
        /// A section that does not check.
        case corruptSection = "corrupt-section"
    }

    /// Where the output clock starts: not at 0, since decoding times and clock references lead.
    package static let start = MediaTime(seconds: 10)
    /// A decoding time this much before the last one of its PID is still the same epoch.
    static let backwardMax = MediaTime(milliseconds: 500).ticks
    /// And this much after it.
    static let forwardMax = MediaTime(seconds: 3).ticks
    /// How far a jump may differ from the silence before it to be the same as it.
    static let silenceTolerance = MediaTime(milliseconds: 1_500).ticks
    /// How long after a change of epoch units of the old one may still come: what multiplexers interleave.
    static let skewMax = MediaTime(seconds: 2).ticks
    /// How far from the other tracks of its epoch a unit may be.
    static let reachMax = MediaTime(seconds: 10).ticks
    /// How much later than it is decoded a picture may be shown: 16 pictures, the most a decoder keeps, at 8 a second.
    static let leadMax = MediaTime(seconds: 2).ticks
    /// Units of an epoch whose offset is not known yet: two seconds of eight audio tracks.
    package static let heldMax = 1_024
    /// What a picture is taken to last before two were seen: 25 a second.
    static let pictureTicks: Int64 = 3_600
    /// What a frame of sound is taken to last before two were seen: 1,024 samples at 48 kHz.
    static let soundTicks: Int64 = 1_920

    struct Epoch: Sendable {
        var number: Int
        /// Output time − source time.
        var offset: Int64
        /// The source time that came last, unwrapped.
        var reference: Int64
        /// The output time it begins at.
        var start: Int64
        /// When the one before it was left.
        var changedAt: Int64
        /// The track whose first unit it begins with.
        var pid: UInt16
    }

    /// One PID of the source.
    struct Input: Sendable {
        var raw: Int64
        var unwrapped: Int64
        var arrivedAt: Int64
        var epoch: Int
        /// Ticks that put its sound on the grid of what was delivered before.
        var shift: Int64 = 0
        /// Whether something of it was delivered in this epoch.
        var hasJoined = false
        /// Whether its clock has nothing to do with that of the other tracks.
        var isStray = false
    }

    /// One PID of the output; outlives sources.
    struct Lane: Sendable {
        var lastDTS: Int64?
        /// Where the last sound ends.
        var lastEnd: Int64?
        var frames: FrameDuration
    }

    struct Held: Sendable {
        var unit: AccessUnit
        var at: Int64
    }

    /// The tracks of the output, with the PIDs that delivered units have; empty until the source has named its own.
    package private(set) var tracks: [Track] = []
    /// A step of the reference track larger than this many ticks has lost pictures.
    package var gapMax = Int64.max
    /// Epochs begun since the channel was made.
    package internal(set) var epochs = 0

    /// The connection that units come from; `nil` before the first.
    package private(set) var run: Int?
    private var map = TrackMap()
    private var sourceTracks: [Track] = []
    var routes: [UInt16: Track] = [:]
    /// The track that epochs begin with: the first video track, or the first audio track of a channel without pictures.
    var referencePID: UInt16?
    var current: Epoch?
    var previous: Epoch?
    var inputs: [UInt16: Input] = [:]
    var lanes: [UInt16: Lane] = [:]
    var held: [Held] = []
    /// When a start began to wait for its random access point.
    var waitingSince: Int64?
    var expectsEpoch = false
    /// The decoding time right after the last unit of the reference track, on the output.
    var end: Int64?
    /// The presentation time right after the latest picture shown, on the output.
    var shownUntil: Int64?

    package init() {}

    /// A source was connected, the same as before or another: a new epoch.
    ///
    /// `run` is the caller's name for the connection.
    package mutating func begin(run: Int = 0) {
        self.run = run
        self.sourceTracks = []
        self.routes = [:]
        self.referencePID = nil
        self.leaveEpochs()
    }

    /// The source names its tracks; answers whether the output's tracks changed.
    ///
    /// An epoch ends when the track it is held by goes.
    package mutating func found(_ tracks: [Track]) -> Bool {
        guard tracks != self.sourceTracks else { return false }
        self.sourceTracks = tracks
        let before = self.referencePID.flatMap { self.routes[$0] }
        let mapped = self.map.map(tracks)
        self.routes = Dictionary(mapped.map { ($0.sourcePID, $0.track) }) { first, _ in first }
        let reference = mapped.first { $0.track.codec.isVideo } ?? mapped.first { $0.track.codec.isAudio }
        if reference?.sourcePID != self.referencePID || reference?.track != before { self.leaveEpochs() }
        self.referencePID = reference?.sourcePID
        self.inputs = self.inputs.filter { self.routes[$0.key] != nil }
        defer { self.tracks = mapped.map(\.track) }
        return self.tracks != mapped.map(\.track)
    }

    /// The source says that its clock may start anew with the next unit.
    package mutating func expectEpoch() {
        self.expectsEpoch = true
    }

    /// Takes the next unit of the source, time stamps as found there; answers what became of it and of those it set free.
    package mutating func received(_ unit: AccessUnit, at now: MediaTime) -> [Output] {
        guard let track = self.routes[unit.pid] else { return [.dropped(pid: unit.pid, .unknownTrack)] }
        if track.codec.isVideo || track.codec.isAudio {
            return self.timed(unit, track: track, now: now.ticks, isHeld: false)
        }
        return [self.data(unit, track: track, now: now.ticks)]
    }

    /// The track that epochs begin with, as the source numbers it; `nil` until the source has named its tracks.
    package var reference: Track? { self.referencePID.flatMap { pid in self.sourceTracks.first { $0.pid == pid } } }

    /// The output track of a source's PID.
    package func output(of pid: UInt16) -> Track? { self.routes[pid] }

    /// The track that epochs begin with, on the output.
    var referenceOutput: Track? { self.referencePID.flatMap { self.routes[$0] } }

    /// Where the last unit of the reference track stood in the source and on the output; `nil` before an epoch.
    var anchor: TimeAnchor? {
        guard let current = self.current ?? self.previous, let pid = self.referencePID, let input = self.inputs[pid]
        else { return nil }
        return TimeAnchor(raw: input.raw, time: input.unwrapped + current.offset)
    }

    /// Where the next picture of the reference track may be decoded and shown at the earliest; `nil` before the first.
    package var free: (decoding: MediaTime, presentation: MediaTime)? {
        guard let end = self.end, let shown = self.shownUntil else { return nil }
        return (MediaTime(ticks: end), MediaTime(ticks: shown))
    }

    /// Something was sent on an output PID that came from no source: `last` of it is decoded at `decoding`, and all of
    /// it is over at `end`.
    package mutating func filled(_ track: Track, lastDecoding decoding: MediaTime, until end: MediaTime) {
        var lane = self.lanes[track.pid] ?? Lane(frames: FrameDuration(unknown: Self.unknownTicks(track)))
        let isLast = lane.lastDTS.map { decoding.ticks > $0 } ?? true
        lane.lastDTS = max(lane.lastDTS ?? decoding.ticks, decoding.ticks)
        lane.lastEnd = max(lane.lastEnd ?? end.ticks, end.ticks)
        self.lanes[track.pid] = lane
        if track.pid == self.referencePID.flatMap({ self.routes[$0]?.pid }) || track.codec.isVideo {
            self.end = max(self.end ?? 0, decoding.ticks + lane.frames.ticks)
            self.shownUntil = max(self.shownUntil ?? 0, end.ticks)
        }
        // What comes next on this track is fitted to the end of it.
        guard isLast else { return }
        for (pid, route) in self.routes where route.pid == track.pid {
            self.inputs[pid]?.hasJoined = false
            self.inputs[pid]?.shift = 0
        }
    }

    private mutating func leaveEpochs() {
        self.current = nil
        self.previous = nil
        self.inputs = [:]
        self.held = []
        self.waitingSince = nil
        self.expectsEpoch = false
    }
}
