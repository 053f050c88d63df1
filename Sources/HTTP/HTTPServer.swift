package import NIOCore
import NIOPosix
import Synchronization

/// The listener of the media path.
package final class HTTPServer: Sendable {
    /// The ports that were bound; `nil` for what isn't listened to.
    package struct Ports: Hashable, Sendable {
        package var plain: Int?
        package var secure: Int?
    }

    /// Makes what speaks TLS on a new connection; any thread.
    package typealias SecureHandler = @Sendable () -> any ChannelHandler

    private struct State {
        var listeners: [any Channel] = []
        var loops: [ObjectIdentifier: NIOLoopBound<HTTPLoop>] = [:]
    }

    /// How long accepting pauses when the process has no descriptor left.
    private static let acceptPause = TimeAmount.milliseconds(100)
    /// Bytes read at a time: requests are small, and ten thousand viewers would each hold such a buffer.
    private static let readSize = 1024

    private let configuration: HTTPConfiguration
    private let group: any EventLoopGroup
    private let makeResponder: @Sendable (any EventLoop) -> any HTTPResponder
    private let makeSecureHandler: SecureHandler?
    private let gate: SharedGate
    private let state = Mutex(State())

    /// `makeResponder` is called once per event loop, on that loop; `isBanned` for each new connection, on any thread.
    package init(
        configuration: HTTPConfiguration,
        group: any EventLoopGroup,
        isBanned: @escaping @Sendable (PeerAddress, NIODeadline) -> Bool = { _, _ in false },
        makeSecureHandler: SecureHandler? = nil,
        makeResponder: @escaping @Sendable (any EventLoop) -> any HTTPResponder
    ) {
        self.makeSecureHandler = makeSecureHandler
        self.configuration = configuration
        self.group = group
        self.makeResponder = makeResponder
        let descriptors = FileDescriptorLimit.raise()
        let total =
            configuration.connectionCountMax
            ?? FileDescriptorLimit.connections(of: descriptors, inUse: FileDescriptorLimit.inUse)
        self.gate = SharedGate(ConnectionGate(configuration: configuration, totalMax: total), isBanned: isBanned)
    }

    /// Connections open now.
    package var connectionCount: Int { self.gate.total }
    /// Connections closed at once because of a limit or a ban.
    package var refusedCount: Int64 { self.gate.refused.load(ordering: .relaxed) }
    /// Whether new connections come from so many addresses that there is hardly room to remember them.
    package var isCrowded: Bool { self.gate.isCrowded }

    /// Listens without TLS, or with it where nothing else is listened to; the port that was bound.
    ///
    /// - Throws: NIO's `IOError` when the address can't be bound.
    package func start() async throws -> Int {
        let ports = try await self.startAll()
        return ports.plain ?? ports.secure ?? 0
    }

    /// Listens; the ports that were bound.
    ///
    /// - Throws: NIO's `IOError` when an address can't be bound; then none is.
    package func startAll() async throws -> Ports {
        var loops: [ObjectIdentifier: NIOLoopBound<HTTPLoop>] = [:]
        for eventLoop in self.group.makeIterator() {
            loops[ObjectIdentifier(eventLoop)] = try await eventLoop.submit { [configuration, makeResponder] in
                let responder = makeResponder(eventLoop)
                let loop = HTTPLoop(configuration: configuration, responder: responder, eventLoop: eventLoop)
                return NIOLoopBound(loop, eventLoop: eventLoop)
            }.get()
        }
        self.state.withLock { $0 = State(loops: loops) }
        var ports = Ports()
        if self.configuration.isPlainServed {
            ports.plain = try await self.listen(self.configuration.host, self.configuration.port, nil, loops)
        }
        if let port = self.configuration.securePort, let secure = self.makeSecureHandler {
            ports.secure = try await self.listen(self.configuration.secureHost, port, secure, loops)
        }
        return ports
    }

    private func listen(
        _ host: String,
        _ port: Int,
        _ secure: SecureHandler?,
        _ loops: [ObjectIdentifier: NIOLoopBound<HTTPLoop>]
    ) async throws -> Int {
        do {
            let listener = try await self.bootstrap(loops, secure).bind(host: host, port: port).get()
            self.state.withLock { $0.listeners.append(listener) }
            return listener.localAddress?.port ?? port
        } catch {
            await self.stopAccepting()
            throw error
        }
    }

    /// Stops accepting; connections go on.
    package func stopAccepting() async {
        let listeners = self.state.withLock { state in
            defer { state.listeners = [] }
            return state.listeners
        }
        for listener in listeners { try? await listener.close().get() }
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

    /// Closes the connections of the peers, and for the clients, that `isMeant` holds for.
    package func close(where isMeant: @escaping @Sendable (PeerAddress) -> Bool) {
        for loop in self.state.withLock({ Array($0.loops.values) }) {
            loop.eventLoop.execute { loop.value.close(where: isMeant) }
        }
    }

    private func bootstrap(
        _ loops: [ObjectIdentifier: NIOLoopBound<HTTPLoop>],
        _ secure: SecureHandler?
    ) -> ServerBootstrap {
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
                Self.accept(channel, gate: gate, loop: loops[ObjectIdentifier(channel.eventLoop)], secure)
            }
    }

    /// Sets up a connection; a failure makes NIO close it.
    private static func accept(
        _ channel: any Channel,
        gate: SharedGate,
        loop: NIOLoopBound<HTTPLoop>?,
        _ secure: SecureHandler?
    ) -> EventLoopFuture<Void> {
        let now = channel.eventLoop.now
        let peer = PeerAddress(channel.remoteAddress)
        guard let loop, gate.admit(peer, at: now) else {
            return channel.eventLoop.makeFailedFuture(ConnectionRefused())
        }
        channel.closeFuture.whenComplete { _ in gate.release(peer) }
        return channel.eventLoop.makeCompletedFuture {
            if let secure { try channel.pipeline.syncOperations.addHandler(secure()) }
            let isSecure = secure != nil
            let connection = HTTPConnection(loop: loop.value, peer: peer, isSecure: isSecure, acceptedAt: now)
            try channel.pipeline.syncOperations.addHandler(connection)
        }
    }
}

/// A connection over a limit: closed without a word, since a word costs what the limit protects.
private struct ConnectionRefused: Error {}
