import MPEGTS
import Model

/// One opening of one source: what it sent that may still be needed, and how well it runs.
///
/// Until it is joined to the output it keeps what follows its last random access point, so that it can be entered at once.
struct Feed: Sendable {
    /// Media kept from a random access point on: more than the longest GOP that encoders make by default (250 pictures).
    static let bufferSpanMax = MediaTime(seconds: 12).ticks
    /// Units kept: 12 s of 60 pictures and eight tracks of sound.
    static let bufferCountMax = 8_192
    /// Bytes kept: 12 s at 20 Mbit/s.
    static let bufferBytesMax = 32 << 20
    /// Sound that lies this much before a random access point in time may belong to it.
    static let soundBefore = MediaTime(milliseconds: 500).ticks
    /// Pictures after a random access point within which those that are shown before it come: what decoders reorder at most.
    static let leadingMax = 16
    /// Pictures of a waiting run that it may be known again by: those of a buffer, at 40 a second.
    static let recentMax = 512
    /// How long the last picture of a buffer is waited for.
    static let settleWait = MediaTime(milliseconds: 200).ticks

    enum State: Hashable, Sendable {
        /// Not on the output: opened, or left because its clock jumped or pictures were lost.
        case waiting(since: Int64)
        case joined
    }

    /// Media that the supplier sent a second time.
    struct Repeated: Sendable {
        var units = 0
        var from: Int64
        var to: Int64
        var since: Int64
    }

    let run: Int
    let source: SourceID
    let isBursty: Bool
    var state: State
    var tracks: [Track] = []
    /// The track that it is entered by.
    private(set) var reference: Track?
    /// What came since its last random access point, that included.
    private(set) var buffer: [AccessUnit] = []
    private var bufferBytes = 0
    /// Whether the buffer begins where a decoder can.
    private(set) var isReady = false
    /// The pictures since it has been waiting, the last ``recentMax`` of them, to be known again by.
    var recent: [OverlapMemory.Picture] = []
    /// Where it stands on the output, if that is known.
    var anchor: TimeAnchor?
    /// Pictures that were sent before and are let fall: from where to where on the output, and since when.
    var repeated: Repeated?
    /// Whether what it repeats is its programme: a file that is played again, not a buffer sent again.
    var loops = false
    /// Whether it is a clip of our own.
    var isSlate = false
    var expectsEpoch = false
    /// Whether it was on the output.
    var wasJoined = false
    /// Whether sound and data go on through the timeline while it waits.
    var passesOthers = false
    /// When media came again, since it has been waiting.
    var backAt: Int64?
    /// When it was said to be the one to go out.
    var wantedAt: Int64?
    /// Whether pictures are missing in front of the last one of the reference track.
    private(set) var hasGap = false
    /// How long its pictures last.
    private var pace = FrameDuration(unknown: OutputTimeline.pictureTicks)
    /// Whether packets were lost since the last picture.
    var hasLost = false
    var health: SourceHealth
    /// The last decoding time of the reference track (33 bits), and when it came.
    private(set) var last: (raw: Int64, at: Int64)?
    /// When the first unit came.
    var beganAt: Int64?
    /// When the first picture came.
    private(set) var firstAt: Int64 = 0
    /// Media received, in ticks of the reference track.
    private(set) var received: Int64 = 0

    init(run: Int, source: SourceID, isBursty: Bool, now: Int64) {
        self.run = run
        self.source = source
        self.isBursty = isBursty
        self.state = .waiting(since: now)
        self.health = SourceHealth(now: now)
    }

    mutating func found(_ tracks: [Track]) {
        guard tracks != self.tracks else { return }
        self.tracks = tracks
        let reference = tracks.first { $0.codec.isVideo } ?? tracks.first { $0.codec.isAudio }
        guard reference != self.reference else { return }
        self.reference = reference
        self.forget()
        self.recent = []
        self.anchor = nil
    }

    /// No picture comes: it is entered by its sound.
    mutating func goByMeansOf(_ pid: UInt16) {
        guard let track = self.tracks.first(where: { $0.pid == pid && $0.codec.isAudio }) else { return }
        self.reference = track
    }

