import MPEGTS

/// Frames of AAC in which no spectral line is coded.
///
/// Source: ISO/IEC 14496-3, 4.4.2.1 (raw_data_block) and 1.A.2.2 (ADTS). A band-replicating decoder (HE-AAC) finds no
/// extension in them and plays silence at its own rate.
enum SilentAAC {
    /// Samples of one raw data block at the rate in its header.
    static let samples = 1_024
    /// Bytes of an ADTS header without a checksum.
    private static let headerSize = 7
    /// `global_gain`: of nothing, but what encoders write there for silence.
    private static let gain: UInt32 = 100
    /// Object types whose silent frame is the same: Main, LC, LTP.
    static let objectTypes: Set<Int> = [1, 2, 4]

    /// A syntactic element with its `element_instance_tag`.
    enum Element: Hashable, Sendable {
        case single(UInt32)
        case pair(UInt32)
        case lowFrequency(UInt32)
    }

    /// The elements of each channel configuration; `nil` where they are told in the stream or reserved.
    ///
    /// Source: ISO/IEC 14496-3, Table 1.19.
    static func elements(configuration: Int) -> [Element]? {
        switch configuration {
        case 1: [.single(0)]
        case 2: [.pair(0)]
        case 3: [.single(0), .pair(0)]
        case 4: [.single(0), .pair(0), .single(1)]
        case 5: [.single(0), .pair(0), .pair(1)]
        case 6: [.single(0), .pair(0), .pair(1), .lowFrequency(0)]
        case 7: [.single(0), .pair(0), .pair(1), .pair(2), .lowFrequency(0)]
        default: nil
        }
    }

    /// A whole ADTS frame with the fixed header of a live one, its checksum left out.
    static func adts(
        like head: [UInt8],
        header: AudioFrameHeader,
        configuration: ProgramConfigElement?
    ) throws(SilenceObstacle) -> [UInt8] {
        guard head.count >= Self.headerSize else { throw .unreadableFrame }
        guard Self.objectTypes.contains(header.profile) else { throw .objectType }
        let channels = Int(head[2] & 1) << 2 | Int(head[3] >> 6)
        let raw: [UInt8]
        if let elements = Self.elements(configuration: channels) {
            raw = Self.rawDataBlock(elements)
        } else if let configuration {
            guard let elements = configuration.elements else { throw .programConfigElement }
            raw = Self.rawDataBlock(elements, after: configuration.bytes)
        } else {
            throw .programConfigElement
        }
        let size = Self.headerSize + raw.count
        return [
            0xFF,
            head[1] | 0x01,
            head[2],
            head[3] & 0xC0 | UInt8(truncatingIfNeeded: size >> 11) & 0x03,
            UInt8(truncatingIfNeeded: size >> 3),
            // The fullness of the decoder's buffer is not told: 0x7FF.
            UInt8(truncatingIfNeeded: size << 5) | 0x1F,
            0xFC,
        ] + raw
    }

    /// The elements without a spectrum, behind a program config element that ends at a byte.
    static func rawDataBlock(_ elements: [Element], after configuration: [UInt8] = []) -> [UInt8] {
        var writer = BitWriter()
        writer.append(configuration)
        for element in elements {
            switch element {
            case .single(let tag): Self.single(0, tag: tag, into: &writer)
            case .pair(let tag): Self.pair(tag: tag, into: &writer)
            case .lowFrequency(let tag): Self.single(3, tag: tag, into: &writer)
            }
        }
        writer.bits(7, 3)
        return writer.bytes
    }

    /// single_channel_element and lfe_channel_element.
    private static func single(_ id: UInt32, tag: UInt32, into writer: inout BitWriter) {
        writer.bits(id, 3)
        writer.bits(tag, 4)
        writer.bits(Self.gain, 8)
        Self.channelInformation(into: &writer)
        Self.noTools(into: &writer)
    }

    /// channel_pair_element with one ics_info for both, and no middle and side.
    private static func pair(tag: UInt32, into writer: inout BitWriter) {
        writer.bits(1, 3)
        writer.bits(tag, 4)
        writer.bit(1)
        Self.channelInformation(into: &writer)
        writer.bits(0, 2)
        for _ in 0..<2 {
            writer.bits(Self.gain, 8)
            Self.noTools(into: &writer)
        }
    }

    /// ics_info: reserved bit, ONLY_LONG_SEQUENCE, sine window, `max_sfb` 0, no prediction.
    private static func channelInformation(into writer: inout BitWriter) { writer.bits(0, 1 + 2 + 1 + 6 + 1) }

    /// `pulse_data_present`, `tns_data_present`, `gain_control_data_present`.
    private static func noTools(into writer: inout BitWriter) { writer.bits(0, 3) }
}
