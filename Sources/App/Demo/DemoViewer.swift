import Foundation
import Glibc
import Model

/// A viewer for demonstrations: plays one address for a while as a simple player would, and counts what it got.
struct DemoViewer: Sendable {
    /// What a viewer got.
    struct Result: Sendable {
        var status = 0
        var bytes = 0
        /// Packets of live MPEG-TS, and what was wrong with them.
        var packets = 0
        var errors = 0
    }

    let port: Int
    let userAgent: String

    /// Plays live MPEG-TS until `seconds` are over or the server ends it.
    func playTS(_ path: String, seconds: Double) -> Result {
        guard let connection = LoopbackConnection(port: self.port, timeoutSeconds: 12) else { return Result() }
        let end = Date(timeIntervalSinceNow: seconds)
        return connection.get(path, userAgent: self.userAgent, until: end, keep: 0, checks: true).result
    }

    /// Plays HLS: follows the variant, then fetches each new segment once.
    func playHLS(_ path: String, seconds: Double) -> Result {
        let end = Date(timeIntervalSinceNow: seconds)
        let first = self.fetch(path)
        guard first.result.status == 200, let playlist = Self.lines(first.body).last(where: { !$0.hasPrefix("#") })
        else {
            return first.result
        }
        var result = first.result
        var seen: Set<String> = []
        while Date() < end {
            let media = self.fetch(playlist)
            guard media.result.status == 200 else { return Result(status: media.result.status, bytes: result.bytes) }
            for name in Self.lines(media.body) where !name.hasPrefix("#") && seen.insert(name).inserted {
                let folder = playlist[..<(playlist.lastIndex(of: "/") ?? playlist.startIndex)]
                result.bytes += self.fetch("\(folder)/\(name)").result.bytes
            }
            Thread.sleep(forTimeInterval: 2)
        }
        return result
    }

    private func fetch(_ path: String) -> (result: Result, body: [UInt8]) {
        guard let connection = LoopbackConnection(port: self.port, timeoutSeconds: 12) else { return (Result(), []) }
        return connection.get(path, userAgent: self.userAgent, until: .distantFuture, keep: 1 << 20)
    }

    private static func lines(_ body: [UInt8]) -> [String] {
        String(decoding: body, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    }
}

/// One request on one connection of its own, to loopback.
private final class LoopbackConnection {
    private let descriptor: Int32

    init?(port: Int, timeoutSeconds: Int) {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard self.descriptor >= 0 else { return nil }
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        // A sockaddr_in, byte by byte: family, port and 127.0.0.1 in network order, padding.
        var address = [UInt8](repeating: 0, count: 16)
        address[0] = UInt8(AF_INET)
        address[2] = UInt8(truncatingIfNeeded: port >> 8)
        address[3] = UInt8(truncatingIfNeeded: port)
        address.replaceSubrange(4..<8, with: [127, 0, 0, 1])
        let connected = address.withUnsafeBytes { bytes in
            bytes.baseAddress.map {
                connect(self.descriptor, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            } ?? -1
        }
        if connected != 0 { return nil }
    }

    deinit {
        close(self.descriptor)
    }

    /// Reads until the server closes, the length it told is reached, or `until`; keeps at most `keep` bytes of the body.
    func get(
        _ path: String,
        userAgent: String,
        until: Date,
        keep: Int,
        checks: Bool = false
    ) -> (result: DemoViewer.Result, body: [UInt8]) {
        var check = PacketCheck()
        let request = Array(
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: \(userAgent)\r\nConnection: close\r\n\r\n".utf8
        )
        _ = send(self.descriptor, request, request.count, Int32(MSG_NOSIGNAL))
        var head: [UInt8] = []
        var body: [UInt8] = []
        var result = DemoViewer.Result()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while Date() < until {
            let count = recv(self.descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            var received = buffer[..<count]
            if result.status == 0 {
                head += received
                guard let end = head.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
                result.status = Int(String(decoding: head.dropFirst(9).prefix(3), as: UTF8.self)) ?? 0
                received = head[end.upperBound...]
            }
            result.bytes += received.count
            if checks, result.status == 200 { check.take(received) }
            body += received.prefix(keep - body.count)
        }
        (result.packets, result.errors) = (check.packets, check.errors)
        return (result, body)
    }
}