    /// Looks at a unit before anything is done with it: time, health, what picture it is.
    ///
    /// `gapMax`: a step between two pictures larger than this many ticks has lost some, also when no counter says so.
    mutating func note(_ unit: AccessUnit, now: Int64, tolerance: Int64, gapMax: Int64) {
        guard let reference = self.reference else { return }
        let isReference = unit.pid == reference.pid
        self.health.received(unit, isReference: isReference, now: now)
        guard isReference, let raw = (unit.dts ?? unit.pts)?.ticks else { return }
        self.hasGap = false
        if let last = self.last {
            let step = MediaTime.distance(from: last.raw, to: raw)
            let picture = self.pace.ticks * 3 / 2
            self.hasGap = step <= 0 || step > (self.hasLost ? picture : max(picture, gapMax))
            self.pace.observe(step)
            if !self.isContinuous(step, after: now - last.at, tolerance: tolerance) {
                self.anchor = nil
            } else if step > 0 {
                self.received += step
            }
        }
        self.expectsEpoch = false
        if self.last == nil { self.firstAt = now }
        self.last = (raw, now)
        guard case .waiting = self.state else { return }
        self.recent.append(OverlapMemory.Picture(fingerprint: Fingerprint(unit, codec: reference.codec), raw: raw))
        if self.recent.count > Self.recentMax { self.recent.removeFirst() }
    }

    private func isContinuous(_ step: Int64, after silence: Int64, tolerance: Int64) -> Bool {
        if self.expectsEpoch { return (1...OutputTimeline.backwardMax).contains(step) }
        if (-OutputTimeline.backwardMax...OutputTimeline.forwardMax).contains(step) { return true }
        return step > 0 && abs(step - silence) <= tolerance
    }

    // MARK: The buffer

    /// Keeps a unit for when the feed is entered.
    mutating func keep(_ unit: AccessUnit, anyPoint: Bool) {
        let isPoint = unit.pid == self.reference?.pid && (unit.isRandomAccessPoint || anyPoint && !self.isReady)
        if isPoint { self.trim(before: unit) }
        // Without a place to begin only what may belong to one is kept.
        if !isPoint, !self.isReady, unit.pid == self.reference?.pid { return }
        self.buffer.append(unit)
        self.bufferBytes += unit.data.count
        if isPoint { self.isReady = true }
        if !self.isReady { self.dropOldSound() }
        if self.buffer.count > Self.bufferCountMax || self.bufferBytes > Self.bufferBytesMax || self.isTooLong {
            self.forget()
        }
    }

    /// Lets everything go that lies before a unit in time.
    mutating func trim(before unit: AccessUnit) {
        let start = (unit.pts ?? unit.dts)?.ticks
        let reference = self.reference?.pid
        self.buffer.removeAll { kept in
            guard kept.pid != reference, let start, let time = (kept.pts ?? kept.dts)?.ticks else { return true }
            return MediaTime.distance(from: start, to: time) < -Self.soundBefore
        }
        self.bufferBytes = self.buffer.reduce(0) { $0 + $1.data.count }
        self.isReady = false
    }

    mutating func forget() {
        self.buffer = []
        self.bufferBytes = 0
        self.isReady = false
    }

    /// Gives away what is kept, since the feed is entered.
    mutating func takeBuffer() -> [AccessUnit] {
        defer { self.forget() }
        return self.buffer
    }

    private mutating func dropOldSound() {
        guard let first = self.buffer.first, let newest = (self.buffer.last?.pts ?? self.buffer.last?.dts)?.ticks,
            let oldest = (first.pts ?? first.dts)?.ticks,
            MediaTime.distance(from: oldest, to: newest) > 4 * Self.soundBefore
        else { return }
        self.bufferBytes -= first.data.count
        self.buffer.removeFirst()
    }

    private var isTooLong: Bool { self.isReady && self.span > Self.bufferSpanMax }

    /// Media from the place to begin to the newest picture, in ticks.
    var span: Int64 {
        guard let first = self.point?.dts ?? self.point?.pts, let last = self.last else { return 0 }
        return max(0, MediaTime.distance(from: first.ticks, to: last.raw))
    }

    /// The unit to begin with.
    var point: AccessUnit? {
        guard self.isReady else { return nil }
        return self.buffer.first { $0.pid == self.reference?.pid }
    }

    /// When the first picture that is shown after entering is shown, in source time; `nil` while that isn't known yet.
    ///
    /// Where a decoder can begin at a picture that others precede in time, those come right after it.
    func firstShown(now: Int64) -> Int64? {
        guard let point = self.point, let start = (point.pts ?? point.dts)?.ticks else { return nil }
        guard self.reference?.codec.isVideo == true else { return start }
        var earliest: Int64 = 0
        var count = 0
        for unit in self.buffer where unit.pid == point.pid {
            count += 1
            guard count > 1, let time = (unit.pts ?? unit.dts)?.ticks else { continue }
            let distance = MediaTime.distance(from: start, to: time)
            if distance > 0 || count > Self.leadingMax { return start + earliest }
            earliest = min(earliest, distance)
        }
        let isSettled = self.last.map { now - $0.at >= Self.settleWait } ?? false
        return isSettled ? start + earliest : nil
    }
}
