/// Addresses that share their leading bits, as `192.0.2.0/24` or `2001:db8::/32`; one address without a slash.
///
/// IPv4-mapped IPv6 is the IPv4 range it means, so that no rule is evaded by spelling; a zone (`fe80::1%eth0`) means
/// something on one machine only, and is no range.
package struct AddressRange: Hashable, Sendable {
    /// The first address: bits that don't count are zero.
    package let address: NetworkAddress
    /// Leading bits that count, of 32 or 128.
    package let bits: Int

    /// Bits that don't count are cleared; `bits` is clamped to what the address has.
    package init(_ address: NetworkAddress, bits: Int = 128) {
        let sizeMax = address.isIPv4 ? 32 : 128
        let bits = min(max(bits, 0), sizeMax)
        let bytes = address.bytes.enumerated().map { index, byte in
            let counting = min(max(bits - 8 * index, 0), 8)
            return byte & UInt8(truncatingIfNeeded: 0xFF00 >> counting)
        }
        self.address = NetworkAddress(bytes: bytes) ?? address
        self.bits = bits
    }

    /// Reads ``description`` and other spellings of it; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = NetworkAddress(String(parts[0])) else { return nil }
        guard parts.count == 2 else {
            self.init(address)
            return
        }
        let digits = parts[1].utf8
        guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let written = Int(parts[1])
        else { return nil }
        // Of `::ffff:192.0.2.0/120`, 96 bits say that it is IPv4.
        let bits = address.isIPv4 && parts[0].utf8.contains(UInt8(ascii: ":")) ? written - 96 : written
        guard (0...(address.isIPv4 ? 32 : 128)).contains(bits) else { return nil }
        self.init(address, bits: bits)
    }

    package func contains(_ other: NetworkAddress) -> Bool {
        guard other.isIPv4 == self.address.isIPv4 else { return false }
        let whole = self.bits / 8
        let (own, theirs) = (self.address.bytes, other.bytes)
        for index in 0..<whole where own[index] != theirs[index] { return false }
        guard self.bits % 8 > 0 else { return true }
        return (own[whole] ^ theirs[whole]) & UInt8(truncatingIfNeeded: 0xFF00 >> (self.bits % 8)) == 0
    }

    /// Whether it is a single address.
    package var isAddress: Bool { self.bits == (self.address.isIPv4 ? 32 : 128) }
}

extension AddressRange: CustomStringConvertible {
    /// The one spelling that Baton writes.
    package var description: String {
        self.isAddress ? self.address.description : "\(self.address)/\(self.bits)"
    }
}
