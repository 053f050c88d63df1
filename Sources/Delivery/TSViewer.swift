import Accounts
import HTTP
import LiveChannels
import Model
import NIOCore
import Synchronization

/// One viewer of a channel's transport stream, from its admission to its end; touched on its connection's loop only.
final class TSViewer: LiveViewer, StreamOwner {
    private static let head = ResponseHead(
        .ok,
        contentType: "video/mp2t",
        contentLength: nil,
        cacheControl: "no-store"
    )

    private let core: DeliveryCore
    private let grant: Grant
    private let channel: any ViewableChannel
    private let connection: HTTPConnection
    private let loop: any EventLoop
    private let openedAt: NIODeadline
    private let standInsBefore: StandIns
    private let queueBytes: Int
    private var slow: SlowViewer
    private var reading: ReadProgress
    private var hasBegun = false
    private var hasEnded = false
    /// Whether the start may still wait on top of the limit.
    private var isStarting = false
    /// Of what was written, what waited in this process when last looked.
    private var queued = 0
    private var written: Int64 = 0
    private var counted: Int64 = 0
    private var countedSkips: Int64 = 0

    init(
        core: DeliveryCore,
        grant: Grant,
        channel: any ViewableChannel,
        connection: HTTPConnection,
        loop: any EventLoop
    ) {
        self.core = core
        self.grant = grant
        self.channel = channel
        self.connection = connection
        self.loop = loop
        self.openedAt = loop.now
        self.standInsBefore = channel.standIns
        self.queueBytes = core.configuration.queueBytes(bandwidth: channel.bandwidth)
        self.slow = SlowViewer(stallDeadline: core.configuration.stallDeadline, at: loop.now)
        self.reading = ReadProgress(deadline: core.configuration.readDeadline, at: loop.now)
    }

    /// Takes the connection and joins the channel.
    ///
    /// The head waits for the first picture, so that a channel that has none can still be answered as such.
    func start() {
        let handle = Handle(viewer: NIOLoopBound(self, eventLoop: self.loop))
        do throws(DroppedEarly) {
            try self.core.table.insert(handle, connection: self.grant.connection)
        } catch {
            self.core.refuse(self.grant, error.reason)
            return self.connection.respond(DenialResponses.forbidden)
        }
        self.connection.beginStream(self)
        self.channel.viewerJoined()
        // A stop that began meanwhile has not seen this viewer.
        guard !self.core.isStopping else { return self.end(.shutdown) }
        self.channel.ring.join(self, on: self.loop)
    }

    func begin(_ start: ByteBuffer) {
        guard !self.hasEnded, !self.hasBegun else { return }
        self.hasBegun = true
        self.isStarting = true
        self.connection.limitSendBuffer(self.core.configuration.sendBufferBytes)
        // The start is seconds of stream that come at once: they may wait, or every viewer would begin with a skip.
        self.connection.limitQueue(start.readableBytes + self.queueBytes)
        self.connection.write(Self.head.closing)
        self.write(start)
    }

    func chunk(_ chunk: LiveChunk) {
        guard self.hasBegun, !self.hasEnded else { return }
        let action = self.slow.offered(
            startsAtRandomAccessPoint: chunk.startsAtRandomAccessPoint,
            isWritable: self.connection.isWritable,
            at: self.loop.now
        )
        if action == .write { self.write(chunk.bytes) }
    }

    func ended() {
        self.end(.channelEnded)
    }

    func dropped(_ why: LiveDrop) {
        switch why {
        case .noSource: self.end(.noSource)
        case .codecChanged: self.end(.codecChanged)
        }
    }

    func streamClosed() {
        self.end(.left)
    }

    func streamSwept(written: Int64, queued: Int, at now: NIODeadline) {
        guard self.hasBegun else {
            if now - self.openedAt >= self.core.configuration.startDeadline { self.end(.notReady) }
            return
        }
        self.queued = queued
        if self.isStarting, queued < self.queueBytes / 2 {
            self.isStarting = false
            self.connection.limitQueue(self.queueBytes)
        }
        self.count()
        let isStuck = self.slow.swept(taken: written - Int64(queued), queued: queued, at: now)
        let isUnread = self.reading.swept(written: written, windowEnd: self.connection.windowEnd, at: now)
        if isStuck || isUnread {
            self.core.counters.stalled.add(1, ordering: .relaxed)
            self.end(.stalled)
        }
    }

    /// Ends it once: leaves the channel, gives the slot back, closes the socket or says why there is nothing to see.
    func end(_ reason: Closing.Reason) {
        guard !self.hasEnded else { return }
        self.hasEnded = true
        if self.connection.isOpen { self.queued = self.connection.queuedBytes }
        self.channel.ring.leave(self, on: self.loop)
        self.channel.viewerLeft()
        self.core.table.remove(ts: self.grant.connection)
        self.count()
        self.core.admission.close(self.closing(reason, at: self.loop.now))
        guard self.hasBegun else { return self.answerInstead(reason) }
        self.connection.close()
    }

    private func closing(_ reason: Closing.Reason, at now: NIODeadline) -> Closing {
        let watched = now - self.openedAt
        let standIns = (self.channel.standIns - self.standInsBefore).within(watched)
        return Closing(
            connection: self.grant.connection,
            reason: reason,
            bytes: self.taken,
            watchedMs: watched.nanoseconds / 1_000_000,
            patchedMs: standIns.held.milliseconds,
            slateMs: standIns.slate.milliseconds,
            stalls: self.slow.stalls,
            stalledMs: self.slow.stalled(at: now).nanoseconds / 1_000_000
        )
    }

    private func answerInstead(_ reason: Closing.Reason) {
        self.connection.leaveStream()
        switch reason {
        case .channelEnded, .notReady, .noSource, .codecChanged: self.connection.respond(DenialResponses.notReady)
        case .shutdown: self.connection.respond(DenialResponses.unavailable)
        default: self.connection.respond(DenialResponses.forbidden)
        }
    }

    private func write(_ bytes: ByteBuffer) {
        self.written += Int64(bytes.readableBytes)
        self.connection.write(bytes)
    }

    /// Media bytes that reached the kernel; what the head has of the queue is too little to matter.
    private var taken: Int64 { max(self.written - Int64(self.queued), 0) }

    private func count() {
        self.core.counters.bytes.add(max(self.taken - self.counted, 0), ordering: .relaxed)
        self.counted = max(self.taken, self.counted)
        self.core.counters.skips.add(self.slow.stalls - self.countedSkips, ordering: .relaxed)
        self.countedSkips = self.slow.stalls
    }
}

/// Reaches a viewer from other threads.
private final class Handle: DroppableViewer {
    private let viewer: NIOLoopBound<TSViewer>

    init(viewer: NIOLoopBound<TSViewer>) {
        self.viewer = viewer
    }

    func drop(_ reason: Closing.Reason) -> EventLoopFuture<Void> {
        let viewer = self.viewer
        return viewer.eventLoop.submit { viewer.value.end(reason) }
    }
}

extension HTTPConnection {
    func respond(_ response: TextResponse, isLast: Bool = false) {
        self.respond(response.head, body: response.body, isLast: isLast)
    }
}
