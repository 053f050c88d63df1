import MPEGTS

/// AC-3 frames of the size of a live one in which no mantissa has any bits.
///
/// Source: ETSI TS 102 366, 4.3 (syntax), 6.1 (checksums), 6.2.7 (all offsets 0: nothing is allocated).
enum SilentAC3 {
    /// The newest `bsid` of the syntax written here; 9 and 10 are half and quarter rates.
    private static let bitStreamIDMax: UInt32 = 8
    static let blocks = 6
    /// `chexpstr` of exponents that are shared by four mantissas.
    static let sharedByFour: UInt32 = 3
    /// Where `bsid` begins.
    private static let informationOffset = 5
    /// The trailer: auxdatae, crcrsv and crc2.
    private static let trailerBits = 18

    /// A frame with the parameters of a live one.
    static func frame(like head: [UInt8], header: AudioFrameHeader) throws(SilenceObstacle) -> [UInt8] {
        var writer = BitWriter()
        writer.append(Array(head.prefix(Self.informationOffset)))
        let (mode, hasLowFrequency) = try Self.information(of: head, into: &writer)
        let channels = AudioFrameHeader.ac3Channels[mode]
        for block in 0..<Self.blocks {
            Self.block(block, mode: mode, channels: channels, lowFrequency: hasLowFrequency, into: &writer)
        }
        guard writer.bitCount + Self.trailerBits <= header.frameSize * 8 else { throw .unreadableFrame }
        var frame = writer.bytes + [UInt8](repeating: 0, count: header.frameSize - writer.bytes.count)
        // The first checksum stands over five eighths of the frame's words, the second over the rest.
        let words = frame.count / 2
        let middle = (words / 2 + words / 8) * 2
        guard middle > 4, middle + 2 <= frame.count else { throw .unreadableFrame }
        Self.put(CRC16.leading(frame[4..<middle]), at: 2, into: &frame)
        Self.put(CRC16.checksum(frame[middle..<(frame.count - 2)]), at: frame.count - 2, into: &frame)
        return frame
    }

    static func put(_ value: UInt16, at index: Int, into frame: inout [UInt8]) {
        frame[index] = UInt8(truncatingIfNeeded: value >> 8)
        frame[index + 1] = UInt8(truncatingIfNeeded: value)
    }

    /// Bit stream information: what says how loud and where, without the optional fields.
    private static func information(
        of head: [UInt8],
        into writer: inout BitWriter
    ) throws(SilenceObstacle) -> (mode: Int, hasLowFrequency: Bool) {
        var reader = BitReader(Array(head.dropFirst(Self.informationOffset)))
        func copy(_ count: Int) -> UInt32 {
            let value = reader.bits(count)
            writer.bits(value, count)
            return value
        }
        guard copy(5) <= Self.bitStreamIDMax else { throw .bitStreamID }
        _ = copy(3)
        let mode = Int(copy(3))
        // Mix levels, each only where the mode has the channels.
        if mode & 1 != 0, mode != 1 { _ = copy(2) }
        if mode & 4 != 0 { _ = copy(2) }
        if mode == 2 { _ = copy(2) }
        let hasLowFrequency = copy(1) == 1
        _ = copy(5)
        // compre, langcode, audprodie
        func optional() { for bits in [8, 8, 7] where reader.flag() { reader.skip(bits) } }
        writer.bits(0, 3)
        if mode == 0 {
            optional()
            _ = copy(5)
            writer.bits(0, 3)
        }
        // copyrightb, origbs, timecod1e, timecod2e, addbsie
        writer.bits(0, 5)
        guard reader.isValid else { throw .unreadableFrame }
        return (mode, hasLowFrequency)
    }

    /// audblk: the first one says everything, the others that nothing changes.
    private static func block(
        _ block: Int,
        mode: Int,
        channels: Int,
        lowFrequency: Bool,
        into writer: inout BitWriter
    ) {
        let isFirst = block == 0
        // blksw and dithflag: no dither, which would be heard.
        writer.bits(0, 2 * channels)
        // dynrnge, dynrng2e
        writer.bits(0, mode == 0 ? 2 : 1)
        // cplstre, cplinu
        writer.bits(isFirst ? 0b10 : 0, isFirst ? 2 : 1)
        // rematstr and the flags of four bands
        if mode == 2 { writer.bits(isFirst ? 0b10000 : 0, isFirst ? 5 : 1) }
        for _ in 0..<channels { writer.bits(isFirst ? Self.sharedByFour : 0, 2) }
        if lowFrequency { writer.bits(isFirst ? 1 : 0, 1) }
        guard isFirst else {
            // baie, snroffste, deltbaie, skiple
            return writer.bits(0, 4)
        }
        // chbwcod
        writer.bits(0, 6 * channels)
        Self.exponents(channels: channels, lowFrequency: lowFrequency, into: &writer)
        // baie; slow and fast decay, slow gain, dB a bit, floor
        writer.bits(1, 1)
        for (value, bits) in [(2, 2), (1, 2), (1, 2), (2, 2), (7, 3)] { writer.bits(UInt32(value), bits) }
        // snroffste, csnroffst; then fsnroffst 0 and fgaincod 4 of each channel
        writer.bits(1, 1)
        writer.bits(0, 6)
        for _ in 0..<(channels + (lowFrequency ? 1 : 0)) { writer.bits(4, 7) }
        // deltbaie, skiple
        writer.bits(0, 2)
    }

    /// Exponents of all channels: from 15 down to the smallest level, 24, and level from there.
    ///
    /// A group is 25·a + 5·b + c of three differences that count from −2.
    static func exponents(channels: Int, lowFrequency: Bool, into writer: inout BitWriter) {
        let level: UInt32 = 62
        for _ in 0..<channels {
            writer.bits(15, 4)
            for group in [124, 117, level, level, level, level] { writer.bits(group, 7) }
            // gainrng
            writer.bits(0, 2)
        }
        guard lowFrequency else { return }
        writer.bits(15, 4)
        for _ in 0..<2 { writer.bits(level, 7) }
    }
}
