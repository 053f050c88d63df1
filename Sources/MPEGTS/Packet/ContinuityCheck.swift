/// Watches the continuity counter of one PID.
///
/// Source: ISO/IEC 13818-1, 2.4.3.3 (continuity_counter): counts packets with payload, a packet may be sent twice.
struct ContinuityCheck: Hashable, Sendable {
    enum Verdict: Hashable, Sendable {
        case follows
        /// The same packet again; its payload is to be ignored.
        case duplicate
        case broken(expected: UInt8)
    }

    private var last: UInt8?
    private var fingerprint: UInt64 = 0
    private var wasDuplicate = false

    /// Judges a packet with payload.
    mutating func received(_ header: PacketHeader, packet: UnsafeRawBufferPointer, discontinuity: Bool) -> Verdict {
        // Payload from the end and from the middle: a counter that stands still after 15 lost packets must not pass for
        // a packet sent twice. The PCR, which may differ between the two, lies before both.
        let fingerprint =
            packet.loadUnaligned(fromByteOffset: 180, as: UInt64.self)
            ^ packet.loadUnaligned(fromByteOffset: 96, as: UInt64.self).byteSwapped
        defer {
            self.last = header.continuityCounter
            self.fingerprint = fingerprint
        }
        guard let last = self.last, !discontinuity else {
            self.wasDuplicate = false
            return .follows
        }
        let expected = (last &+ 1) & 0x0F
        if header.continuityCounter == expected {
            self.wasDuplicate = false
            return .follows
        }
        if header.continuityCounter == last, fingerprint == self.fingerprint, !self.wasDuplicate {
            self.wasDuplicate = true
            return .duplicate
        }
        self.wasDuplicate = false
        return .broken(expected: expected)
    }

    /// Forgets the counter; the next packet is accepted whatever it says.
    mutating func reset() {
        self = ContinuityCheck()
    }
}
