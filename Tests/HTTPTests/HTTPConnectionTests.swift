import NIOCore
import NIOEmbedded
import Testing

@testable import HTTP

/// Answers with the path, at once or when told.
private final class EchoResponder: HTTPResponder {
    var isHeldBack = false
    var held: [(HTTPConnection, RequestHead)] = []
    var onRequest: ((RequestHead, HTTPConnection) -> Void)?

    func respond(to request: RequestHead, on connection: HTTPConnection) {
        if let onRequest { return onRequest(request, connection) }
        guard !self.isHeldBack else { return self.held.append((connection, request)) }
        self.answer(request, connection)
    }

    func release() {
        guard !self.held.isEmpty else { return }
        let (connection, request) = self.held.removeFirst()
        self.answer(request, connection)
    }

    func swept(at now: NIODeadline) {}

    private func answer(_ request: RequestHead, _ connection: HTTPConnection) {
        let body = ByteBuffer(bytes: request.target.path)
        let head = ResponseHead(
            .ok,
            contentType: "text/plain",
            contentLength: body.readableBytes,
            cacheControl: "no-store"
        )
        connection.respond(head, body: body)
    }
}

private final class StreamProbe: StreamOwner {
    var closedCount = 0
    func streamClosed() { self.closedCount += 1 }
    func streamSwept(written: Int64, queued: Int, at now: NIODeadline) {}
}

struct HTTPConnectionTests {
    private struct Fixture {
        let responder = EchoResponder()
        let channel = EmbeddedChannel()
        let loop: HTTPLoop

        init(_ configuration: HTTPConfiguration = HTTPConfiguration()) throws {
            self.loop = HTTPLoop(
                configuration: configuration,
                responder: self.responder,
                eventLoop: self.channel.eventLoop
            )
            let connection = HTTPConnection(
                loop: self.loop,
                peer: PeerAddress(bytes: [127, 0, 0, 1]),
                acceptedAt: self.channel.embeddedEventLoop.now
            )
            try self.channel.pipeline.syncOperations.addHandler(connection)
            try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        func send(_ bytes: [UInt8]) throws { try self.channel.writeInbound(ByteBuffer(bytes: bytes)) }

        /// All that was written and flushed since the last call.
        func received() throws -> String {
            var text = ""
            while let bytes = try self.channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
            return text
        }

        /// Status and body of each answer since the last call.
        func answers() throws -> [String] {
            try self.received().split(separator: "HTTP/1.1 ").map { answer in
                let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1)
                return "\(answer.prefix(3)) \(parts.count == 2 ? String(parts[1]).trimmingNewline : "")"
            }
        }
    }

    @Test func `answers pipelined requests in their order`() throws {
        let fixture = try Fixture()
        try fixture.send((1...20).flatMap { request("GET", "/\($0)") })
        #expect(try fixture.answers() == (1...20).map { "200 \($0)" })
        #expect(fixture.channel.isActive)
    }

    @Test func `gives the next request only when the last is answered`() throws {
        let fixture = try Fixture()
        fixture.responder.isHeldBack = true
        try fixture.send(request("GET", "/a") + request("GET", "/b"))
        #expect(fixture.responder.held.count == 1)
        #expect(try fixture.answers() == [])
        fixture.responder.release()
        #expect(try fixture.answers() == ["200 a"])
        fixture.responder.release()
        #expect(try fixture.answers() == ["200 b"])
    }

    @Test func `more than eight waiting requests and a buffer full are too many`() throws {
        let fixture = try Fixture()
        fixture.responder.isHeldBack = true
        let padding = "X: " + String(repeating: "a", count: 4_000)
        for number in 0..<16 { try fixture.send(request("GET", "/\(number)", fields: ["Host: a", padding])) }
        for _ in 0..<9 { fixture.responder.release() }
        #expect(try fixture.answers() == (0..<9).map { "200 \($0)" } + ["400 Bad Request"])
    }

    @Test func `HEAD gets the head alone and keeps the connection`() throws {
        let fixture = try Fixture()
        try fixture.send(request("HEAD", "/abc") + request("GET", "/d"))
        let text = try fixture.received()
        #expect(text.contains("Content-Length: 3\r\n"))
        #expect(!text.contains("abc"))
        #expect(text.hasSuffix("\r\n\r\nd"))
    }

    @Test func `a head may come in pieces`() throws {
        let fixture = try Fixture()
        for byte in request("GET", "/a") + request("GET", "/b") { try fixture.send([byte]) }
        #expect(try fixture.answers() == ["200 a", "200 b"])
    }

