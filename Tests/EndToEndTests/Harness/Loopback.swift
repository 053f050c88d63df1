import Foundation
import Glibc
import TestKit

/// TCP sockets on loopback, as little of them as the tests need.
enum Loopback {
    /// Listens on a free port of 127.0.0.1.
    static func listen(on port: Int = 0) throws -> (descriptor: Int32, port: Int) {
        let descriptor = try Self.makeSocket()
        do {
            try Self.check("bind", Self.withAddress("127.0.0.1", port) { bind(descriptor, $0, $1) })
            try Self.check("listen", Glibc.listen(descriptor, 64))
            return (descriptor, Self.port(of: descriptor))
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Connects to a port of 127.0.0.1, from an address of loopback.
    static func connect(to port: Int, from address: String) throws -> Int32 {
        let descriptor = try Self.makeSocket()
        do {
            try Self.check("bind", Self.withAddress(address, 0) { bind(descriptor, $0, $1) })
            try Self.check("connect", Self.withAddress("127.0.0.1", port) { Glibc.connect(descriptor, $0, $1) })
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// A port that was free a moment ago, for programs that can't say which one they took.
    static func freePort() throws -> Int {
        let (descriptor, port) = try Self.listen()
        close(descriptor)
        return port
    }

    /// Sends all of it; false when the peer has gone.
    static func send(_ bytes: some Collection<UInt8>, to descriptor: Int32) -> Bool {
        let whole = bytes.withContiguousStorageIfAvailable { Self.send(UnsafeRawBufferPointer($0), to: descriptor) }
        return whole ?? Array(bytes).withUnsafeBytes { Self.send($0, to: descriptor) }
    }

    private static func send(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
            let count = Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Waits until there is something to read (the peer's end is, too), or `milliseconds` have passed; true when there is.
    static func isReadable(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }

    private static func makeSocket() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        try Self.check("socket", descriptor)
        return descriptor
    }

    private static func port(of descriptor: Int32) -> Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func withAddress(
        _ host: String,
        _ port: Int,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func check(_ operation: String, _ result: Int32) throws {
        guard result >= 0 else { throw SpawnError(command: operation, code: errno) }
    }
}
