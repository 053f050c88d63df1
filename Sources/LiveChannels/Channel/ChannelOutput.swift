import Continuity
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
    var path: MediaPath
    private var window: SegmentWindow<ByteBuffer>
    private let windowConfiguration: SegmentWindow<ByteBuffer>.Configuration
    /// The runs that are open, and the media they had sent when asked last.
    private var lengths: [Int: MediaTime] = [:]
    /// The run that goes out, or went out last.
    private var current: Int?
    /// Held pictures of holds that are over.
    private var heldBefore = MediaTime.zero
    /// The run that is to go out, as the supervisor said last.
    var wanted: Int?
    var slates: SlateScreen
    private let codecChange: CodecChange
    private let channel: ChannelID
    private let archive: Archive?

    init(_ channel: ChannelID, _ services: ChannelServices) {
        self.wallTime = services.wallTime
        // Seconds since a fixed day: larger than any number given before a restart, without a file.
        let first = MediaSequence.initial(at: services.wallTime())
        let packager = Packager(segments: services.segments, initialMediaSequence: first)
        self.path = MediaPath(packager: packager, configuration: services.continuity)
        self.slates = SlateScreen(channel, services)
        self.codecChange = services.codecChange
        self.channel = channel
        self.archive = services.archive
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
        self.lengths[run] = .zero
        self.path.continuity.opened(run: run, source: source, isBursty: isBursty, now: now.mediaTime)
        return []
    }

    mutating func found(_ tracks: [Track], run: Int, now: NIODeadline) -> [ContinuityReport] {
        self.path.continuity.found(tracks, run: run)
        return []
    }

    mutating func expectEpoch(run: Int) {
        self.path.continuity.expectEpoch(run: run)
    }

    /// Takes units; answers their bytes, and how much longer the run's media last with them.
    mutating func received(
        _ units: [AccessUnit],
        run: Int,
        now: NIODeadline
    ) -> (bytes: Int64, length: TimeAmount, reports: [ContinuityReport]) {
        let bytes = units.reduce(Int64(0)) { $0 + Int64($1.data.count) }
        self.report.bytesIn += bytes
        self.report.lastUnitAt = now
        let reports = self.path.continuity.received(units, run: run, now: now.mediaTime)
        let length = self.path.continuity.received(run: run)
        let before = self.lengths.updateValue(length, forKey: run) ?? .zero
        return (bytes, max(.zero, length - before).timeAmount, self.told(reports))
    }

    /// Packets of the run were lost or repeated.
    mutating func continuityErrors(_ count: Int, run: Int, now: NIODeadline) -> [ContinuityReport] {
        self.path.continuity.continuityErrors(count, run: run, now: now.mediaTime)
        return []
    }

    /// The run is over.
    mutating func closed(run: Int, now: NIODeadline) -> [ContinuityReport] {
        self.lengths[run] = nil
        return self.told(self.path.continuity.closed(run: run, cause: "closed", now: now.mediaTime))
    }

    /// This run is the channel's from its next possible random access point on; the one before goes on until then.
    mutating func feed(run: Int, now: NIODeadline) -> [ContinuityReport] {
        self.wanted = run
        return self.told(self.path.continuity.feed(run: run, now: now.mediaTime))
    }

    /// A tick of the clock.
    mutating func timePassed(now: NIODeadline) -> [ContinuityReport] {
        self.told(self.path.continuity.timePassed(now: now.mediaTime))
    }

    /// What the output is doing.
    var state: ChannelContinuity.State { self.path.continuity.state }

    mutating func told(_ reports: [ChannelContinuity.Report]) -> [ContinuityReport] {
        reports.compactMap { report in
            // What becomes of slates is nobody's business but this one's.
            if report.run.map(SlateScreen.isSlate(run:)) ?? false { return nil }
            if case .entered(let run, _) = report { self.current = run }
            if case .patched(let patch) = report { self.heldBefore += patch.length }
            return ContinuityReport(report, run: self.current ?? 0)
        }
    }

    /// Sends on what is due.
    mutating func sendDue(now: NIODeadline) {
        self.send(self.path.due(now: now.mediaTime, wallTime: self.wallTime()))
        self.report.unitsDropped = self.path.droppedCount
        self.look(now: now)
    }

    /// Puts what the output is doing on the board.
    private mutating func look(now: NIODeadline) {
        let continuity = self.path.continuity
        self.report.standIns.held = self.heldBefore + continuity.heldLength
        self.report.cushion = continuity.cushion
        self.report.show(LiveChannel.Status.Picture(continuity.state), now: now)
    }

    /// Sends the chunk being collected.
    mutating func flush() {
        self.send(self.path.flush())
    }

    /// Forgets what is kept, since it is not live any more; the numbers of segments go on.
    mutating func rest() -> [ContinuityReport] {
        let reports = self.told(self.path.rest().reports)
        self.current = nil
        self.report.standIns.held = self.heldBefore
        self.report.cushion = .zero
        self.report.picture = nil
        self.wanted = nil
        self.lengths = [:]
        self.startWindow()
        self.segments.clear()
        self.ring.clear()
        return reports
    }

    /// Nothing goes out until a source can be entered; viewers are closed.
    mutating func giveUp() -> [ContinuityReport] {
        let reports = self.told(self.path.pause(wanting: self.wanted).reports)
        self.current = nil
        self.report.standIns.held = self.heldBefore
        self.report.cushion = .zero
        self.report.picture = nil
        self.startWindow()
        self.segments.giveUp()
        self.ring.drop(.noSource, keepsWaiting: false)
        return reports
    }

    /// An empty window; its numbers go on.
    private mutating func startWindow() {
        let left = self.window.listed.count { $0.isDiscontinuity }
        self.window = SegmentWindow(
            targetDurationSeconds: self.segments.targetDurationSeconds,
            configuration: self.windowConfiguration,
            discontinuitySequence: self.window.discontinuitySequence + UInt64(left)
        )
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
                let shared = segment.map { ByteBuffer(bytes: $0) }
                self.window.append(shared)
                // A slate is nothing that anybody wants to catch up.
                if !self.isSlate { self.archive?.append(shared, of: self.channel) }
                self.segments.publish(self.window)
                self.report.codecs = self.path.codecs
                self.report.bandwidth = self.window.bandwidth ?? self.report.bandwidth
            case .refused:
                break
            case .codecChanged:
                if self.codecChange == .close { self.ring.drop(.codecChanged, keepsWaiting: true) }
            }
        }
    }
}

extension MediaTime {
    /// The same on the monotonic clock.
    var timeAmount: TimeAmount { .nanoseconds(self.ticks * 100_000 / 9) }
}

extension TimeAmount {
    /// The same in ticks of 1/90 000 s.
    var mediaTime: MediaTime { MediaTime(ticks: self.nanoseconds / 100_000 * 9) }
}

extension NIODeadline {
    /// The monotonic clock in ticks of 1/90 000 s.
    var mediaTime: MediaTime {
        MediaTime(ticks: Int64(truncatingIfNeeded: self.uptimeNanoseconds / 100_000 * 9))
    }
}
