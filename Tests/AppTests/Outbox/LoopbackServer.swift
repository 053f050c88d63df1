import Foundation
import Glibc
import Synchronization

/// A server on a loopback port that talks with one caller after the other, as it is told to.
final class LoopbackServer: Sendable {
    /// One caller.
    struct Peer {
        fileprivate let socket: Int32

        func say(_ text: String) {
            _ = text.withCString { Glibc.send(self.socket, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        }

        /// Up to a line's end, which is left out; `nil` when the caller is gone.
        func line() -> String? {
            var bytes: [UInt8] = []
            while let byte = self.bytes(1)?.first {
                if byte == 10 {
                    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .init(charactersIn: "\r"))
                }
                bytes.append(byte)
            }
            return nil
        }

        func bytes(_ count: Int) -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: count)
            guard count == 0 || recv(self.socket, &bytes, count, Int32(MSG_WAITALL)) == count else { return nil }
            return bytes
        }
    }

    struct NoServer: Error {}

    let port: UInt16
    private let listener: Int32

    init(_ talk: @escaping @Sendable (Peer) -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard isBound else { throw NoServer() }
        self.port = UInt16(bigEndian: address.sin_port)
        Thread {
            while true {
                let caller = accept(listener, nil, nil)
                guard caller >= 0 else { return }
                // A caller who says nothing must not hold the tests up.
                var patience = timeval(tv_sec: 10, tv_usec: 0)
                setsockopt(caller, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
                talk(Peer(socket: caller))
                close(caller)
            }
        }.start()
    }

    deinit {
        shutdown(self.listener, Int32(SHUT_RDWR))
        close(self.listener)
    }
}

/// A mail server: takes what it is given, but for those it refuses.
final class MailServer: Sendable {
    struct Mail: Hashable {
        var from = ""
        var to: [String] = []
        var text = ""
    }

    private let state: State
    private let server: LoopbackServer

    private final class State: Sendable {
        let mails = Mutex<[Mail]>([])
    }

    var url: String { "smtp://127.0.0.1:\(self.server.port)" }
    var mails: [Mail] { self.state.mails.withLock { $0 } }

    init(refusing refused: String? = nil) throws {
        let state = State()
        self.state = state
        self.server = try LoopbackServer { peer in Self.talk(peer, state, refused) }
    }

    private static func talk(_ peer: LoopbackServer.Peer, _ state: State, _ refused: String?) {
        var mail = Mail()
        peer.say("220 loopback\r\n")
        while let line = peer.line() {
            switch line.prefix(4).uppercased() {
            case "EHLO", "HELO": peer.say("250 loopback\r\n")
            case "MAIL":
                mail.from = String(line.dropFirst(10))
                peer.say("250 good\r\n")
            case "RCPT" where refused.map(line.contains) == true: peer.say("550 nobody here\r\n")
            case "RCPT":
                mail.to.append(String(line.dropFirst(8)))
                peer.say("250 good\r\n")
            case "DATA":
                peer.say("354 go on\r\n")
                while let text = peer.line(), text != "." { mail.text += text + "\r\n" }
                state.mails.withLock { [mail] in $0.append(mail) }
                peer.say("250 taken\r\n")
            case "QUIT":
                peer.say("221 bye\r\n")
                return
            default: peer.say("500 what\r\n")
            }
        }
    }
}

/// A web server that answers posts with one status after the other, the last one again and again.
final class HookServer: Sendable {
    struct Post: Hashable {
        var head: [String] = []
        var body = ""
    }

    private let state: State
    private let server: LoopbackServer

    private final class State: Sendable {
        let posts = Mutex<[Post]>([])
    }

    var url: String { "http://127.0.0.1:\(self.server.port)/in?key=canary" }
    var posts: [Post] { self.state.posts.withLock { $0 } }

    init(statuses: [Int]) throws {
        let state = State()
        self.state = state
        self.server = try LoopbackServer { peer in
            var post = Post()
            while let line = peer.line(), !line.isEmpty { post.head.append(line) }
            let length = post.head.first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
            guard let length, let body = peer.bytes(length) else { return }
            post.body = String(decoding: body, as: UTF8.self)
            let number = state.posts.withLock { [post] posts in
                posts.append(post)
                return posts.count
            }
            let status = statuses[min(number, statuses.count) - 1]
            peer.say("HTTP/1.1 \(status) x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
    }
}
