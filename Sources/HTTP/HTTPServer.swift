package import NIOCore
import NIOPosix
import Synchronization

/// The listener of the media path.
package final class HTTPServer: Sendable {
    private struct State {
        var listener: (any Channel)?
        var loops: [ObjectIdentifier: NIOLoopBound<HTTPLoop>] = [:]
    }

    /// How long accepting pauses when the process has no descriptor left.
    private static let acceptPause = TimeAmount.milliseconds(100)
    /// Bytes read at a time: requests are small, and ten thousand viewers would each hold such a buffer.
    private static let readSize = 1024

    private let configuration: HTTPConfiguration
    private let group: any EventLoopGroup
    private let makeResponder: @Sendable (any EventLoop) -> any HTTPResponder
    private let gate: SharedGate
    private let state = Mutex(State())

    /// `makeResponder` is called once per event loop, on that loop.
    package init(
        configuration: HTTPConfiguration,
        group: any EventLoopGroup,
        makeResponder: @escaping @Sendable (any EventLoop) -> any HTTPResponder
    ) {
        self.configuration = configuration
        self.group = group
        self.makeResponder = makeResponder
        let total = configuration.connectionCountMax ?? FileDescriptorLimit.connections(of: FileDescriptorLimit.raise())
        self.gate = SharedGate(ConnectionGate(configuration: configuration, totalMax: total))
    }

    /// Connections open now.
    package var connectionCount: Int { self.gate.total }

    /// Listens; the port that was bound.
    ///
    /// - Throws: NIO's `IOError` when the address can't be bound.
    package func start() async throws -> Int {
        var loops: [ObjectIdentifier: NIOLoopBound<HTTPLoop>] = [:]
        for eventLoop in self.group.makeIterator() {
            loops[ObjectIdentifier(eventLoop)] = try await eventLoop.submit { [configuration, makeResponder] in
                let responder = makeResponder(eventLoop)
                let loop = HTTPLoop(configuration: configuration, responder: responder, eventLoop: eventLoop)
                return NIOLoopBound(loop, eventLoop: eventLoop)
            }.get()
        }
        let listener = try await self.bootstrap(loops)
            .bind(host: self.configuration.host, port: self.configuration.port).get()
        self.state.withLock { $0 = State(listener: listener, loops: loops) }
        return listener.localAddress?.port ?? self.configuration.port
    }

    /// Stops accepting; connections go on.
    package func stopAccepting() async {
        let listener = self.state.withLock { state in
            defer { state.listener = nil }
            return state.listener
        }
        try? await listener?.close().get()
    }

    /// Stops accepting and closes every connection; returns when all are closed.
    package func stop() async {
        await self.stopAccepting()
        let loops = self.state.withLock { state in
            defer { state.loops = [:] }
            return state.loops
        }
        for loop in loops.values {
            try? await loop.eventLoop.flatSubmit { loop.value.closeAll() }.get()
        }
    }

    private func bootstrap(_ loops: [ObjectIdentifier: NIOLoopBound<HTTPLoop>]) -> ServerBootstrap {
        ServerBootstrap(group: self.group)
            .serverChannelOption(.backlog, value: self.configuration.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                // NIO's own waits a second; it never hears of the error, since ours stands before it.
                let pause = AcceptBackoffHandler(shouldForwardIOErrorCaught: false) { _ in Self.acceptPause }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(pause)
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: Self.readSize)
            )
            .childChannelInitializer { [gate] channel in
                Self.accept(channel, gate: gate, loop: loops[ObjectIdentifier(channel.eventLoop)])
            }
    }

    /// Sets up a connection; a failure makes NIO close it.
    private static func accept(
        _ channel: any Channel,
        gate: SharedGate,
        loop: NIOLoopBound<HTTPLoop>?
    ) -> EventLoopFuture<Void> {
        let now = channel.eventLoop.now
        let peer = PeerAddress(channel.remoteAddress)
        guard let loop, gate.admit(peer, at: now) else {
            return channel.eventLoop.makeFailedFuture(ConnectionRefused())
        }
        channel.closeFuture.whenComplete { _ in gate.release(peer) }
        return channel.eventLoop.makeCompletedFuture {
            let connection = HTTPConnection(loop: loop.value, peer: peer, acceptedAt: now)
            try channel.pipeline.syncOperations.addHandler(connection)
        }
    }
}

/// A connection over a limit: closed without a word, since a word costs what the limit protects.
private struct ConnectionRefused: Error {}
