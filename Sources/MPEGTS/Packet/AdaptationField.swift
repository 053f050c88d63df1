/// The optional field between a packet's header and its payload.
///
/// Only what Baton uses is read; splice countdown, private data, OPCR and extensions are left behind.
/// Source: ISO/IEC 13818-1, 2.4.3.4, Table 2-6.
package struct AdaptationField: Hashable, Sendable {
    /// Bytes of the field, its length byte included: 1…184.
    package var size: Int
    package var discontinuity = false
    package var randomAccess = false
    /// Program clock reference in ticks of 1/27 000 000 s, modulo 2^33 × 300.
    package var pcr: UInt64?

    /// Reads the field of a packet whose header says it has one.
    ///
    /// - Throws: ``PacketError`` when the field does not fit its packet.
    package init(parsing packet: UnsafeRawBufferPointer) throws(PacketError) {
        guard packet.count >= PacketHeader.packetSize else {
            throw .truncated(expected: PacketHeader.packetSize, actual: packet.count)
        }
        let length = Int(packet[4])
        // Table 2-6: 183 alone, at most 182 where a payload follows; encoders exist that write 183 with an empty payload.
        guard length <= 183 else { throw .adaptationTooLong(found: length, allowed: 183) }
        self.size = length + 1
        guard length > 0 else { return }
        let flags = packet[5]
        self.discontinuity = flags & 0x80 != 0
        self.randomAccess = flags & 0x40 != 0
        if flags & 0x10 != 0, length >= 7 {
            let base =
                UInt64(packet[6]) << 25 | UInt64(packet[7]) << 17 | UInt64(packet[8]) << 9 | UInt64(packet[9]) << 1
                | UInt64(packet[10] >> 7)
            let remainder = UInt64(packet[10] & 0x01) << 8 | UInt64(packet[11])
            self.pcr = base * 300 + remainder
        }
    }

    /// Bytes a written field takes before stuffing.
    static func sizeNeeded(randomAccess: Bool, pcr: Bool) -> Int {
        pcr ? 8 : randomAccess ? 2 : 0
    }

    /// Writes a field of exactly `size` bytes; what is left over is stuffing.
    ///
    /// - Precondition: `size` is at least ``sizeNeeded(randomAccess:pcr:)`` and `target` has room for it.
    static func write(
        size: Int,
        randomAccess: Bool,
        pcrBase: UInt64?,
        to target: UnsafeMutableRawPointer
    ) {
        precondition(size >= Self.sizeNeeded(randomAccess: randomAccess, pcr: pcrBase != nil) && size <= 184)
        guard size > 0 else { return }
        target.storeBytes(of: UInt8(size - 1), as: UInt8.self)
        guard size > 1 else { return }
        let flags: UInt8 = (randomAccess ? 0x40 : 0) | (pcrBase != nil ? 0x10 : 0)
        target.storeBytes(of: flags, toByteOffset: 1, as: UInt8.self)
        var used = 2
        if let base = pcrBase {
            for (index, shift) in [25, 17, 9, 1].enumerated() {
                target.storeBytes(
                    of: UInt8(truncatingIfNeeded: base >> UInt64(shift)),
                    toByteOffset: 2 + index,
                    as: UInt8.self
                )
            }
            // One bit of base, six reserved ones, and a nine-bit remainder that is always 0 here.
            target.storeBytes(of: UInt8(base & 1) << 7 | 0x7E, toByteOffset: 6, as: UInt8.self)
            target.storeBytes(of: 0, toByteOffset: 7, as: UInt8.self)
            used = 8
        }
        if size > used {
            UnsafeMutableRawBufferPointer(start: target + used, count: size - used).initializeMemory(
                as: UInt8.self,
                repeating: 0xFF
            )
        }
    }
}
