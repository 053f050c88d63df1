/// A network: an address and how many of its leading bits count.
package struct AddressPrefix: Hashable, Sendable {
    private let address: PeerAddress
    private let maskHigh: UInt64
    private let maskLow: UInt64

    /// The one address.
    package init(_ address: PeerAddress) {
        self.init(address, bits: 128)
    }

    /// `bits` of the 128 (an IPv4 prefix length plus 96) count; clamped to that range.
    package init(_ address: PeerAddress, bits: Int) {
        let bits = min(max(bits, 0), 128)
        self.address = address
        // Shifts by 64 or more give 0.
        self.maskHigh = bits == 0 ? 0 : UInt64.max << UInt64(max(64 - bits, 0))
        self.maskLow = bits <= 64 ? 0 : UInt64.max << UInt64(128 - bits)
    }

    package func contains(_ other: PeerAddress) -> Bool {
        (other.high ^ self.address.high) & self.maskHigh == 0 && (other.low ^ self.address.low) & self.maskLow == 0
    }
}
