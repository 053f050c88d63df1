extension AudioFrameHeader {
    /// Kilobits a second by `frmsizecod` / 2.
    ///
    /// Source: ETSI TS 102 366, Table 4.13.
    private static let ac3Bitrates = [
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
    ]
    private static let ac3SampleRates = [48_000, 44_100, 32_000]
    /// Full-range channels by `acmod`.
    package static let ac3Channels = [2, 1, 2, 3, 3, 4, 4, 5]

    /// A frame of AC-3 or E-AC-3, told apart by `bsid`.
    ///
    /// Source: ETSI TS 102 366, 4.3 (AC-3) and E.1.2 (E-AC-3).
    static func ac3(_ head: [UInt8]) -> AudioFrameHeader? {
        guard head.count >= 8, head[0] == 0x0B, head[1] == 0x77 else { return nil }
        let bsid = Int(head[5] >> 3)
        return bsid <= 10 ? Self.plainAC3(head, bsid: bsid) : bsid <= 16 ? Self.enhancedAC3(head) : nil
    }

    private static func plainAC3(_ head: [UInt8], bsid: Int) -> AudioFrameHeader? {
        let rateIndex = Int(head[4] >> 6)
        let sizeCode = Int(head[4] & 0x3F)
        guard rateIndex != 3, sizeCode / 2 < Self.ac3Bitrates.count else { return nil }
        let bitrate = Self.ac3Bitrates[sizeCode / 2]
        let words =
            switch rateIndex {
            case 0: 2 * bitrate
            case 1: 320 * bitrate / 147 + sizeCode & 1
            default: 3 * bitrate
            }
        var reader = BitReader(Array(head[6...]))
        let mode = Int(reader.bits(3))
        // Mix levels stand between the mode and lfeon, each only where the mode has the channels.
        if mode & 1 != 0, mode != 1 { reader.skip(2) }
        if mode & 4 != 0 { reader.skip(2) }
        if mode == 2 { reader.skip(2) }
        let lfe = reader.bit()
        return AudioFrameHeader(
            codec: .ac3,
            frameSize: words * 2,
            headerSize: 5,
            sampleRate: Self.ac3SampleRates[rateIndex] >> max(0, bsid - 8),
            samples: 1_536,
            channels: Self.ac3Channels[mode] + Int(lfe)
        )
    }

    private static func enhancedAC3(_ head: [UInt8]) -> AudioFrameHeader? {
        let type = head[2] >> 6
        let substream = head[2] >> 3 & 0x07
        guard type != 3 else { return nil }
        let words = (Int(head[2] & 0x07) << 8 | Int(head[3])) + 1
        let rateIndex = Int(head[4] >> 6)
        let low = Int(head[4] >> 4 & 0x03)
        guard rateIndex != 3 || low != 3 else { return nil }
        let rate = rateIndex == 3 ? Self.ac3SampleRates[low] / 2 : Self.ac3SampleRates[rateIndex]
        let blocks = rateIndex == 3 ? 6 : [1, 2, 3, 6][low]
        // Dependent substreams, and independent ones after the first, sound at the same time as the first.
        let addsTime = type != 1 && substream == 0
        return AudioFrameHeader(
            codec: .eac3,
            frameSize: words * 2,
            headerSize: 6,
            sampleRate: rate,
            samples: addsTime ? 256 * blocks : 0,
            channels: Self.ac3Channels[Int(head[4] >> 1 & 0x07)] + Int(head[4] & 1)
        )
    }
}
