import NIOCore
import NIOPosix
import Testing

/// An answer as it came over the socket.
struct TestResponse {
    var status: Int
    var head: String
    var body: [UInt8]

    var text: String { String(decoding: self.body, as: UTF8.self) }

    func field(_ name: String) -> String? {
        self.head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }
}

/// A viewer's socket, used by one task.
final class TestClient {
    struct Closed: Error {}

    let channel: any Channel
    private var iterator: AsyncStream<ByteBuffer>.Iterator
    private var pending: [UInt8] = []

    /// Connects to loopback; with `reads` false nothing is taken until ``startReading()``, and little fits in between.
    init(port: Int, group: any EventLoopGroup, reads: Bool = true) async throws {
        let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream()
        var bootstrap = ClientBootstrap(group: group)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(continuation: continuation))
                }
            }
        if !reads { bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: 4_096) }
        self.channel = try await bootstrap.connect(host: "127.0.0.1", port: port).get()
        self.iterator = stream.makeAsyncIterator()
    }

    func startReading() async throws {
        try await self.channel.setOption(.autoRead, value: true).get()
    }

    func send(_ text: String) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    func close() async {
        try? await self.channel.close().get()
    }

    func ask(_ path: String, method: String = "GET", fields: [String] = []) async throws {
        let lines = ["\(method) \(path) HTTP/1.1", "Host: tv.example", "User-Agent: test"] + fields
        try await self.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    /// Asks and reads the answer.
    func get(_ path: String, method: String = "GET", fields: [String] = []) async throws -> TestResponse {
        try await self.ask(path, method: method, fields: fields)
        return try await self.response(hasBody: method != "HEAD")
    }

    /// Reads the next answer; a body without a length is left to be read.
    func response(hasBody: Bool = true) async throws -> TestResponse {
        let head = String(decoding: try await self.head(), as: UTF8.self)
        let status = try #require(Int(head.dropFirst("HTTP/1.1 ".count).prefix(3)))
        var response = TestResponse(status: status, head: head, body: [])
        if hasBody, let length = response.field("Content-Length").flatMap({ Int($0) }) {
            response.body = try await self.bytes(length)
        }
        return response
    }

    /// Reads exactly so many bytes.
    func bytes(_ count: Int) async throws -> [UInt8] {
        while self.pending.count < count { try await self.readMore() }
        defer { self.pending.removeFirst(count) }
        return Array(self.pending.prefix(count))
    }

    /// Reads what comes until the far end closes.
    func rest() async -> [UInt8] {
        while (try? await self.readMore()) != nil {}
        return self.pending
    }

    private func head() async throws -> [UInt8] {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = self.pending.firstRange(of: end) {
                defer { self.pending.removeSubrange(..<range.upperBound) }
                return Array(self.pending[..<range.upperBound])
            }
            try await self.readMore()
        }
    }

    private func readMore() async throws {
        guard let bytes = await self.iterator.next(isolation: #isolation) else { throw Closed() }
        self.pending += bytes.readableBytesView
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let continuation: AsyncStream<ByteBuffer>.Continuation

    init(continuation: AsyncStream<ByteBuffer>.Continuation) {
        self.continuation = continuation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.continuation.yield(self.unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.continuation.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
