import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A hostile or honest supplier on loopback: answers each request by a script, byte for byte.
final class SupplierServer: Sendable {
    /// What is done to a connection, in order.
    enum Step: Sendable {
        case write([UInt8])
        /// Nothing for so long.
        case pause(milliseconds: Int64)
        /// These bytes again and again, each time after a pause, until the connection is closed.
        case loop([UInt8], milliseconds: Int64)
        /// These bytes so many times, as fast as they are taken.
        case pour([UInt8], times: Int)
        case close
        /// RST instead of FIN.
        case reset
        /// Nothing more, for ever.
        case hang

        static func text(_ text: String) -> Step { .write(Array(text.utf8)) }
    }

    struct Request: Hashable, Sendable {
        /// Path and query.
        var target: String
        /// Names in lower case.
        var headers: [String: String]
        /// Which connection it came on, from 1.
        var connection: Int

        var path: String { String(self.target.prefix { $0 != "?" }) }
    }

    typealias Script = @Sendable (Request) -> [Step]

    private let channel: any Channel
    let book: ConnectionBook
    let port: Int

    private init(channel: any Channel, book: ConnectionBook, port: Int) {
        self.channel = channel
        self.book = book
        self.port = port
    }

    /// Listens on a free port of 127.0.0.1.
    static func start(_ script: @escaping Script) async throws -> SupplierServer {
        let book = ConnectionBook()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(SupplierHandler(script: script, book: book))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        return SupplierServer(channel: channel, book: book, port: channel.localAddress?.port ?? 0)
    }

    func stop() async throws {
        try await self.channel.close()
    }

    func url(_ target: String) -> String { "http://127.0.0.1:\(self.port)\(target)" }
}

/// What a server saw.
final class ConnectionBook: Sendable {
    private struct State {
        var requests: [SupplierServer.Request] = []
        var connections = 0
        var open = 0
        var openMax = 0
        var waiters: [(test: @Sendable (Int) -> Bool, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var requests: [SupplierServer.Request] { self.state.withLock { $0.requests } }
    var connections: Int { self.state.withLock { $0.connections } }
    var openMax: Int { self.state.withLock { $0.openMax } }

    func opened() -> Int {
        self.change { state in
            state.connections += 1
            state.open += 1
            state.openMax = Swift.max(state.openMax, state.open)
        }
        return self.connections
    }

    func closed() { self.change { $0.open -= 1 } }

    func asked(_ request: SupplierServer.Request) { self.state.withLock { $0.requests.append(request) } }

    /// Waits until the count of open connections passes `test`.
    func waitUntilOpen(_ test: @escaping @Sendable (Int) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isTrue = self.state.withLock { state in
                guard !test(state.open) else { return true }
                state.waiters.append((test, continuation))
                return false
            }
            if isTrue { continuation.resume() }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let due = self.state.withLock { state in
            body(&state)
            let open = state.open
            let due = state.waiters.filter { $0.test(open) }.map(\.1)
            state.waiters.removeAll { $0.test(open) }
            return due
        }
        for continuation in due { continuation.resume() }
    }
}

/// One connection: reads request heads, plays scripts.
///
/// `@unchecked`: touched only on its event loop.
private final class SupplierHandler: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    private let script: SupplierServer.Script
    private let book: ConnectionBook
    private var number = 0
    private var text = ""
    private var isPlaying = false
    private var isClosed = false

    init(script: @escaping SupplierServer.Script, book: ConnectionBook) {
        self.script = script
        self.book = book
    }

    func channelActive(context: ChannelHandlerContext) {
        self.number = self.book.opened()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.isClosed = true
        self.book.closed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.text += String(buffer: self.unwrapInboundIn(data))
        self.answerNext(context.channel)
    }

    private func answerNext(_ channel: any Channel) {
        guard !self.isPlaying, let end = self.text.firstRange(of: "\r\n\r\n") else { return }
        let lines = self.text[..<end.lowerBound].split(separator: "\r\n")
        self.text = String(self.text[end.upperBound...])
        let words = lines.first?.split(separator: " ") ?? []
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        let target = words.count > 1 ? String(words[1]) : ""
        let request = SupplierServer.Request(target: target, headers: headers, connection: self.number)
        self.book.asked(request)
        self.isPlaying = true
        self.play(self.script(request)[...], on: channel)
    }

    private func play(_ steps: ArraySlice<SupplierServer.Step>, on channel: any Channel) {
        guard !self.isClosed else { return }
        guard let step = steps.first else {
            self.isPlaying = false
            return self.answerNext(channel)
        }
        let rest = steps.dropFirst()
        switch step {
        case .write(let bytes):
            channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
            self.play(rest, on: channel)
        case .pause(let milliseconds):
            channel.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) { self.play(rest, on: channel) }
        case .loop(let bytes, let milliseconds):
            channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
            channel.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) { self.play(steps, on: channel) }
        case .pour(let bytes, let times):
            guard times > 0 else { return self.play(rest, on: channel) }
            channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenComplete { _ in
                self.play([.pour(bytes, times: times - 1)] + rest, on: channel)
            }
        case .close:
            channel.close(promise: nil)
        case .reset:
            let now = linger(l_onoff: 1, l_linger: 0)
            (channel as? any SocketOptionProvider)?.setSoLinger(now).whenComplete { _ in channel.close(promise: nil) }
        case .hang:
            break
        }
    }
}

extension [SupplierServer.Step] {
    /// A whole answer with a length.
    static func answer(
        _ body: [UInt8],
        status: String = "200 OK",
        headers: [String] = [],
        type: String = "application/octet-stream"
    ) -> [SupplierServer.Step] {
        let head = ["HTTP/1.1 \(status)", "Content-Type: \(type)", "Content-Length: \(body.count)"] + headers
        return [.text(head.joined(separator: "\r\n") + "\r\n\r\n"), .write(body)]
    }

    static func answer(text: String, status: String = "200 OK", type: String = "text/plain") -> [SupplierServer.Step] {
        .answer([UInt8](text.utf8), status: status, type: type)
    }

    static func redirect(to location: String) -> [SupplierServer.Step] {
        .answer([], status: "302 Found", headers: ["Location: \(location)"])
    }

    /// The head of an answer that ends with its connection.
    static func head(_ headers: [String] = []) -> [SupplierServer.Step] {
        [.text((["HTTP/1.1 200 OK", "Content-Type: video/mp2t"] + headers).joined(separator: "\r\n") + "\r\n\r\n")]
    }
}
