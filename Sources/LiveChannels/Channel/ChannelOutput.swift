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

    mutating func began(isBursty: Bool) {
        self.path.began(isBursty: isBursty)
    }

    mutating func found(_ tracks: [Track], now: NIODeadline) {
        self.path.found(tracks, now: now.mediaTime)
    }

    mutating func expectEpoch() {
        self.path.expectEpoch()
    }

    /// Takes units; answers their bytes, and how much longer the output lasts with them.
    mutating func received(_ units: [AccessUnit], now: NIODeadline) -> (bytes: Int64, length: TimeAmount) {
        let bytes = units.reduce(Int64(0)) { $0 + Int64($1.data.count) }
        let length = self.path.received(units, now: now.mediaTime)
        self.report.bytesIn += bytes
        self.report.lastUnitAt = now
        return (bytes, .nanoseconds(length.ticks * 100_000 / 9))
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

extension NIODeadline {
    /// The monotonic clock in ticks of 1/90 000 s.
    var mediaTime: MediaTime {
        MediaTime(ticks: Int64(truncatingIfNeeded: self.uptimeNanoseconds / 100_000 * 9))
    }
}
