package import Model
package import NIOCore
import NIOPosix
import Synchronization

/// Fetches what is not media: lists of channels, programme guides, logos, answers of panels.
///
/// Through the same gates as sources: only `http` and `https`, no address that the policy forbids after name resolution
/// and redirects, a limit on bytes after decompression and on time. Callable from any thread.
package final class Fetcher: Sendable {
    /// What is fetched, and how much of it at most.
    package struct Request: Sendable {
        package var url: Redacted<String>
        /// Whether its address may be private or loopback.
        package var allowsPrivateNetwork: Bool
        /// Bytes after decompression.
        package var bytesMax: Int
        /// The whole answer, redirects included.
        package var totalMilliseconds: Int

        package init(
            url: Redacted<String>,
            allowsPrivateNetwork: Bool,
            bytesMax: Int,
            totalMilliseconds: Int = 300_000
        ) {
            self.url = url
            self.allowsPrivateNetwork = allowsPrivateNetwork
            self.bytesMax = bytesMax
            self.totalMilliseconds = totalMilliseconds
        }
    }

    private let transfers: TransferPool
    /// What is fetched is worked on here, away from viewers' loops; slow work slows the transfer down.
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// Starts nothing yet: the transfer thread comes with the first request.
    package init(configuration: IngestConfiguration = IngestConfiguration()) {
        self.transfers = TransferPool(configuration: configuration)
    }

    /// Fetches `request` and hands over its bytes as they come, in order, on a thread of the fetcher's.
    ///
    /// - Throws: ``SourceFailure/Cause``, which names neither address nor words of the far side; what `take` throws ends
    ///   the fetch and is thrown here.
    package func fetch(
        _ request: Request,
        _ take: @escaping @Sendable (ByteBuffer) throws -> Void
    ) async throws {
        let url: SourceURL
        do throws(SourceURLError) {
            url = try SourceURL(parsing: request.url.clear)
        } catch {
            throw SourceFailure.Cause.badURL(error)
        }
        guard url.scheme != .rtmp else { throw SourceFailure.Cause.badURL(.unsupportedScheme) }
        if let address = url.literalAddress,
            !AddressPolicy.allows(address, privateNetwork: request.allowsPrivateNetwork)
        {
            throw SourceFailure.Cause.forbiddenAddress
        }
        guard let connections = self.transfers.open(allowsPrivateNetwork: request.allowsPrivateNetwork) else {
            throw SourceFailure.Cause.cancelled
        }
        let transfer = TransferRequest(
            url: url.text,
            range: nil,
            bytesMax: request.bytesMax,
            totalMilliseconds: request.totalMilliseconds,
            acceptsCompression: true,
            keepsConnection: false
        )
        let result = await self.run(transfer, on: connections, take)
        await withCheckedContinuation { continuation in connections.close { continuation.resume() } }
        try result.get()
    }

    /// Fetches `request` whole.
    package func whole(_ request: Request) async throws -> [UInt8] {
        let collected = Collected()
        try await self.fetch(request) { piece in collected.bytes.withLock { $0 += piece.readableBytesView } }
        return collected.bytes.withLock { $0 }
    }

    private func run(
        _ request: TransferRequest,
        on connections: TransferConnections,
        _ take: @escaping @Sendable (ByteBuffer) throws -> Void
    ) async -> Result<Void, any Error> {
        let loop = self.group.next()
        return await withCheckedContinuation { continuation in
            loop.execute {
                let reader = NIOLoopBoundBox(FetchState(), eventLoop: loop)
                let sink = TransferSink(loop: loop) { events in
                    for event in events {
                        guard let result = reader.value.received(event, take) else { continue }
                        continuation.resume(returning: result)
                    }
                }
                _ = connections.start(request, to: sink)
            }
        }
    }

    /// Ends what is being fetched; nothing can be fetched after it.
    package func stop() async {
        await self.transfers.stop()
        try? await self.group.shutdownGracefully()
    }
}

private final class Collected: Sendable {
    let bytes = Mutex<[UInt8]>([])
}

/// How far a fetch has come: it is over once, with the first thing that goes wrong or at the end.
private struct FetchState {
    private var failure: (any Error)?
    private var isOver = false

    /// What the fetch came to, when this is its end.
    mutating func received(_ event: TransferEvent, _ take: (ByteBuffer) throws -> Void) -> Result<Void, any Error>? {
        guard !self.isOver else { return nil }
        switch event {
        case .head(let head):
            if !(200..<300).contains(head.status) { self.failure = SourceFailure.Cause.httpStatus(head.status) }
            return nil
        case .bytes(let bytes):
            guard self.failure == nil else { return nil }
            do { try take(bytes) } catch { self.failure = error }
            // What is left of the answer is not worth waiting for.
            guard let failure = self.failure else { return nil }
            self.isOver = true
            return .failure(failure)
        case .finished(let cause):
            self.isOver = true
            if let failure = self.failure ?? cause { return .failure(failure) }
            return .success(())
        }
    }
}
