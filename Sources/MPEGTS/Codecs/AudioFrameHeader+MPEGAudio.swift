extension AudioFrameHeader {
    /// Kilobits a second by bitrate index, rows as ``bitrateRow(version:layer:)``.
    ///
    /// Source: ISO/IEC 11172-3, 2.4.2.3; ISO/IEC 13818-3, 2.4.2.3.
    private static let bitrates = [
        [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ]
    private static let sampleRates = [44_100, 48_000, 32_000]

    private static func bitrateRow(version: UInt8, layer: Int) -> Int {
        version == 3 ? layer - 1 : layer == 1 ? 3 : 4
    }

    /// A frame of MPEG-1, MPEG-2 or MPEG-2.5 audio, any layer; free format is not read.
    ///
    /// Source: ISO/IEC 11172-3, 2.4.1.3; ISO/IEC 13818-3, 2.4.1.3.
    static func mpegAudio(_ head: [UInt8]) -> AudioFrameHeader? {
        guard head.count >= 4, head[0] == 0xFF, head[1] & 0xE0 == 0xE0 else { return nil }
        // Version bits: 3 is MPEG-1, 2 MPEG-2, 0 MPEG-2.5; layer bits count down from 3, layer I.
        let version = head[1] >> 3 & 0x03
        let layer = 4 - Int(head[1] >> 1 & 0x03)
        let bitrateIndex = Int(head[2] >> 4)
        let rateIndex = Int(head[2] >> 2 & 0x03)
        guard version != 1, layer != 4, (1...14).contains(bitrateIndex), rateIndex != 3 else { return nil }
        let rate = Self.sampleRates[rateIndex] >> (version == 3 ? 0 : version == 2 ? 1 : 2)
        let bitrate = Self.bitrates[Self.bitrateRow(version: version, layer: layer)][bitrateIndex] * 1_000
        let padding = Int(head[2] >> 1 & 1)
        let samples = layer == 1 ? 384 : layer == 3 && version != 3 ? 576 : 1_152
        let frameSize = layer == 1 ? (12 * bitrate / rate + padding) * 4 : samples / 8 * bitrate / rate + padding
        return AudioFrameHeader(
            codec: .mpegAudio,
            frameSize: frameSize,
            headerSize: head[1] & 1 == 0 ? 6 : 4,
            sampleRate: rate,
            samples: samples,
            channels: head[3] >> 6 == 3 ? 1 : 2,
            profile: layer
        )
    }
}
