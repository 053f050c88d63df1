/// The four bytes that open every transport-stream packet.
///
/// Source: ISO/IEC 13818-1, 2.4.3.2, Table 2-2.
package struct PacketHeader: Hashable, Sendable {
    /// Bytes in one transport-stream packet, header included.
    package static let packetSize = 188
    /// Bytes of the header itself.
    package static let size = 4
    /// The first byte of every packet.
    package static let syncByte: UInt8 = 0x47
    /// The PID of packets that carry nothing.
    package static let nullPID: UInt16 = 0x1FFF
    /// Number of values a PID can have: 13 bits.
    package static let pidCount = 8_192

    /// Packet identifier, 13 bits.
    package var pid: UInt16
    /// Whether at least one bit of the packet is known to be wrong.
    package var transportError: Bool
    /// Whether a PES packet or PSI section starts in this payload.
    package var payloadUnitStart: Bool
    /// `transport_scrambling_control`, 2 bits; 0 is clear.
    package var scramblingControl: UInt8
    package var hasAdaptationField: Bool
    package var hasPayload: Bool
    /// Counts the payload-carrying packets of a `pid`, modulo 16.
    package var continuityCounter: UInt8

    package init(
        pid: UInt16,
        transportError: Bool = false,
        payloadUnitStart: Bool = false,
        scramblingControl: UInt8 = 0,
        hasAdaptationField: Bool = false,
        hasPayload: Bool = true,
        continuityCounter: UInt8 = 0
    ) {
        self.pid = pid
        self.transportError = transportError
        self.payloadUnitStart = payloadUnitStart
        self.scramblingControl = scramblingControl
        self.hasAdaptationField = hasAdaptationField
        self.hasPayload = hasPayload
        self.continuityCounter = continuityCounter
    }

    /// Reads the header of the packet that starts at `bytes[0]`.
    ///
    /// - Throws: ``PacketError`` when `bytes` is short or does not start with a sync byte.
    package init(parsing bytes: UnsafeRawBufferPointer) throws(PacketError) {
        guard bytes.count >= Self.packetSize else {
            throw .truncated(expected: Self.packetSize, actual: bytes.count)
        }
        guard bytes[0] == Self.syncByte else { throw .lostSync(found: bytes[0]) }
        self.pid = UInt16(bytes[1] & 0x1F) << 8 | UInt16(bytes[2])
        self.transportError = bytes[1] & 0x80 != 0
        self.payloadUnitStart = bytes[1] & 0x40 != 0
        self.scramblingControl = bytes[3] >> 6
        self.hasAdaptationField = bytes[3] & 0x20 != 0
        self.hasPayload = bytes[3] & 0x10 != 0
        self.continuityCounter = bytes[3] & 0x0F
    }

    /// The header as its four bytes.
    package var bytes: (UInt8, UInt8, UInt8, UInt8) {
        let second =
            (self.transportError ? 0x80 : 0) | (self.payloadUnitStart ? 0x40 : 0) | UInt8(self.pid >> 8 & 0x1F)
        let fourth =
            (self.scramblingControl & 0x03) << 6 | (self.hasAdaptationField ? 0x20 : 0)
            | (self.hasPayload ? 0x10 : 0) | self.continuityCounter & 0x0F
        return (Self.syncByte, second, UInt8(self.pid & 0xFF), fourth)
    }
}

/// Why a transport-stream packet could not be read.
package enum PacketError: Error, Hashable, Sendable {
    case truncated(expected: Int, actual: Int)
    case lostSync(found: UInt8)
    /// The adaptation field is longer than the packet has room for.
    case adaptationTooLong(found: Int, allowed: Int)
}
