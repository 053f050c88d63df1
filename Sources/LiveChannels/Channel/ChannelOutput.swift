import Events
import HLS
import MPEGTS
import Model
import NIOCore

/// The media of one channel on its way out: gives what ``MediaPath`` makes to the store and the ring.
///
/// Touched on the channel's event loop only.
struct ChannelOutput {
    let segments: SegmentStore
    let ring: LiveRing
    /// The media's part of the status; the pipeline adds the source's.
    var report = StatusBoard.Report()
    private let wallTime: @Sendable () -> WallTime
    private var path: MediaPath
    private var window: SegmentWindow<ByteBuffer>
    private let windowConfiguration: SegmentWindow<ByteBuffer>.Configuration
    /// The runs that are open, the fed one too.
    private var standbys: [Int: Standby] = [:]
    /// The run that goes out, or went out last.
    private var current: Int?
    /// The run that is to be entered at its random access point.
    private var next: Int?
    private var hasEntered = false
    private var deliveredAt: NIODeadline?

    init(_ services: ChannelServices) {
        self.wallTime = services.wallTime
        // Seconds since a fixed day: larger than any number given before a restart, without a file.
        let first = MediaSequence.initial(at: services.wallTime())
        let packager = Packager(segments: services.segments, initialMediaSequence: first)
        self.path = MediaPath(packager: packager)
        var window = SegmentWindow<ByteBuffer>.Configuration()
        window.listedMin = services.listedSegmentsMin
        self.windowConfiguration = window
        self.window = SegmentWindow(
            targetDurationSeconds: packager.targetDurationSeconds,
            configuration: window,
            discontinuitySequence: first
        )
        self.segments = SegmentStore(targetDurationSeconds: packager.targetDurationSeconds)
        self.ring = LiveRing()
    }

    /// A source was opened; nothing of the run goes out before it is fed.
    mutating func opened(run: Int, source: SourceID, isBursty: Bool, now: NIODeadline) -> [ContinuityReport] {
        self.standbys[run] = Standby(isBursty: isBursty)
        return []
    }

    mutating func found(_ tracks: [Track], run: Int, now: NIODeadline) -> [ContinuityReport] {
        if run == self.current { self.path.found(tracks, now: now.mediaTime) }
        self.standbys[run]?.tracks = tracks
        return []
    }

    mutating func expectEpoch(run: Int) {
        if run == self.current { self.path.expectEpoch() }
    }

    /// Takes units; answers their bytes, and how much longer the run's media last with them.
    mutating func received(
        _ units: [AccessUnit],
        run: Int,
        now: NIODeadline
    ) -> (bytes: Int64, length: TimeAmount, reports: [ContinuityReport]) {
        let bytes = units.reduce(Int64(0)) { $0 + Int64($1.data.count) }
        self.report.bytesIn += bytes
        guard run == self.current else {
            let (length, reports) = self.standBy(units, run: run, now: now)
            return (bytes, length.timeAmount, reports)
        }
        let (length, reports) = self.deliver(units, now: now)
        return (bytes, length.timeAmount, reports)
    }

    /// Packets of the run were lost or repeated.
    mutating func continuityErrors(_ count: Int, run: Int, now: NIODeadline) -> [ContinuityReport] { [] }

    /// The run is over.
    mutating func closed(run: Int, now: NIODeadline) -> [ContinuityReport] {
        self.standbys[run] = nil
        if self.next == run { self.next = nil }
        return []
    }

    /// This run is the channel's from its next possible random access point on; the one before goes on until then.
    mutating func feed(run: Int, now: NIODeadline) -> [ContinuityReport] {
        guard let standby = self.standbys[run], run != self.current else { return [] }
        self.next = run
        guard self.current.map({ self.standbys[$0] == nil }) ?? true || !standby.units.isEmpty else { return [] }
        return self.enter(run, now: now)
    }

    /// A tick of the clock.
    mutating func timePassed(now: NIODeadline) -> [ContinuityReport] { [] }

    private mutating func standBy(
        _ units: [AccessUnit],
        run: Int,
        now: NIODeadline
    ) -> (MediaTime, [ContinuityReport]) {
        guard var standby = self.standbys[run] else { return (.zero, []) }
        let wasReady = !standby.units.isEmpty
        let length = standby.received(units)
        self.standbys[run] = standby
        guard !standby.units.isEmpty else { return (length, []) }
        if self.next == run { return (length, self.enter(run, now: now)) }
        return (length, wasReady ? [] : [.ready(run: run)])
    }

