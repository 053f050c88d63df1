import Accounts
import HTTP
import LiveChannels
import Model
import NIOCore
import Synchronization

/// One viewer of a stretch of the archive as one transport stream, at the speed at which it was sent; touched on its loop only.
///
/// It begins with a burst, as a live stream does. A stretch that is still being recorded is followed to its end.
final class ArchiveViewer: StreamOwner {
    /// Media sent ahead, so that a player has a buffer at once.
    static let burst = TimeAmount.seconds(10)
    /// Between two looks at a socket that takes nothing, or at a stretch whose next segment is still being made.
    private static let lookAgain = TimeAmount.milliseconds(200)
    /// How long the next segment is waited for: longer than any is.
    private static let segmentPatience = TimeAmount.seconds(20)
    private static let head = ResponseHead(
        .ok,
        contentType: "video/mp2t",
        contentLength: nil,
        cacheControl: "no-store"
    )

    private let core: DeliveryCore
    private let archive: Archive
    private let grant: Grant
    private let window: CatchUpWindow
    private let connection: HTTPConnection
    private let loop: any EventLoop
    private let openedAt: NIODeadline
    private var items: ArraySlice<Archive.Item>
    private var last: Archive.Item?
    /// Media sent.
    private var sent = TimeAmount.zero
    /// When the last segment was sent, or waited for in vain since.
    private var waitingSince: NIODeadline
    private var slow: SlowViewer
    private var written: Int64 = 0
    private var queued = 0
    private var counted: Int64 = 0
    private var hasEnded = false
    private var timer: Scheduled<Void>?

    init(
        core: DeliveryCore,
        archive: Archive,
        grant: Grant,
        window: CatchUpWindow,
        items: [Archive.Item],
        connection: HTTPConnection,
        loop: any EventLoop
    ) {
        self.core = core
        self.archive = archive
        self.grant = grant
        self.window = window
        self.items = items[...]
        self.connection = connection
        self.loop = loop
        self.openedAt = loop.now
        self.waitingSince = loop.now
        self.slow = SlowViewer(stallDeadline: core.configuration.stallDeadline, at: loop.now)
    }

    /// Takes the connection and begins to send.
    func start() {
        let handle = ArchiveViewerHandle(viewer: NIOLoopBound(self, eventLoop: self.loop))
        do throws(DroppedEarly) {
            try self.core.table.insert(handle, connection: self.grant.connection)
        } catch {
            self.core.refuse(self.grant, error.reason)
            return self.connection.respond(DenialResponses.forbidden)
        }
        self.connection.beginStream(self)
        guard !self.core.isStopping else { return self.end(.shutdown) }
        self.connection.limitSendBuffer(self.core.configuration.sendBufferBytes)
        self.connection.limitQueue(self.core.configuration.queueBytesMax)
        self.connection.write(Self.head.closing)
        self.pump()
    }

    /// Sends the next segment when it is time, and there is room.
    private func pump() {
        guard !self.hasEnded else { return }
        guard let item = self.items.first else { return self.refill() }
        let ahead = self.sent - (self.loop.now - self.openedAt)
        guard ahead < Self.burst else { return self.pump(in: ahead - Self.burst) }
        guard self.connection.isWritable else { return self.pump(in: Self.lookAgain) }
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.archive.segment(of: self.grant.channel, file: item.file, index: item.index, on: self.loop)
            .whenComplete { bound.value.read(item, try? $0.get()) }
    }

    private func pump(in time: TimeAmount) {
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.timer = self.loop.scheduleTask(in: max(time, .milliseconds(10))) { bound.value.pump() }
    }

    private func read(_ item: Archive.Item, _ segment: (record: ArchiveRecord, bytes: ByteBuffer)?) {
        guard !self.hasEnded else { return }
        self.items = self.items.dropFirst()
        // One that was dropped meanwhile is a hole.
        guard let bytes = segment?.bytes else { return self.pump() }
        let follows = self.last.map { $0.file == item.file && $0.index + 1 == item.index } ?? true
        if self.last != nil, item.isDiscontinuity || !(follows || !self.isHole(before: item)) {
            self.write(ArchiveSplice.packets(before: bytes))
        }
        self.write(bytes)
        self.last = item
        self.waitingSince = self.loop.now
        self.sent = self.sent + .milliseconds(max(item.record.duration.milliseconds, 0))
        self.pump()
    }

    private func isHole(before item: Archive.Item) -> Bool {
        guard let end = self.last?.record.end else { return false }
        return abs(item.record.start.microseconds &- end.microseconds) > 1_000_000
    }

    /// Looks for what was recorded meanwhile; the end when nothing more will be.
    private func refill() {
        let from = self.last?.record.end ?? self.window.from
        let isOver = from >= self.window.to || self.loop.now - self.waitingSince > Self.segmentPatience
        guard !isOver else { return self.drain() }
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.archive.items(of: self.grant.channel, from: from, to: self.window.to, on: self.loop).whenComplete {
            found in
            let viewer = bound.value
            let start = viewer.last?.record.start ?? WallTime(microseconds: .min)
            viewer.items = ((try? found.get()) ?? []).filter { $0.record.start > start }[...]
            if viewer.items.isEmpty { viewer.pump(in: Self.lookAgain) } else { viewer.pump() }
        }
    }

    /// Waits until all that was written is with the kernel.
    private func drain() {
        guard !self.hasEnded else { return }
        guard self.connection.isOpen, self.connection.queuedBytes > 0 else { return self.end(.finished) }
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.timer = self.loop.scheduleTask(in: Self.lookAgain) { bound.value.drain() }
    }

    func streamClosed() {
        self.end(.left)
    }

    func streamSwept(written: Int64, queued: Int, at now: NIODeadline) {
        self.queued = queued
        self.count()
        if self.slow.swept(taken: written - Int64(queued), queued: queued, at: now) {
            self.core.counters.stalled.add(1, ordering: .relaxed)
            self.end(.stalled)
        }
    }

    /// Ends it once.
    func end(_ reason: Closing.Reason) {
        guard !self.hasEnded else { return }
        self.hasEnded = true
        self.timer?.cancel()
        if self.connection.isOpen { self.queued = self.connection.queuedBytes }
        self.core.table.remove(ts: self.grant.connection)
        self.count()
        let now = self.loop.now
        self.core.admission.close(
            Closing(
                connection: self.grant.connection,
                reason: reason,
                bytes: self.taken,
                watchedMs: (now - self.openedAt).nanoseconds / 1_000_000,
                stalls: self.slow.stalls,
                stalledMs: self.slow.stalled(at: now).nanoseconds / 1_000_000
            )
        )
        self.connection.close()
    }

    private func write(_ bytes: ByteBuffer) {
        self.written += Int64(bytes.readableBytes)
        self.connection.write(bytes)
    }

    private var taken: Int64 { max(self.written - Int64(self.queued), 0) }

    private func count() {
        self.core.counters.bytes.add(max(self.taken - self.counted, 0), ordering: .relaxed)
        self.counted = max(self.taken, self.counted)
    }
}

/// Reaches a viewer from other threads.
private final class ArchiveViewerHandle: DroppableViewer {
    private let viewer: NIOLoopBound<ArchiveViewer>

    init(viewer: NIOLoopBound<ArchiveViewer>) {
        self.viewer = viewer
    }

    func drop(_ reason: Closing.Reason) -> EventLoopFuture<Void> {
        let viewer = self.viewer
        return viewer.eventLoop.submit { viewer.value.end(reason) }
    }
}
