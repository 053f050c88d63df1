extension AudioFrameHeader {
    /// Source: ISO/IEC 14496-3, Table 1.18 (sampling frequency index).
    static let aacSampleRates = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ]

    /// An ADTS frame.
    ///
    /// Source: ISO/IEC 14496-3, 1.A.2.2 (adts_fixed_header, adts_variable_header).
    static func adts(_ head: [UInt8]) -> AudioFrameHeader? {
        // The layer, between version and protection_absent, is always 0.
        guard head.count >= 7, head[0] == 0xFF, head[1] & 0xF6 == 0xF0 else { return nil }
        let rate = Int(head[2] >> 2 & 0x0F)
        let headerSize = head[1] & 1 == 0 ? 9 : 7
        let frameSize = Int(head[3] & 0x03) << 11 | Int(head[4]) << 3 | Int(head[5] >> 5)
        guard rate < Self.aacSampleRates.count, frameSize >= headerSize else { return nil }
        let configuration = Int(head[2] & 1) << 2 | Int(head[3] >> 6)
        return AudioFrameHeader(
            codec: .aac,
            frameSize: frameSize,
            headerSize: headerSize,
            sampleRate: Self.aacSampleRates[rate],
            samples: 1_024 * (Int(head[6] & 0x03) + 1),
            channels: Self.aacChannels(configuration),
            profile: Int(head[2] >> 6) + 1
        )
    }

    /// A LOAS frame that carries its configuration; one that refers to an earlier one is not readable by itself.
    ///
    /// Source: ISO/IEC 14496-3, 1.7.2 (AudioSyncStream) and 1.7.3 (StreamMuxConfig), audioMuxVersion 0.
    static func loas(_ head: [UInt8]) -> AudioFrameHeader? {
        guard head.count >= 8, head[0] == 0x56, head[1] & 0xE0 == 0xE0 else { return nil }
        let frameSize = 3 + (Int(head[1] & 0x1F) << 8 | Int(head[2]))
        var reader = BitReader(Array(head[3...]))
        // useSameStreamMux and audioMuxVersion must be 0 for what follows to stand where it does.
        guard !reader.flag(), !reader.flag() else { return nil }
        reader.skip(1)
        let subframes = Int(reader.bits(6)) + 1
        reader.skip(4 + 3)
        let objectType = Int(reader.bits(5))
        let rate = Int(reader.bits(4))
        let configuration = Int(reader.bits(4))
        guard reader.isValid, objectType != 31, rate < Self.aacSampleRates.count else { return nil }
        return AudioFrameHeader(
            codec: .latm,
            frameSize: frameSize,
            headerSize: 3,
            sampleRate: Self.aacSampleRates[rate],
            samples: 1_024 * subframes,
            channels: Self.aacChannels(configuration),
            profile: objectType
        )
    }

    /// A LOAS frame that refers to the configuration of `previous`; `nil` when it is no such frame.
    ///
    /// Source: ISO/IEC 14496-3, 1.7.3.1 (useSameStreamMux).
    package init?(continuing previous: AudioFrameHeader, with bytes: ArraySlice<UInt8>) {
        let head = Array(bytes.prefix(4))
        guard previous.codec == .latm, head.count == 4, head[0] == 0x56, head[1] & 0xE0 == 0xE0, head[3] & 0x80 != 0
        else { return nil }
        self = previous
        self.frameSize = 3 + (Int(head[1] & 0x1F) << 8 | Int(head[2]))
    }

    /// Source: ISO/IEC 14496-3, Table 1.19 (channel configuration).
    private static func aacChannels(_ configuration: Int) -> Int {
        switch configuration {
        case 1...6: configuration
        case 7: 8
        default: 0
        }
    }
}
