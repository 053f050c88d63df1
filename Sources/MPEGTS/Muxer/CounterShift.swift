/// By how much the continuity counters of one stream are ahead of those of another that says the same, by PID.
///
/// Where two streams were different for a while and are one again, the packets of one go on in the other with this.
/// Source: ISO/IEC 13818-1, 2.4.3.3 (continuity_counter).
package struct CounterShift: Hashable, Sendable {
    /// Modulo 16, by PID; empty when no counter differs.
    let ahead: [UInt8]

    /// None.
    package init() { self.ahead = [] }

    init(ahead: [UInt8]) {
        self.ahead = ahead.contains { $0 != 0 } ? ahead : []
    }

    /// Whether all counters are the same.
    package var isNone: Bool { self.ahead.isEmpty }

    /// Moves the counters of whole packets; O(packets).
    package func apply(to packets: inout [UInt8]) {
        guard !self.isNone else { return }
        for start in stride(from: 0, through: packets.count - PacketHeader.packetSize, by: PacketHeader.packetSize) {
            let pid = Int(packets[start + 1] & 0x1F) << 8 | Int(packets[start + 2])
            let flags = packets[start + 3]
            packets[start + 3] = flags & 0xF0 | (flags &+ self.ahead[pid]) & 0x0F
        }
    }
}
