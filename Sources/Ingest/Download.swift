import Model
package import NIOCore

/// One resource that an operator wants, such as a programme guide: fetched once, under the same address policy as sources.
extension IngestEngine {
    /// How a resource is fetched.
    package struct DownloadOptions: Sendable {
        /// Decoded bytes of the body.
        package var bytesMax: Int
        /// The whole of it.
        package var totalMilliseconds: Int
        /// Whether its address may be private or loopback.
        package var allowsPrivateNetwork: Bool

        package init(bytesMax: Int, totalMilliseconds: Int, allowsPrivateNetwork: Bool) {
            self.bytesMax = bytesMax
            self.totalMilliseconds = totalMilliseconds
            self.allowsPrivateNetwork = allowsPrivateNetwork
        }
    }

    /// Fetches `url`; `receive` gets the bytes on `loop`, which it may hold up: the socket then waits.
    ///
    /// - Throws: (as the future's failure) ``SourceFailure``, which names no address, or what `receive` threw.
    package func download(
        _ url: SourceURL,
        _ options: DownloadOptions,
        on loop: any EventLoop,
        receive: @escaping @Sendable (ByteBuffer) throws -> Void
    ) -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        guard url.scheme != .rtmp else {
            promise.fail(SourceFailure(cause: .badURL(.unsupportedScheme), bytes: 0))
            return promise.futureResult
        }
        guard let connections = self.openDownload(allowsPrivateNetwork: options.allowsPrivateNetwork) else {
            promise.fail(SourceFailure(cause: .cancelled, bytes: 0))
            return promise.futureResult
        }
        let request = TransferRequest(
            url: url.text,
            range: nil,
            bytesMax: options.bytesMax,
            totalMilliseconds: options.totalMilliseconds,
            acceptsCompression: true,
            keepsConnection: false
        )
        loop.execute {
            let download = Download(connections: connections, promise: promise, receive: receive)
            download.start(request, on: loop)
        }
        return promise.futureResult
    }
}

/// A download under way.
///
/// `@unchecked`: touched only on its event loop.
private final class Download: @unchecked Sendable {
    private let connections: TransferConnections
    private let promise: EventLoopPromise<Void>
    private let receive: @Sendable (ByteBuffer) throws -> Void
    private var bytes: Int64 = 0
    private var isOver = false

    init(
        connections: TransferConnections,
        promise: EventLoopPromise<Void>,
        receive: @escaping @Sendable (ByteBuffer) throws -> Void
    ) {
        self.connections = connections
        self.promise = promise
        self.receive = receive
    }

    func start(_ request: TransferRequest, on loop: any EventLoop) {
        // The sink holds the download until its last event.
        _ = self.connections.start(request, to: TransferSink(loop: loop) { self.received($0) })
    }

    private func received(_ events: [TransferEvent]) {
        for event in events where !self.isOver {
            switch event {
            case .head: continue
            case .bytes(let buffer):
                self.bytes += Int64(buffer.readableBytes)
                do {
                    try self.receive(buffer)
                } catch {
                    self.end(error)
                }
            case .finished(let cause): self.end(cause.map { SourceFailure(cause: $0, bytes: self.bytes) })
            }
        }
    }

    private func end(_ error: (any Error)?) {
        self.isOver = true
        let promise = self.promise
        // Only then, so that nobody who waits for the end finds its socket open.
        self.connections.close {
            if let error { promise.fail(error) } else { promise.succeed() }
        }
    }
}
