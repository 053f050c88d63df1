import NIOCore

/// Carries out what ``HTTPSourceMachine`` wants, with one source's place on a transfer thread.
///
/// `@unchecked`: touched only on its event loop, where transfers' events arrive as well.
final class HTTPTransport: SourceTransport, @unchecked Sendable {
    private let loop: any EventLoop
    private let connections: TransferConnections
    private weak var delegate: (any SourceTransportDelegate)?
    private let began = NIODeadline.now()
    private var machine: HTTPSourceMachine
    /// Which request is under way; events of earlier ones are stale.
    private var generation: UInt64 = 0
    private var transfer: UInt64?
    private var timer: Scheduled<Void>?
    private var isClosed = false

    init(
        url: SourceURL,
        configuration: IngestConfiguration,
        connections: TransferConnections,
        loop: any EventLoop,
        delegate: any SourceTransportDelegate
    ) {
        self.loop = loop
        self.connections = connections
        self.delegate = delegate
        self.machine = HTTPSourceMachine(url: url, configuration: configuration)
    }

    func start() {
        self.carryOut(self.machine.started(now: self.now))
    }

    func close(_ closed: @escaping @Sendable () -> Void) {
        self.isClosed = true
        self.timer?.cancel()
        self.connections.close(closed)
    }

    private var now: Duration { .nanoseconds((NIODeadline.now() - self.began).nanoseconds) }

    private func carryOut(_ actions: [SourceAction]) {
        for action in actions where !self.isClosed {
            switch action {
            case .fetch(let request): self.fetch(request)
            case .cancelFetch: self.cancelFetch()
            case .wait(let time): self.wait(until: time)
            case .output(let output): self.delegate?.yielded(output)
            case .end(let cause): self.delegate?.failed(cause)
            }
        }
    }

    private func fetch(_ request: TransferRequest) {
        self.timer?.cancel()
        self.generation &+= 1
        let generation = self.generation
        let sink = TransferSink(loop: self.loop) { [weak self] events in self?.receive(events, of: generation) }
        self.transfer = self.connections.start(request, to: sink)
    }

    private func cancelFetch() {
        self.generation &+= 1
        guard let transfer = self.transfer else { return }
        self.transfer = nil
        self.connections.cancel(transfer)
    }

    private func wait(until time: Duration) {
        self.timer?.cancel()
        let left = Swift.max(.zero, time - self.now)
        let nanoseconds = left.components.seconds * 1_000_000_000 + left.components.attoseconds / 1_000_000_000
        self.timer = self.loop.scheduleTask(in: .nanoseconds(nanoseconds)) { [weak self] in
            guard let self, !self.isClosed else { return }
            self.carryOut(self.machine.timerFired(now: self.now))
        }
    }

    private func receive(_ events: [TransferEvent], of generation: UInt64) {
        for event in events where generation == self.generation && !self.isClosed {
            switch event {
            case .head(let head):
                self.carryOut(self.machine.answered(head, now: self.now))
            case .bytes(let bytes):
                self.delegate?.received(bytes: bytes.readableBytes)
                let now = self.now
                self.carryOut(bytes.withUnsafeReadableBytes { self.machine.received($0, now: now) })
            case .finished(let cause):
                // The machine may start the next request at once.
                self.generation &+= 1
                self.transfer = nil
                self.carryOut(self.machine.finished(cause, now: self.now))
            }
        }
    }
}