    private mutating func enter(_ run: Int, now: NIODeadline) -> [ContinuityReport] {
        guard let standby = self.standbys[run] else { return [] }
        self.current = run
        self.next = nil
        self.hasEntered = false
        self.standbys[run]?.units = []
        self.path.began(isBursty: standby.isBursty)
        if !standby.tracks.isEmpty { self.path.found(standby.tracks, now: now.mediaTime) }
        guard !standby.units.isEmpty else { return [] }
        return self.deliver(standby.units, now: now).1
    }

    private mutating func deliver(_ units: [AccessUnit], now: NIODeadline) -> (MediaTime, [ContinuityReport]) {
        defer { self.deliveredAt = now }
        self.report.lastUnitAt = now
        let length = self.path.received(units, now: now.mediaTime)
        guard let current = self.current, !self.hasEntered else { return (length, []) }
        self.hasEntered = true
        let gap = self.deliveredAt.map { now - $0 } ?? .nanoseconds(0)
        return (length, [.entered(run: current, gap: gap.milliseconds)])
    }

    /// Sends on what is due.
    mutating func sendDue(now: NIODeadline) {
        self.send(self.path.due(now: now.mediaTime, wallTime: self.wallTime()))
        self.report.unitsDropped = self.path.droppedCount
    }

    /// Sends the chunk being collected.
    mutating func flush() {
        self.send(self.path.flush())
    }

    /// Forgets what is kept, since it is not live any more; the numbers of segments go on.
    mutating func rest() {
        _ = self.path.rest()
        self.current = nil
        self.next = nil
        self.deliveredAt = nil
        let left = self.window.listed.count { $0.isDiscontinuity }
        self.window = SegmentWindow(
            targetDurationSeconds: self.segments.targetDurationSeconds,
            configuration: self.windowConfiguration,
            discontinuitySequence: self.window.discontinuitySequence + UInt64(left)
        )
        self.segments.clear()
        self.ring.clear()
    }

    /// The channel is gone.
    func end() {
        self.segments.end()
        self.ring.end()
    }

    private mutating func send(_ outputs: [Packager.Output]) {
        for output in outputs {
            switch output {
            case .chunk(let chunk, let time):
                self.ring.publish(chunk, at: time)
            case .segment(let segment):
                self.window.append(segment.map { ByteBuffer(bytes: $0) })
                self.segments.publish(self.window)
                self.report.codecs = self.path.codecs
                self.report.bandwidth = self.window.bandwidth ?? self.report.bandwidth
            case .refused:
                break
            }
        }
    }
}

/// A run that is open: what it could be entered with.
private struct Standby {
    /// Bytes kept at most: a GOP of 10 s at 25 Mbit/s; a longer one is entered at its end.
    static let sizeBytesMax = 32 << 20

    let isBursty: Bool
    var tracks: [Track] = []
    /// What came since its last random access point.
    var units: [AccessUnit] = []
    private var sizeBytes = 0
    private var newest: [UInt16: Int64] = [:]

    init(isBursty: Bool) {
        self.isBursty = isBursty
    }

    /// Keeps the units; answers how much longer the run lasts with them, by its own time stamps.
    mutating func received(_ units: [AccessUnit]) -> MediaTime {
        var length: Int64 = 0
        let reference = (self.tracks.first { $0.codec.isVideo } ?? self.tracks.first)?.pid
        for unit in units {
            if unit.pid == reference {
                if unit.isRandomAccessPoint {
                    self.units = []
                    self.sizeBytes = 0
                }
                if let time = (unit.dts ?? unit.pts)?.ticks {
                    let step = self.newest[unit.pid].map { time - $0 } ?? 0
                    length += (0...MediaTime(seconds: 10).ticks).contains(step) ? step : 0
                    self.newest[unit.pid] = time
                }
            }
            guard !self.units.isEmpty || (unit.pid == reference && unit.isRandomAccessPoint) else { continue }
            self.units.append(unit)
            self.sizeBytes += unit.data.count
        }
        if self.sizeBytes > Self.sizeBytesMax {
            self.units = []
            self.sizeBytes = 0
        }
        return MediaTime(ticks: length)
    }
}

extension MediaTime {
    /// The same on the monotonic clock.
    var timeAmount: TimeAmount { .nanoseconds(self.ticks * 100_000 / 9) }
}

extension NIODeadline {
    /// The monotonic clock in ticks of 1/90 000 s.
    var mediaTime: MediaTime {
        MediaTime(ticks: Int64(truncatingIfNeeded: self.uptimeNanoseconds / 100_000 * 9))
    }
}
