import NIOCore
import Synchronization

/// The transfer threads: as many as the sources need, none before the first.
final class TransferPool: Sendable {
    private struct Member {
        var loop: TransferLoop
        /// Sources that were given to this thread and not yet closed.
        var sources: Int
    }

    private struct State {
        var members: [Member] = []
        var lastID: UInt64 = 0
        var isStopped = false
    }

    private let configuration: IngestConfiguration
    private let state = Mutex(State())

    init(configuration: IngestConfiguration) {
        self.configuration = configuration
    }

    /// A source's place on the least busy thread; `nil` when stopped, or when the system has no thread left.
    func open(allowsPrivateNetwork: Bool) -> TransferConnections? {
        self.state.withLock { state in
            guard !state.isStopped, let index = self.member(&state) else { return nil }
            state.members[index].sources += 1
            state.lastID &+= 1
            let loop = state.members[index].loop
            let set = state.lastID
            loop.perform(.openConnections(set: set, allowsPrivateNetwork: allowsPrivateNetwork))
            return TransferConnections(loop: loop, set: set) { [weak self] in self?.closed(on: loop) }
        }
    }

    private func member(_ state: inout State) -> Int? {
        let leastBusy = state.members.indices.min { state.members[$0].sources < state.members[$1].sources }
        if let index = leastBusy, state.members[index].sources < self.configuration.transfersPerThread { return index }
        guard let loop = TransferLoop(configuration: self.configuration) else { return leastBusy }
        state.members.append(Member(loop: loop, sources: 0))
        return state.members.count - 1
    }

    private func closed(on loop: TransferLoop) {
        self.state.withLock { state in
            guard let index = state.members.firstIndex(where: { $0.loop === loop }) else { return }
            state.members[index].sources -= 1
        }
    }

    /// Threads running now.
    var threads: Int { self.state.withLock { $0.members.count } }

    /// Ends every transfer and thread; returns when the last thread has closed its sockets.
    func stop() async {
        let loops = self.state.withLock { state in
            state.isStopped = true
            defer { state.members = [] }
            return state.members.map(\.loop)
        }
        for loop in loops {
            await withCheckedContinuation { continuation in
                if !loop.perform(.stop { continuation.resume() }) { continuation.resume() }
            }
        }
    }
}

/// One source's place on a transfer thread; any thread.
struct TransferConnections: Sendable {
    private let loop: TransferLoop
    private let set: UInt64
    private let onClosed: @Sendable () -> Void
    /// Numbers the transfers of all sources, so that a late resume cannot hit a stranger.
    private static let lastTransfer = Atomic<UInt64>(0)

    init(loop: TransferLoop, set: UInt64, onClosed: @escaping @Sendable () -> Void) {
        self.loop = loop
        self.set = set
        self.onClosed = onClosed
    }

    /// Starts a request; its events go to `sink`, the last being ``TransferEvent/finished(_:)`` unless it is cancelled.
    func start(_ request: TransferRequest, to sink: TransferSink) -> UInt64 {
        let id = Self.lastTransfer.wrappingAdd(1, ordering: .relaxed).newValue
        if !self.loop.perform(.start(transfer: id, set: self.set, request, sink)) {
            sink.loop.execute { sink.receive([.finished(.cancelled)]) }
        }
        return id
    }

    /// Ends a request; events already on their way still arrive.
    func cancel(_ transfer: UInt64) {
        self.loop.perform(.cancel(transfer: transfer))
    }

    /// Ends all requests; `closed` runs, once and on any thread, when no socket of the source is open any more.
    func close(_ closed: @escaping @Sendable () -> Void) {
        let onClosed = self.onClosed
        let done: @Sendable () -> Void = {
            onClosed()
            closed()
        }
        if !self.loop.perform(.closeConnections(set: self.set, done)) { done() }
    }
}
