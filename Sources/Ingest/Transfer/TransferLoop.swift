import CCurl
import Glibc
import NIOCore
import Synchronization

/// A thread that does transfers for up to some dozens of sources, with libcurl's multi interface.
///
/// ```text
/// event loops ──commands──► queue ──wakeup──► [ perform → deliver → watch → poll ] ──execute──► event loops
/// ```
///
/// `@unchecked`: everything but the queue is touched only on the thread that ``start()`` makes, and the `CURLM`
/// is given to other threads only for `curl_multi_wakeup`, which is made for that.
final class TransferLoop: @unchecked Sendable {
    /// How long the thread sleeps when nothing is under way; commands wake it.
    static let idleMilliseconds: Int32 = 60_000
    /// The watchdog's granularity.
    static let watchMilliseconds: Int32 = 250
    /// Time between two rounds that delivered bytes: packets of some milliseconds make one hand-over.
    static let roundMilliseconds: Int64 = 4

    enum Command: Sendable {
        case openConnections(set: UInt64, allowsPrivateNetwork: Bool)
        case start(transfer: UInt64, set: UInt64, TransferRequest, TransferSink)
        case resume(transfer: UInt64)
        case cancel(transfer: UInt64)
        /// Ends its transfers, closes its sockets, then calls.
        case closeConnections(set: UInt64, @Sendable () -> Void)
        /// Ends everything, then calls as the thread's last act.
        case stop(@Sendable () -> Void)
    }

    private struct Queue {
        var commands: [Command] = []
        var isStopped = false
    }

    private let configuration: IngestConfiguration
    private let multi: UnsafeMutableRawPointer
    private let queue = Mutex(Queue())

    private var sets: [UInt64: ConnectionSet] = [:]
    private var transfers: [UInt64: Transfer] = [:]
    private var byHandle: [UnsafeMutableRawPointer: Transfer] = [:]
    private var whenStopped: (@Sendable () -> Void)?

    /// Makes the multi handle and the thread; `nil` when the system has no more of either.
    init?(configuration: IngestConfiguration) {
        // Idempotent and thread-safe since 7.84; it has to come before the first handle.
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let multi = curl_multi_init() else { return nil }
        self.configuration = configuration
        self.multi = multi
        // Both count within each source's own cache: a source never has two connections, not even while it follows a
        // redirect to another host.
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 1)
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1)
        guard self.start() else {
            curl_multi_cleanup(multi)
            return nil
        }
    }

    /// Queues a command and wakes the thread; `false` when the thread has stopped, and the command is dropped.
    @discardableResult
    func perform(_ command: Command) -> Bool {
        self.queue.withLock { queue in
            guard !queue.isStopped else { return false }
            queue.commands.append(command)
            // Inside the lock, so that the handle cannot be cleaned up meanwhile.
            curl_multi_wakeup(self.multi)
            return true
        }
    }

    private func start() -> Bool {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let result = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<TransferLoop>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            context
        )
        guard result == 0 else {
            Unmanaged<TransferLoop>.fromOpaque(context).release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private func run() {
        // A supplier that closes while OpenSSL writes must not end the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        while true {
            let began = MonotonicClock.milliseconds()
            self.takeCommands()
            var running: Int32 = 0
            curl_multi_perform(self.multi, &running)
            self.collectFinished()
            let delivered = self.deliver()
            self.watch(now: MonotonicClock.milliseconds())
            self.reportClosedSets()
            if self.whenStopped != nil, self.sets.isEmpty { break }
            var events: Int32 = 0
            curl_multi_poll(self.multi, nil, 0, self.pollMilliseconds, &events)
            if delivered { Self.rest(until: began + Self.roundMilliseconds) }
        }
        let whenStopped = self.whenStopped
        self.queue.withLock { queue in
            queue.isStopped = true
            // Nobody may wait for ever for a set that was opened too late.
            for case .closeConnections(_, let closed) in queue.commands { closed() }
            queue.commands = []
            curl_multi_cleanup(self.multi)
        }
        whenStopped?()
    }

    private var pollMilliseconds: Int32 {
        if self.transfers.isEmpty {
            // A set that is being closed waits for libcurl, which no command announces.
            return self.sets.values.contains { $0.whenClosed != nil } ? 10 : Self.idleMilliseconds
        }
        let shortest = Swift.min(self.configuration.firstByteMilliseconds, self.configuration.stallMilliseconds)
        return Swift.max(10, Swift.min(Self.watchMilliseconds, Int32(clamping: shortest / 4)))
    }

    private static func rest(until milliseconds: Int64) {
        let left = milliseconds - MonotonicClock.milliseconds()
        if left > 0 { usleep(UInt32(clamping: left * 1_000)) }
    }
}

