/// An IPv4 or IPv6 address, without port or zone.
///
/// IPv4-mapped IPv6 (`::ffff:a.b.c.d`) is kept as the IPv4 address it is, so that no rule is evaded by spelling.
package struct NetworkAddress: Hashable, Sendable {
    /// 4 bytes or 16 bytes, network order.
    package let bytes: [UInt8]

    /// Takes 4 or 16 bytes in network order; `nil` for another count.
    package init?(bytes: [UInt8]) {
        if bytes.count == 16, bytes[0..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            self.bytes = Array(bytes[12...])
            return
        }
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// 127.0.0.1.
    package static let loopback = NetworkAddress(v4: (127, 0, 0, 1))

    package init(v4: (UInt8, UInt8, UInt8, UInt8)) {
        self.bytes = [v4.0, v4.1, v4.2, v4.3]
    }

    package var isIPv4: Bool { self.bytes.count == 4 }

    /// The network a device is told by: /24 of IPv4, /56 of IPv6, the rest zero.
    package var network: NetworkAddress {
        let kept = self.isIPv4 ? 3 : 7
        let bytes = self.bytes.enumerated().map { $0.offset < kept ? $0.element : 0 }
        return NetworkAddress(bytes: bytes) ?? self
    }
}
