import Foundation
import Glibc

/// The unix socket in a data directory through which commands reach the running service.
///
/// One request a connection: a line of JSON there, a line of JSON back. Only the owner of the directory can open it.
package enum AdminSocket {
    /// Bytes in the longest request; a catalogue of 100,000 channels has about 20 MB.
    static let requestSizeMax = 64 << 20
    /// Seconds after which a silent peer is given up: a catalogue with 100,000 chosen passwords takes most of an hour.
    static let timeoutSeconds = 3_600

    package static func path(in dataDirectory: String) -> String { "\(dataDirectory)/admin.sock" }

    /// Sends a request to the socket at `path`; `nil` when no service listens.
    package static func send(_ request: AdminRequest, to path: String) throws -> AdminAnswer? {
        guard let socket = try Self.connect(path) else { return nil }
        defer { close(socket) }
        try Self.write(try JSONEncoder().encode(request) + [UInt8(ascii: "\n")], to: socket)
        let line = try Self.readLine(from: socket)
        guard !line.isEmpty else { throw AdminSocketError.closed }
        return try JSONDecoder().decode(AdminAnswer.self, from: line)
    }

    private static func connect(_ path: String) throws -> Int32? {
        let descriptor = try Self.makeSocket()
        let result = try Self.withAddress(path) { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            // No socket, or one that a service which died has left behind.
            if code == ENOENT || code == ECONNREFUSED { return nil }
            throw AdminSocketError.system("connect to \(path)", code)
        }
        return descriptor
    }

    static func makeSocket() throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw AdminSocketError.system("socket", errno) }
        Self.setTimeout(of: descriptor, seconds: Self.timeoutSeconds)
        return descriptor
    }

    static func setTimeout(of descriptor: Int32, seconds: Int) {
        var timeout = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    static func withAddress<Result>(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) throws -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard bytes.count <= room else { throw AdminSocketError.pathTooLong(path, allowed: room) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    static func write(_ data: Data, to descriptor: Int32) throws {
        try data.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.send(
                    descriptor,
                    bytes.baseAddress.map { $0 + sent },
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw AdminSocketError.system("send", errno) }
                sent += count
            }
        }
    }

    /// Reads up to the first newline, which is left out.
    static func readLine(from descriptor: Int32, sizeMax: Int = Self.requestSizeMax) throws -> Data {
        var line = Data()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw AdminSocketError.system("receive", errno) }
            guard count > 0 else { return line }
            if let end = buffer[..<count].firstIndex(of: UInt8(ascii: "\n")) {
                line.append(contentsOf: buffer[..<end])
                return line
            }
            line.append(contentsOf: buffer[..<count])
            guard line.count <= sizeMax else { throw AdminSocketError.tooLong(allowed: sizeMax) }
        }
    }
}

/// Why a command did not get through.
package enum AdminSocketError: Error, CustomStringConvertible {
    case system(String, Int32)
    case pathTooLong(String, allowed: Int)
    case tooLong(allowed: Int)
    case closed
    case nobody(String)
    case notASocket(String)
    case noGroup(String)

    package var description: String {
        switch self {
        case .system(let operation, let code): "\(operation): \(String(cString: strerror(code)))"
        case .pathTooLong(let path, let allowed):
            "the path \(path) is longer than \(allowed) bytes: use a shorter one"
        case .tooLong(let allowed): "a request of more than \(allowed) bytes"
        case .nobody(let path): "no service listens on \(path); its configuration says where: admin: support: socket"
        case .notASocket(let path): "\(path) is there and is no socket: another path is needed for support"
        case .noGroup(let name): "there is no group \(name) on this machine (admin: support: group)"
        case .closed: "the service closed the connection without an answer; see its log"
        }
    }
}
