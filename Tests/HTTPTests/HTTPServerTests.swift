import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import HTTP

/// Answers every request with two bytes.
private final class OKResponder: HTTPResponder {
    func respond(to request: RequestHead, on connection: HTTPConnection) {
        let response = TextResponse(.ok, "y")
        connection.respond(response.head, body: response.body)
    }

    func swept(at now: NIODeadline) {}
}

/// A blocking socket to loopback; every wait ends after five seconds.
private struct Peer {
    let descriptor: CInt

    init(port: Int) {
        self.descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var wait = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        let descriptor = self.descriptor
        _ = try? SocketAddress(ipAddress: "127.0.0.1", port: port).withSockAddr { address, size in
            connect(descriptor, address, socklen_t(size))
        }
    }

    func send(_ bytes: [UInt8]) { _ = Glibc.send(self.descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) }

    /// The next bytes; empty when the far end has closed; `nil` when nothing came in time.
    func receive() -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(self.descriptor, &bytes, bytes.count, 0)
        if count < 0 { return errno == ECONNRESET ? "" : nil }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    func close() { _ = Glibc.close(self.descriptor) }
}

@Suite(.serialized) struct HTTPServerTests {
    private func withServer(
        _ change: (inout HTTPConfiguration) -> Void = { _ in },
        _ body: (Int, HTTPServer) async throws -> Void
    ) async throws {
        var configuration = HTTPConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        configuration.sweepInterval = .milliseconds(20)
        change(&configuration)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = HTTPServer(configuration: configuration, group: group) { _ in OKResponder() }
        do {
            try await body(try await server.start(), server)
        } catch {
            await server.stop()
            try await group.shutdownGracefully()
            throw error
        }
        await server.stop()
        try await group.shutdownGracefully()
    }

    @Test func `serves over a socket and keeps it`() async throws {
        try await self.withServer { port, server in
            let peer = Peer(port: port)
            defer { peer.close() }
            for _ in 0..<3 {
                peer.send(request())
                #expect(peer.receive()?.hasPrefix("HTTP/1.1 200 OK\r\n") == true)
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test func `closes a slow head at the deadline`() async throws {
        try await self.withServer({ $0.headDeadline = .milliseconds(100) }) { port, _ in
            let peer = Peer(port: port)
            defer { peer.close() }
            peer.send(Array("GET / HT".utf8))
            #expect(peer.receive()?.hasPrefix("HTTP/1.1 408 ") == true)
            #expect(peer.receive() == "")
        }
    }

    @Test func `closes connections over the limit of an address and takes new ones when one has gone`() async throws {
        let change: (inout HTTPConfiguration) -> Void = {
            $0.exemptsLoopback = false
            $0.connectionsPerAddressMax = 2
        }
        try await self.withServer(change) { port, _ in
            let peers = (0..<2).map { _ in Peer(port: port) }
            for peer in peers {
                peer.send(request())
                #expect(peer.receive()?.hasPrefix("HTTP/1.1 200") == true)
            }
            let refused = Peer(port: port)
            #expect(refused.receive() == "")
            refused.close()
            peers[0].send(request(fields: ["Host: a", "Connection: close"]))
            #expect(peers[0].receive()?.hasPrefix("HTTP/1.1 200") == true)
            #expect(peers[0].receive() == "")
            peers[0].close()
            // The place is free as soon as the loop has seen the close, so the answer to one of the next few is 200.
            var answers: [String?] = []
            while answers.count < 50, answers.last??.hasPrefix("HTTP/1.1 200") != true {
                let peer = Peer(port: port)
                peer.send(request())
                answers.append(peer.receive())
                peer.close()
            }
            #expect(answers.last??.hasPrefix("HTTP/1.1 200") == true)
            peers[1].close()
        }
    }

    @Test func `stopping closes what is open`() async throws {
        try await self.withServer { port, server in
            let peer = Peer(port: port)
            defer { peer.close() }
            peer.send(request())
            #expect(peer.receive() != nil)
            await server.stop()
            #expect(peer.receive() == "")
            #expect(server.connectionCount == 0)
        }
    }
}
