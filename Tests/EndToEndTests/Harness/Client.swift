import Foundation
import TestKit

/// A viewer's device: where it is and what it says of itself.
struct Client: Sendable {
    let port: Int
    var userAgent = "Tester/1.0"
    var address = "127.0.0.1"

    /// Asks on a connection of its own; the answer comes in while the test goes on.
    func ask(_ path: String, method: String = "GET", fields: [String] = []) throws -> Reception {
        let descriptor = try Loopback.connect(to: self.port, from: self.address)
        let lines = [
            "\(method) \(path) HTTP/1.1", "Host: tv.example", "User-Agent: \(self.userAgent)", "Connection: close",
        ]
        let request = (lines + fields).joined(separator: "\r\n") + "\r\n\r\n"
        let isSent = Loopback.send(request.utf8, to: descriptor)
        let reception = Reception(descriptor: descriptor, hasBody: method != "HEAD")
        return isSent ? reception : reception.closed()
    }

    /// Asks, and waits for the whole answer.
    func get(
        _ path: String,
        method: String = "GET",
        fields: [String] = [],
        within limit: Duration = .seconds(15)
    ) async throws -> Reply {
        try await self.ask(path, method: method, fields: fields).whole(path, within: limit)
    }
}

/// An answer, as far as it has come.
struct Reply: Sendable {
    /// Status line and fields, as they came; empty until whole.
    var head = ""
    var body: [UInt8] = []
    /// Whether the server has closed the connection, or the length it told is reached.
    var hasEnded = false

    var status: Int { Int(self.head.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var text: String { String(decoding: self.body, as: UTF8.self) }

    func field(_ name: String) -> String? {
        self.head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    /// Lines of a playlist that are addresses.
    var addresses: [String] {
        self.text.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.isEmpty }.map(String.init)
    }

    /// The values of a playlist's lines that begin with `tag`.
    func values(of tag: String) -> [String] {
        self.text.split(separator: "\n").filter { $0.hasPrefix(tag) }.map { String($0.dropFirst(tag.count)) }
    }
}

/// An answer that is coming in, read by a thread of its own.
final class Reception: Sendable {
    fileprivate let descriptor: Int32
    private let reply = Watched(Reply())

    init(descriptor: Int32, hasBody: Bool) {
        self.descriptor = descriptor
        // The thread has a descriptor of its own, so that neither closes the other's.
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        let thread = Thread { [reply] in Self.read(own, into: reply, hasBody: hasBody) }
        thread.start()
    }

    deinit {
        self.leave()
        close(self.descriptor)
    }

    var now: Reply { self.reply.now }
    var bodyCount: Int { self.reply.look { $0.body.count } }

    /// Ends the connection as a player does that was told to stop.
    func leave() {
        shutdown(self.descriptor, Int32(SHUT_RDWR))
    }

    func closed() -> Reception {
        self.leave()
        return self
    }

    /// Waits for status line and fields.
    func head(_ what: String, within limit: Duration = .seconds(15)) async throws -> Reply {
        try await self.reply.first("answer to \(what)", within: limit) { $0.head.isEmpty && !$0.hasEnded ? nil : $0 }
    }

    /// Waits for all of it.
    func whole(_ what: String, within limit: Duration) async throws -> Reply {
        try await self.reply.first("whole answer to \(what)", within: limit) { $0.hasEnded ? $0 : nil }
    }

    /// Waits until so much of the body has come.
    func body(of count: Int, _ what: String, within limit: Duration = .seconds(15)) async throws {
        let isThere = try await self.reply.first("\(count) bytes of \(what)", within: limit) { reply -> Bool? in
            reply.body.count >= count ? true : reply.hasEnded ? false : nil
        }
        guard isThere else {
            throw Missing(what: "\(count) bytes of \(what), which ended at \(self.bodyCount)", limit: limit)
        }
    }

    private static func read(_ descriptor: Int32, into reply: Watched<Reply>, hasBody: Bool) {
        var head: [UInt8] = []
        var length: Int?
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            guard reply.look({ $0.head.isEmpty }) else {
                reply.update { $0.body += buffer[..<count] }
                if let length, reply.look({ $0.body.count }) >= length { break }
                continue
            }
            head += buffer[..<count]
            guard let end = head.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
            reply.update {
                $0.body = Array(head[end.upperBound...])
                $0.head = String(decoding: head[..<end.upperBound], as: UTF8.self)
            }
            length = hasBody ? reply.look { $0.field("Content-Length").flatMap { Int($0) } } : 0
            if let length, reply.look({ $0.body.count }) >= length { break }
        }
        close(descriptor)
        reply.update { $0.hasEnded = true }
    }
}

extension Reception {
    /// Sends more of the request, such as its body.
    func send(_ text: String) {
        _ = Loopback.send(text.utf8, to: self.descriptor)
    }
}
