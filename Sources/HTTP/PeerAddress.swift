package import NIOCore

/// An address as a key: 128 bits, IPv4 mapped into IPv6 (`::ffff:a.b.c.d`).
package struct PeerAddress: Hashable, Sendable {
    /// Where the address stands in a `sockaddr_in`: behind family and port.
    private static let offsetIPv4 = 4..<8
    /// Where it stands in a `sockaddr_in6`: behind family, port and flow label.
    private static let offsetIPv6 = 8..<24

    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Takes 4 or 16 bytes in network order; the unspecified address for any other count.
    package init(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self.init(high: 0, low: bytes.reduce(0xFFFF) { $0 << 8 | UInt64($1) })
        case 16:
            self.init(
                high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                low: bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
            )
        default: self.init(high: 0, low: 0)
        }
    }

    /// The address of a socket's far end; the unspecified address for a socket without one.
    package init(_ address: SocketAddress?) {
        switch address {
        case .v4(let v4): self = withUnsafeBytes(of: v4.address) { PeerAddress(bytes: $0[Self.offsetIPv4]) }
        case .v6(let v6): self = withUnsafeBytes(of: v6.address) { PeerAddress(bytes: $0[Self.offsetIPv6]) }
        case .unixDomainSocket, nil: self.init(high: 0, low: 0)
        }
    }

    /// Whether it is an IPv4 address.
    package var isIPv4: Bool { self.high == 0 && self.low >> 32 == 0xFFFF }

    /// Whether it is 127.0.0.0/8 or `::1`.
    package var isLoopback: Bool {
        self.isIPv4 ? self.low >> 24 & 0xFF == 127 : self.high == 0 && self.low == 1
    }

    /// What limits count by: the address itself, or the /64 of IPv6, which is what one household is given.
    package var limitKey: PeerAddress { self.isIPv4 ? self : PeerAddress(high: self.high, low: 0) }

    /// The 16 bytes, most significant first.
    package var bytes: [UInt8] {
        [self.high, self.low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) } }
    }
}
