import Glibc
import Model

/// Asks the system's resolver; blocks, so never called on an event loop.
enum HostResolver {
    /// Addresses looked at; a name with more is a load balancer, and the first ones do.
    static let addressesMax = 8

    /// The addresses of a host, in the order the system prefers.
    static func addresses(of host: String) -> [NetworkAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [NetworkAddress] = []
        var next = list
        while let entry = next, addresses.count < Self.addressesMax {
            next = entry.pointee.ai_next
            guard let address = entry.pointee.ai_addr,
                let found = NetworkAddress(
                    socketAddress: UnsafeRawPointer(address),
                    size: Int(entry.pointee.ai_addrlen)
                )
            else { continue }
            addresses.append(found)
        }
        return addresses
    }
}
