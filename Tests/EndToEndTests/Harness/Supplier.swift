import Foundation
import TestKit

/// A supplier: an HTTP server that plays streams live to whoever connects, and counts who does.
final class Supplier: Sendable {
    /// What a path answers.
    enum Answer: Sendable {
        /// The stream, from its last random access point on, at its own pace, for ever.
        case stream(PacedStream)
        /// A body, with a status and fields of the head.
        case document(status: String, fields: [String], body: [UInt8])
    }

    /// What has come, by path without its query.
    struct Traffic: Sendable {
        var open: [String: Int] = [:]
        var opened: [String: Int] = [:]
        /// Most connections open at once.
        var openMax = 0
        fileprivate var peers: Set<Int32> = []
        /// Heads of the requests, as they came.
        var requests: [String] = []

        var openNow: Int { self.open.values.reduce(0, +) }
        var openedInAll: Int { self.opened.values.reduce(0, +) }
    }

    let port: Int
    let traffic = Watched(Traffic())
    private let answers: [String: Answer]
    /// Stand in the head of every answer.
    private let fields: [String]
    private let descriptor: Int32
    private let start = ContinuousClock.now

    /// Listens on `port`, where its own answers name it; else on any.
    init(_ answers: [String: Answer], fields: [String] = [], port: Int = 0) throws {
        (self.descriptor, self.port) = try Loopback.listen(on: port)
        self.answers = answers
        self.fields = fields + ["Connection: close"]
        let thread = Thread { [weak self, descriptor] in
            while true {
                let peer = accept(descriptor, nil, nil)
                if peer < 0, errno == EINTR { continue }
                guard peer >= 0 else { break }
                guard let self else {
                    close(peer)
                    break
                }
                self.begin(peer)
            }
            close(descriptor)
        }
        thread.start()
    }

    deinit {
        // Wakes the thread that waits in `accept`; it closes the socket.
        shutdown(self.descriptor, Int32(SHUT_RDWR))
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(self.port)\(path)" }

    private func begin(_ peer: Int32) {
        let thread = Thread { [weak self] in
            defer { close(peer) }
            guard let head = Self.readHead(peer) else { return }
            let target = head.split(separator: " ").dropFirst().first ?? ""
            let path = String(target.prefix { $0 != "?" })
            self?.opened(path, head, peer)
            // An answer for the whole target stands before that of its path.
            switch self?.answers[String(target)] ?? self?.answers[path] {
            case .stream(let stream): self?.play(stream, to: peer)
            case .document(let status, let fields, let body): self?.send(status, fields, body, to: peer)
            case nil: self?.send("404 Not Found", [], Array("no such stream".utf8), to: peer)
            }
            self?.closed(path, peer)
        }
        thread.start()
    }

    private func opened(_ path: String, _ head: String, _ peer: Int32) {
        self.traffic.update { traffic in
            traffic.open[path, default: 0] += 1
            traffic.opened[path, default: 0] += 1
            traffic.peers.insert(peer)
            // A connection whose end has come, but whose thread hasn't seen it yet, is not open any more.
            traffic.openMax = max(traffic.openMax, traffic.peers.count { !Loopback.isReadable($0, within: 0) })
            traffic.requests.append(head)
        }
    }

    /// Before the descriptor is closed, so that none of another connection is looked at.
    private func closed(_ path: String, _ peer: Int32) {
        self.traffic.update {
            $0.open[path, default: 1] -= 1
            $0.peers.remove(peer)
        }
    }

    private func play(_ stream: PacedStream, to peer: Int32) {
        guard Loopback.send(self.head("200 OK", ["Content-Type: video/mp2t"]), to: peer) else { return }
        var offset = stream.entry(at: self.elapsed)
        // What can be read now is the peer's end; the rest of the time is the stream's own pace.
        repeat {
            let due = stream.due(at: self.elapsed, from: offset)
            guard Loopback.send(due, to: peer) else { return }
            offset = stream.next(after: due)
        } while !Loopback.isReadable(peer, within: 40)
    }

    private var elapsed: Int {
        let (seconds, attoseconds) = (ContinuousClock.now - self.start).components
        return Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    }

    private func send(_ status: String, _ fields: [String], _ body: [UInt8], to peer: Int32) {
        let head = self.head(status, fields + ["Content-Length: \(body.count)"])
        _ = Loopback.send(head + body, to: peer)
    }

    private func head(_ status: String, _ fields: [String]) -> [UInt8] {
        Array((["HTTP/1.1 \(status)"] + fields + self.fields + ["", ""]).joined(separator: "\r\n").utf8)
    }

    private static func readHead(_ peer: Int32) -> String? {
        var head: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8 << 10)
        while head.firstRange(of: Array("\r\n\r\n".utf8)) == nil {
            guard head.count < 64 << 10 else { return nil }
            let count = recv(peer, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            head += buffer[..<count]
        }
        return String(decoding: head, as: UTF8.self)
    }
}
