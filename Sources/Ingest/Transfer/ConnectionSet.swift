import CCurl
import Glibc
import Model

/// The sockets of one source: opened under the address policy, counted, and never shared with another source.
///
/// libcurl keeps one cache of idle connections per multi handle, in which any source could take over another's
/// connection, and a closed source's would live on; a share object per source keeps them apart.
/// Touched only on the thread of its ``TransferLoop``.
final class ConnectionSet {
    let id: UInt64
    let allowsPrivateNetwork: Bool
    /// The `CURLSH`; `nil` once cleaned up.
    private(set) var share: UnsafeMutableRawPointer?
    /// Sockets open now.
    private(set) var openSockets = 0
    /// Whether the policy refused an address since the last look: the reason behind a failed connect.
    private(set) var refusedAddress = false
    /// Runs when the last socket is closed, once the source wants no more.
    var whenClosed: (@Sendable () -> Void)?

    init(id: UInt64, allowsPrivateNetwork: Bool) {
        self.id = id
        self.allowsPrivateNetwork = allowsPrivateNetwork
        self.share = curl_share_init()
        if let share = self.share { _ = ccurl_share_connections(share) }
    }

    func requestBegins() { self.refusedAddress = false }

    /// Closes the connections that wait for a next request.
    func closeIdle() {
        guard let share = self.share, curl_share_cleanup(share) == CURLSHE_OK else { return }
        self.share = nil
    }

    /// The open-socket callback: judges the address libcurl is about to connect to.
    func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        guard let target = Self.networkAddress(address),
            AddressPolicy.allows(target, privateNetwork: self.allowsPrivateNetwork)
        else {
            self.refusedAddress = true
            return -1
        }
        let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.pointee.family, type, address.pointee.protocol)
        if descriptor >= 0 { self.openSockets += 1 }
        return descriptor
    }

    /// The close-socket callback.
    func close(_ descriptor: curl_socket_t) -> Int32 {
        self.openSockets -= 1
        return Glibc.close(descriptor)
    }

    /// `nil` for a family that is neither IPv4 nor IPv6.
    private static func networkAddress(_ address: UnsafeMutablePointer<curl_sockaddr>) -> NetworkAddress? {
        // libcurl passes a larger structure than it declares: `addr` is the beginning of a sockaddr_storage.
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        let raw = UnsafeRawPointer(address) + offset
        return NetworkAddress(socketAddress: raw, size: Int(address.pointee.addrlen))
    }
}

extension NetworkAddress {
    /// Where the address stands in a `sockaddr_in`: behind family and port.
    private static let offsetIPv4 = 4
    /// Where it stands in a `sockaddr_in6`: behind family, port and flow label.
    private static let offsetIPv6 = 8

    /// Reads a `sockaddr_in` or `sockaddr_in6`; `nil` for another family or too few bytes.
    init?(socketAddress raw: UnsafeRawPointer, size: Int) {
        guard size >= MemoryLayout<sockaddr>.size else { return nil }
        switch Int32(raw.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET:
            guard size >= Self.offsetIPv4 + 4 else { return nil }
            self.init(bytes: Array(UnsafeRawBufferPointer(start: raw + Self.offsetIPv4, count: 4)))
        case AF_INET6:
            guard size >= Self.offsetIPv6 + 16 else { return nil }
            self.init(bytes: Array(UnsafeRawBufferPointer(start: raw + Self.offsetIPv6, count: 16)))
        default:
            return nil
        }
    }
}