// Commands.
extension TransferLoop {
    private func takeCommands() {
        let commands = self.queue.withLock { queue in
            defer { queue.commands = [] }
            return queue.commands
        }
        for command in commands { self.carryOut(command) }
    }

    private func carryOut(_ command: Command) {
        switch command {
        case .openConnections(let id, let allowsPrivateNetwork):
            self.sets[id] = ConnectionSet(id: id, allowsPrivateNetwork: allowsPrivateNetwork)
        case .start(let id, let set, let request, let sink):
            self.begin(id, set: set, request, sink)
        case .resume(let id):
            guard let transfer = self.transfers[id] else { return }
            transfer.resumed()
            curl_easy_pause(transfer.easy, CURLPAUSE_CONT)
        case .cancel(let id):
            if let transfer = self.transfers[id] { self.retire(transfer) }
        case .closeConnections(let id, let closed):
            guard let set = self.sets[id] else { return closed() }
            self.close(set, whenClosed: closed)
        case .stop(let stopped):
            self.whenStopped = stopped
            for set in self.sets.values where set.whenClosed == nil { self.close(set, whenClosed: {}) }
        }
    }

    private func begin(_ id: UInt64, set: UInt64, _ request: TransferRequest, _ sink: TransferSink) {
        func refuse() { sink.loop.execute { sink.receive([.finished(.cancelled)]) } }
        guard let connections = self.sets[set], connections.whenClosed == nil, connections.share != nil else {
            return refuse()
        }
        guard let easy = curl_easy_init() else { return refuse() }
        connections.requestBegins()
        let transfer = Transfer(
            id: id,
            easy: easy,
            request: request,
            connections: connections,
            sink: sink,
            configuration: self.configuration
        )
        guard TransferOptions.apply(to: easy, transfer: transfer, configuration: self.configuration),
            curl_multi_add_handle(self.multi, easy) == CURLM_OK
        else {
            curl_easy_cleanup(easy)
            let code = Int(CURLE_BAD_FUNCTION_ARGUMENT.rawValue)
            return sink.loop.execute { sink.receive([.finished(.transfer(code))]) }
        }
        self.transfers[id] = transfer
        self.byHandle[easy] = transfer
    }

    private func close(_ set: ConnectionSet, whenClosed: @escaping @Sendable () -> Void) {
        for transfer in self.transfers.values where transfer.connections === set { self.retire(transfer) }
        set.closeIdle()
        set.whenClosed = whenClosed
    }

    /// Takes a transfer out; its connection is closed, or goes back to its set.
    private func retire(_ transfer: Transfer) {
        self.transfers.removeValue(forKey: transfer.id)
        self.byHandle.removeValue(forKey: transfer.easy)
        curl_multi_remove_handle(self.multi, transfer.easy)
        curl_easy_cleanup(transfer.easy)
    }

    private func reportClosedSets() {
        for set in self.sets.values where set.openSockets == 0 {
            guard let closed = set.whenClosed else { continue }
            self.sets.removeValue(forKey: set.id)
            closed()
        }
    }
}

// Results.
extension TransferLoop {
    private func collectFinished() {
        var result = CURLE_OK
        while let easy = ccurl_next_done(self.multi, &result) {
            guard let transfer = self.byHandle[easy] else { continue }
            var cause = transfer.cause(result)
            if transfer.connections.refusedAddress, transfer.failure == nil, cause != nil { cause = .forbiddenAddress }
            self.finish(transfer, cause)
        }
    }

    private func finish(_ transfer: Transfer, _ cause: SourceFailure.Cause?) {
        let events = transfer.takeEvents() + [.finished(cause)]
        self.retire(transfer)
        self.handOver(events, of: transfer)
    }

    /// Hands what came in this round to the event loops; whether anything did.
    private func deliver() -> Bool {
        var delivered = false
        for transfer in self.transfers.values {
            let events = transfer.takeEvents()
            guard !events.isEmpty else { continue }
            delivered = true
            self.handOver(events, of: transfer)
        }
        return delivered
    }

    private func handOver(_ events: [TransferEvent], of transfer: Transfer) {
        let (id, sink, backlog) = (transfer.id, transfer.sink, transfer.backlog)
        sink.loop.execute {
            sink.receive(events)
            let count = events.reduce(0) { count, event in
                if case .bytes(let bytes) = event { count + bytes.readableBytes } else { count }
            }
            if backlog.workedOff(count) { self.perform(.resume(transfer: id)) }
        }
    }

    private func watch(now: Int64) {
        for transfer in Array(self.transfers.values) {
            if transfer.isPaused { transfer.watchdog.paused(now: now) }
            if let phase = transfer.watchdog.overdue(now: now) { self.finish(transfer, .timedOut(phase)) }
        }
    }
}
