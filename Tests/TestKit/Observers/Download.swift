import Foundation
import NIOCore
import NIOPosix

/// A request to a server on loopback, its answer coming in while the test goes on.
package final class Download: Sendable {
    /// The answer, as far as it has come.
    package struct State: Sendable {
        package var head = ""
        package var body: [UInt8] = []
        package var hasEnded = false
        /// Why the connection broke; empty when it was closed in good order.
        package var failure = ""
        /// When each piece of the body came, in seconds of the monotonic clock, and how long the body was then.
        package var arrivals: [(at: Double, count: Int)] = []

        package var status: Int { Int(self.head.split(separator: " ").dropFirst().first ?? "") ?? 0 }
        package var text: String { String(decoding: self.body, as: UTF8.self) }

        package func field(_ name: String) -> String? {
            self.head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
                .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }

    package let state = Watched(State())
    private let channel: any Channel

    /// Asks for `url` (`http://address:port/path`).
    package init(
        _ url: String,
        userAgent: String = "Observer/1.0",
        keepsBody: Bool = true,
        _ received: @escaping @Sendable ([UInt8], Double) -> Void = { _, _ in }
    ) async throws {
        guard let parts = URLComponents(string: url), let host = parts.host, let port = parts.port else {
            throw Missing(what: "address in \(url)", limit: .zero)
        }
        let path = parts.percentEncodedPath + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")
        let request =
            "GET \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nUser-Agent: \(userAgent)\r\nConnection: close\r\n\r\n"
        let state = self.state
        self.channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = DownloadHandler(state, keepsBody: keepsBody, received)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(host: host, port: port).get()
        self.channel.writeAndFlush(ByteBuffer(string: request), promise: nil)
    }

    deinit { self.leave() }

    package func leave() { self.channel.close(promise: nil) }

    /// Waits for all of it.
    package func whole(within limit: Duration = .seconds(10)) async throws -> State {
        try await self.state.first("whole answer", within: limit) { $0.hasEnded ? $0 : nil }
    }

    /// Waits until so many bytes of the body have come, or it has ended.
    package func body(of count: Int, within limit: Duration = .seconds(10)) async throws -> State {
        try await self.state.first("\(count) bytes", within: limit) { $0.body.count >= count || $0.hasEnded ? $0 : nil }
    }

    /// Seconds of the monotonic clock.
    package static var now: Double { Double(NIODeadline.now().uptimeNanoseconds) / 1e9 }

    /// Lets `seconds` of media come in.
    package static func listen(_ seconds: Double) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        try await loop.scheduleTask(in: .milliseconds(Int64(seconds * 1_000))) {}.futureResult.get()
    }
}

private final class DownloadHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let state: Watched<Download.State>
    private let keepsBody: Bool
    private let received: @Sendable ([UInt8], Double) -> Void
    private var head: [UInt8] = []
    private var isHeadRead = false
    private var count = 0

    init(_ state: Watched<Download.State>, keepsBody: Bool, _ received: @escaping @Sendable ([UInt8], Double) -> Void) {
        self.state = state
        self.keepsBody = keepsBody
        self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(self.unwrapInboundIn(data).readableBytesView)
        if self.isHeadRead { return self.take(bytes) }
        self.head += bytes
        guard let end = self.head.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
        self.isHeadRead = true
        let head = String(decoding: self.head[..<end.upperBound], as: UTF8.self)
        self.state.update { $0.head = head }
        let rest = Array(self.head[end.upperBound...])
        self.head = []
        if !rest.isEmpty { self.take(rest) }
    }

    private func take(_ bytes: [UInt8]) {
        let now = Download.now
        self.count += bytes.count
        let (count, keepsBody) = (self.count, self.keepsBody)
        self.state.update {
            if keepsBody {
                $0.body += bytes
                $0.arrivals.append((now, count))
            }
        }
        self.received(bytes, now)
    }

    func channelInactive(context: ChannelHandlerContext) { self.state.update { $0.hasEnded = true } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let failure = (error as? IOError)?.errnoCode == ECONNRESET ? "reset" : "\(error)"
        self.state.update { $0.failure = failure }
        context.close(promise: nil)
    }
}
