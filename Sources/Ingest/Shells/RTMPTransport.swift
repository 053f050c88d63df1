import Model
import NIOCore
import NIOPosix
import RTMP

/// Resolves, judges, connects and carries out what ``RTMPSourceMachine`` wants.
///
/// `@unchecked`: touched only on its event loop, which is the channel's as well.
final class RTMPTransport: SourceTransport, @unchecked Sendable {
    private let loop: any EventLoop
    private let url: RTMPURL
    private let allowsPrivateNetwork: Bool
    private let configuration: IngestConfiguration
    private weak var delegate: (any SourceTransportDelegate)?
    private var machine: RTMPSourceMachine
    private var watchdog: TransferWatchdog
    private var connectDeadline: Scheduled<Void>?
    private var watch: RepeatedTask?
    private var channel: (any Channel)?
    private var isConnecting = false
    private var whenClosed: (@Sendable () -> Void)?
    private var isClosed = false
    private var isBroken = false

    init(
        url: RTMPURL,
        allowsPrivateNetwork: Bool,
        configuration: IngestConfiguration,
        loop: any EventLoop,
        delegate: any SourceTransportDelegate
    ) {
        self.loop = loop
        self.url = url
        self.allowsPrivateNetwork = allowsPrivateNetwork
        self.configuration = configuration
        self.delegate = delegate
        self.machine = RTMPSourceMachine(url: url, nonce: UInt64.random(in: .min ... .max))
        self.watchdog = TransferWatchdog(
            now: MonotonicClock.milliseconds(),
            firstByteMilliseconds: configuration.firstByteMilliseconds,
            stallMilliseconds: configuration.stallMilliseconds,
            totalMilliseconds: nil
        )
    }

    func start() {
        // One deadline for the name, all its addresses and TCP, as for HTTP.
        let limit = TimeAmount.milliseconds(Int64(self.configuration.connectMilliseconds))
        self.connectDeadline = self.loop.scheduleTask(in: limit) { [weak self] in self?.fail(.timedOut(.connect)) }
        let host = self.url.host
        NIOThreadPool.singleton.runIfActive(eventLoop: self.loop) { HostResolver.addresses(of: host) }
            .whenComplete { [weak self] result in
                guard let self, !self.isClosed else { return }
                self.resolved((try? result.get()) ?? [])
            }
    }

    func close(_ closed: @escaping @Sendable () -> Void) {
        self.isClosed = true
        self.connectDeadline?.cancel()
        self.watch?.cancel()
        // A connect under way ends in `connected`, which closes what it brought.
        if self.isConnecting {
            self.whenClosed = closed
        } else if let channel = self.channel {
            channel.closeFuture.whenComplete { _ in closed() }
            channel.close(promise: nil)
        } else {
            closed()
        }
    }

    private func fail(_ cause: SourceFailure.Cause) {
        guard !self.isClosed else { return }
        self.delegate?.failed(cause)
    }

    private func resolved(_ addresses: [NetworkAddress]) {
        guard !addresses.isEmpty else { return self.fail(.unresolved) }
        let allowed = addresses.filter { AddressPolicy.allows($0, privateNetwork: self.allowsPrivateNetwork) }
        guard !allowed.isEmpty else { return self.fail(.forbiddenAddress) }
        self.connect(to: allowed[...])
    }

    /// Connects to the first address that was judged, not to the name, which could say something else by now.
    private func connect(to addresses: ArraySlice<NetworkAddress>) {
        guard let address = addresses.first else { return self.fail(.refused) }
        let packed = ByteBuffer(bytes: address.bytes)
        guard let target = try? SocketAddress(packedIPAddress: packed, port: Int(self.url.port)) else {
            return self.fail(.unreachable)
        }
        self.isConnecting = true
        ClientBootstrap(group: self.loop)
            .connectTimeout(.milliseconds(Int64(self.configuration.connectMilliseconds)))
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RTMPHandler(transport: self))
                }
            }
            .connect(to: target)
            .whenComplete { result in self.connected(result, rest: addresses.dropFirst()) }
    }

    private func connected(_ result: Result<any Channel, any Error>, rest: ArraySlice<NetworkAddress>) {
        self.isConnecting = false
        switch result {
        case .success(let channel):
            self.channel = channel
            guard let whenClosed = self.whenClosed else { return self.begin() }
            channel.closeFuture.whenComplete { _ in whenClosed() }
            channel.close(promise: nil)
        case .failure(let error):
            if let whenClosed = self.whenClosed { return whenClosed() }
            guard rest.isEmpty else { return self.connect(to: rest) }
            let cause = (error as? IOError).map { TransferFailure.connectCause($0.errnoCode) }
            self.fail(cause ?? .timedOut(.connect))
        }
    }

    private func begin() {
        self.connectDeadline?.cancel()
        self.watchdog.connected(now: MonotonicClock.milliseconds())
        let shortest = Swift.min(self.configuration.firstByteMilliseconds, self.configuration.stallMilliseconds)
        let interval = Swift.max(10, Swift.min(Int64(TransferLoop.watchMilliseconds), Int64(shortest / 4)))
        self.watch = self.loop.scheduleRepeatedTask(
            initialDelay: .milliseconds(interval),
            delay: .milliseconds(interval)
        ) { [weak self] _ in
            guard let self, let phase = self.watchdog.overdue(now: MonotonicClock.milliseconds()) else { return }
            self.fail(.timedOut(phase))
        }
        self.carryOut(self.machine.connected())
    }

    // What the handler hears.

    func received(_ bytes: ByteBuffer) {
        guard !self.isClosed else { return }
        self.delegate?.received(bytes: bytes.readableBytes)
        self.carryOut(bytes.withUnsafeReadableBytes { self.machine.received($0) })
    }

    func broke() { self.isBroken = true }

    func ended() {
        guard !self.isClosed else { return }
        self.carryOut(self.machine.closed(isBroken: self.isBroken))
    }

    private func carryOut(_ actions: [RTMPSourceMachine.Action]) {
        for action in actions where !self.isClosed {
            switch action {
            case .send(let bytes): self.channel?.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
            case .progressed(let bytes): self.watchdog.received(bytes, now: MonotonicClock.milliseconds())
            case .output(let output): self.delegate?.yielded(output)
            case .end(let cause): self.fail(cause)
            }
        }
    }
}

/// The end of the pipeline: hands bytes to the transport, on the same event loop.
private final class RTMPHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let transport: RTMPTransport

    init(transport: RTMPTransport) {
        self.transport = transport
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.transport.received(self.unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.transport.ended()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.transport.broke()
        context.close(promise: nil)
    }
}
