import CCurl
import Glibc
import Model
import NIOCore

/// One transfer under way: the context of libcurl's callbacks.
///
/// Touched only on the thread of its ``TransferLoop``; libcurl calls back only from inside that thread's calls.
final class Transfer {
    let id: UInt64
    let easy: UnsafeMutableRawPointer
    let request: TransferRequest
    unowned let connections: ConnectionSet
    let sink: TransferSink
    let backlog: TransferBacklog
    var watchdog: TransferWatchdog

    /// Decoded bytes of the body so far.
    private(set) var received = 0
    /// Why the transfer was broken off by one of our callbacks or the watchdog.
    var failure: SourceFailure.Cause?
    private(set) var isPaused = false
    private var head: TransferHead?
    private var isHeadTaken = false
    private var pending = ByteBuffer()

    init(
        id: UInt64,
        easy: UnsafeMutableRawPointer,
        request: TransferRequest,
        connections: ConnectionSet,
        sink: TransferSink,
        configuration: IngestConfiguration
    ) {
        self.id = id
        self.easy = easy
        self.request = request
        self.connections = connections
        self.sink = sink
        self.backlog = TransferBacklog(bytesMax: configuration.backlogBytesMax)
        self.watchdog = TransferWatchdog(
            now: MonotonicClock.milliseconds(),
            firstByteMilliseconds: configuration.firstByteMilliseconds,
            stallMilliseconds: configuration.stallMilliseconds,
            totalMilliseconds: request.totalMilliseconds
        )
    }

    /// The write callback: `nil` to break off, else the bytes taken or libcurl's word for a pause.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int? {
        if self.head == nil { self.readHead() }
        guard self.failure == nil else { return nil }
        if let limit = self.request.bytesMax, self.received + bytes.count > limit {
            self.failure = .tooLarge(limit: limit)
            return nil
        }
        guard self.backlog.admits(bytes.count, pending: self.pending.readableBytes) else {
            self.isPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        self.received += bytes.count
        self.watchdog.received(bytes.count, now: MonotonicClock.milliseconds())
        self.pending.writeBytes(bytes)
        return bytes.count
    }

    func resumed() {
        self.isPaused = false
        self.watchdog.paused(now: MonotonicClock.milliseconds())
    }

    /// What has to be handed to the event loop; the buffer that is handed over is not written to again.
    func takeEvents() -> [TransferEvent] {
        var events: [TransferEvent] = []
        if let head = self.head, !self.isHeadTaken {
            self.isHeadTaken = true
            // An error page is not read: its status says enough.
            if self.failure == nil { events.append(.head(head)) }
        }
        if self.pending.readableBytes > 0 {
            self.backlog.handedOver(self.pending.readableBytes)
            events.append(.bytes(self.pending))
            self.pending = ByteBuffer()
        }
        return events
    }

    /// The cause of the end, once libcurl is done with the transfer.
    func cause(_ result: CURLcode) -> SourceFailure.Cause? {
        if self.head == nil, result == CURLE_OK { self.readHead() }
        if let failure = self.failure { return failure }
        var progress = TransferProgress(isConnected: self.watchdog.isConnected)
        progress.redirects = self.number(CURLINFO_REDIRECT_COUNT)
        progress.systemError = Int32(truncatingIfNeeded: self.number(CURLINFO_OS_ERRNO))
        return TransferFailure.cause(result, after: progress, bytesMax: self.request.bytesMax)
    }

    /// Reads status and address when the first byte of the last answer comes.
    private func readHead() {
        let status = self.number(CURLINFO_RESPONSE_CODE)
        var text: UnsafeMutablePointer<CChar>?
        ccurl_get_string(self.easy, CURLINFO_EFFECTIVE_URL, &text)
        let url = text.map { String(cString: $0) } ?? self.request.url.clear
        self.head = TransferHead(status: status, effectiveURL: .init(url))
        if !(200...299).contains(status) { self.failure = .httpStatus(status) }
    }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        ccurl_get_long(self.easy, info, &value)
        return value
    }
}

/// Where a transfer's events go: always the same event loop.
struct TransferSink: Sendable {
    var loop: any EventLoop
    /// Called on ``loop`` only.
    var receive: @Sendable ([TransferEvent]) -> Void
}

/// Time that never jumps.
enum MonotonicClock {
    /// Milliseconds of `CLOCK_MONOTONIC`.
    static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
