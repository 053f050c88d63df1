package import Model

/// Which addresses a source may be fetched from.
///
/// Judged on the address itself, after name resolution, at every connect: so a redirect, a second playlist or a name
/// that changes its mind is judged again, and no spelling of a host evades it.
/// Source: the IANA special-purpose address registries (RFC 6890 and its updates).
package enum AddressPolicy {
    /// Why an address is not a public one.
    package enum Special: String, Hashable, Sendable {
        case unspecified, loopback, `private`, shared, linkLocal, uniqueLocal, multicast, broadcast
        case documentation, benchmark, protocolAssignments, reserved, discard, siteLocal
    }

    /// Whether a source with this permission may connect there.
    ///
    /// Multicast, broadcast and unspecified addresses are refused to every source: nothing can be streamed from them
    /// over TCP, and connecting to the unspecified address reaches loopback.
    package static func allows(_ address: NetworkAddress, privateNetwork: Bool) -> Bool {
        switch Self.special(address) {
        case nil: true
        case .unspecified, .multicast, .broadcast: false
        default: privateNetwork
        }
    }

    /// What sets an address apart from public ones; `nil` for a public one.
    ///
    /// An IPv6 address that carries an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo) is what it carries.
    package static func special(_ address: NetworkAddress) -> Special? {
        if address.isIPv4 { return Self.specialIPv4(address.bytes) }
        if let carried = Self.carriedIPv4(address.bytes), let special = Self.specialIPv4(carried) { return special }
        return Self.specialIPv6(address.bytes)
    }

    private struct Block {
        var bytes: [UInt8]
        var bits: Int
        var special: Special

        init(_ bytes: [UInt8], _ bits: Int, _ special: Special) {
            self.bytes = bytes
            self.bits = bits
            self.special = special
        }

        func contains(_ address: [UInt8]) -> Bool {
            for index in 0..<((self.bits + 7) / 8) {
                let left = self.bits - index * 8
                let mask: UInt8 = left >= 8 ? 0xFF : ~(0xFF >> UInt8(left))
                let wanted = index < self.bytes.count ? self.bytes[index] : 0
                guard address[index] & mask == wanted & mask else { return false }
            }
            return true
        }
    }

    private static let blocksIPv4 = [
        Block([0, 0, 0, 0], 32, .unspecified),
        Block([0], 8, .reserved),
        Block([10], 8, .private),
        Block([100, 64], 10, .shared),
        Block([127], 8, .loopback),
        Block([169, 254], 16, .linkLocal),
        Block([172, 16], 12, .private),
        Block([192, 0, 0], 24, .protocolAssignments),
        Block([192, 0, 2], 24, .documentation),
        Block([192, 88, 99], 24, .reserved),
        Block([192, 168], 16, .private),
        Block([198, 18], 15, .benchmark),
        Block([198, 51, 100], 24, .documentation),
        Block([203, 0, 113], 24, .documentation),
        Block([224], 4, .multicast),
        Block([255, 255, 255, 255], 32, .broadcast),
        Block([240], 4, .reserved),
    ]

    private static let blocksIPv6 = [
        Block([], 128, .unspecified),
        Block([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128, .loopback),
        // Nothing else below ::/8 is a public host: compatible, local NAT64, translated.
        Block([0], 8, .reserved),
        Block([0x01, 0], 64, .discard),
        Block([0x20, 0x01, 0, 2, 0, 0], 48, .benchmark),
        Block([0x20, 0x01, 0x0D, 0xB8], 32, .documentation),
        Block([0x20, 0x01, 0, 0], 23, .protocolAssignments),
        Block([0x3F, 0xFF, 0], 20, .documentation),
        Block([0x5F, 0], 16, .reserved),
        Block([0xFC], 7, .uniqueLocal),
        Block([0xFE, 0x80], 10, .linkLocal),
        Block([0xFE, 0xC0], 10, .siteLocal),
        Block([0xFF], 8, .multicast),
    ]

    private static let nat64 = Block([0, 0x64, 0xFF, 0x9B], 96, .reserved)
    private static let teredo = Block([0x20, 0x01, 0, 0], 32, .reserved)
    private static let sixToFour = Block([0x20, 0x02], 16, .reserved)

    private static func specialIPv4(_ bytes: [UInt8]) -> Special? {
        Self.blocksIPv4.first { $0.contains(bytes) }?.special
    }

    private static func specialIPv6(_ bytes: [UInt8]) -> Special? {
        // A public IPv4 address behind the well-known NAT64 prefix is how an IPv6-only host reaches it (RFC 6052, 2.1);
        // one behind Teredo or 6to4 (RFC 4380, RFC 3056) is merely unusual.
        if Self.nat64.contains(bytes) || Self.teredo.contains(bytes) || Self.sixToFour.contains(bytes) { return nil }
        return Self.blocksIPv6.first { $0.contains(bytes) }?.special
    }

    /// The IPv4 address that an IPv6 address carries; `nil` when it carries none.
    private static func carriedIPv4(_ bytes: [UInt8]) -> [UInt8]? {
        if Self.nat64.contains(bytes) { return Array(bytes[12..<16]) }
        if Self.sixToFour.contains(bytes) { return Array(bytes[2..<6]) }
        // Teredo writes the client's address inverted (RFC 4380, 4).
        if Self.teredo.contains(bytes) { return bytes[12..<16].map { ~$0 } }
        let isLowest = bytes[0..<12].allSatisfy { $0 == 0 }
        // ::a.b.c.d is deprecated (RFC 4291, 2.5.5.1), but kernels route it; ::/127 is not of that kind.
        if isLowest, bytes[12...].contains(where: { $0 != 0 }), bytes[12...] != [0, 0, 0, 1] {
            return Array(bytes[12..<16])
        }
        // ISATAP (RFC 5214, 6.1): an interface identifier of 00-00-5E-FE or 02-00-5E-FE, then the address.
        if bytes[8] & 0xFD == 0, bytes[9] == 0, bytes[10] == 0x5E, bytes[11] == 0xFE { return Array(bytes[12..<16]) }
        return nil
    }
}