    @Test func `closes behind the answer when the peer asks for it`() throws {
        let fixture = try Fixture()
        try fixture.send(request("GET", "/a", fields: ["Host: a", "Connection: close"]) + request("GET", "/never"))
        let text = try fixture.received()
        #expect(text.contains("Connection: close\r\n") && text.hasSuffix("\r\n\r\na"))
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(3))
        #expect(!fixture.channel.isActive)
    }

    @Test func `answers what it can't read and closes`() throws {
        let fixture = try Fixture()
        try fixture.send(request("GET", "/a") + request("PUT", "/b") + request("GET", "/never"))
        #expect(try fixture.answers() == ["200 a", "405 Method Not Allowed"])
        try fixture.send(request("GET", "/never"))
        #expect(try fixture.answers() == [])
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(3))
        #expect(!fixture.channel.isActive)
    }

    private static func post(_ body: String, size: Int? = nil) -> [UInt8] {
        let type = "Content-Type: Application/X-WWW-Form-urlencoded; charset=UTF-8"
        return request("POST", "/p", fields: ["Host: a", type, "Content-Length: \(size ?? body.utf8.count)"])
            + body.utf8
    }

    @Test func `a body is given whole, however it is cut`() throws {
        for step in [1, 7, 1_000] {
            let fixture = try Fixture()
            var bodies: [String] = []
            fixture.responder.onRequest = { request, connection in
                bodies.append("\(request.hasForm) " + String(decoding: request.body, as: UTF8.self))
                let response = TextResponse(.ok, "ok")
                connection.respond(response.head, body: response.body)
            }
            let bytes = Self.post("username=a&password=b") + request("GET", "/next")
            for start in stride(from: 0, to: bytes.count, by: step) {
                try fixture.send(Array(bytes[start..<min(start + step, bytes.count)]))
            }
            try fixture.send(Self.post("x"))
            #expect(bodies == ["true username=a&password=b", "false ", "true x"])
            #expect(try fixture.answers() == ["200 ok", "200 ok", "200 ok"])
        }
    }

    @Test func `a body that never comes is answered 408`() throws {
        let fixture = try Fixture()
        try fixture.send(Self.post("", size: 10) + Array("abc".utf8))
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(11))
        #expect(try fixture.answers() == ["408 Request Timeout"])
    }

    @Test func `no more than one body is held for what waits`() throws {
        let fixture = try Fixture()
        fixture.responder.isHeldBack = true
        try fixture.send(request("GET", "/a") + Self.post("x") + Self.post("y"))
        fixture.responder.release()
        fixture.responder.release()
        #expect(try fixture.answers() == ["200 a", "200 p", "400 Bad Request"])
    }

    @Test func `a head that drips is answered 408 ten seconds after its first byte`() throws {
        let fixture = try Fixture()
        let bytes = request("GET", "/" + String(repeating: "a", count: 40))
        for second in 0..<9 {
            try fixture.send([bytes[second]])
            fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            #expect(try fixture.answers() == [])
        }
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(try fixture.answers() == ["408 Request Timeout"])
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(3))
        #expect(!fixture.channel.isActive)
    }

    @Test func `a connection that says nothing is closed without a word`() throws {
        let fixture = try Fixture()
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(11))
        #expect(try fixture.received() == "")
        #expect(!fixture.channel.isActive)
    }

    @Test func `an idle connection is closed after thirty seconds, not before`() throws {
        let fixture = try Fixture()
        try fixture.send(request("GET", "/a"))
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(29))
        #expect(fixture.channel.isActive)
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!fixture.channel.isActive)
    }

    @Test func `an answer may take longer than any deadline of the peer's`() throws {
        let fixture = try Fixture()
        fixture.responder.isHeldBack = true
        try fixture.send(request("GET", "/a"))
        fixture.channel.embeddedEventLoop.advanceTime(by: .seconds(90))
        fixture.responder.release()
        #expect(try fixture.answers() == ["200 a"])
    }

    @Test func `a stream ends with its connection, once, and hears nothing more`() throws {
        let fixture = try Fixture()
        let probe = StreamProbe()
        var taken: HTTPConnection?
        fixture.responder.onRequest = { _, connection in
            connection.beginStream(probe)
            taken = connection
        }
        try fixture.send(request("GET", "/live") + request("GET", "/never"))
        let connection = try #require(taken)
        connection.write(ByteBuffer(string: "media"))
        #expect(try fixture.received() == "media")
        #expect(connection.writtenBytes == 5)
        connection.close()
        fixture.channel.embeddedEventLoop.run()
        connection.close()
        connection.write(ByteBuffer(string: "late"))
        #expect(probe.closedCount == 1)
        #expect(!connection.isOpen)
    }

    @Test func `a stream that never began can be answered instead`() throws {
        let fixture = try Fixture()
        let probe = StreamProbe()
        fixture.responder.onRequest = { _, connection in
            connection.beginStream(probe)
            connection.leaveStream()
            let response = TextResponse(.serviceUnavailable, "not now")
            connection.respond(response.head, body: response.body)
        }
        try fixture.send(request("GET", "/live"))
        #expect(try fixture.answers() == ["503 not now"])
        #expect(fixture.channel.isActive)
        #expect(probe.closedCount == 0)
    }

    @Test func `says whether a body was sent`() throws {
        let fixture = try Fixture()
        var sent: [Bool] = []
        fixture.responder.onRequest = { _, connection in
            let head = ResponseHead(.ok, contentType: "a", contentLength: 1, cacheControl: "b")
            connection.respond(head, body: ByteBuffer(string: "x")) { sent.append($0) }
        }
        try fixture.send(request("GET") + request("HEAD"))
        #expect(sent.sorted { $0 && !$1 } == [true, true])
    }
}

extension String {
    fileprivate var trimmingNewline: String { self.hasSuffix("\n") ? String(self.dropLast()) : self }
}
