/// The four bytes that open an MPEG audio frame, layer III.
///
/// Source: ISO/IEC 11172-3, 2.4.1.3; ISO/IEC 13818-3, 2.4.1.3 (lower sample rates).
struct MPEGAudioHeader: Hashable {
    /// Samples per second.
    var sampleRate: UInt32
    /// Samples of the frame: 1,152, or 576 at the lower rates.
    var samples: Int
    /// Bytes of the frame, header included.
    var size: Int

    private static let bitRatesMPEG1: [Int] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    private static let bitRatesMPEG2: [Int] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
    private static let sampleRates: [UInt32] = [44_100, 48_000, 32_000]

    /// Reads the header at the front; `nil` when there is none of layer III, or one of free bit rate.
    init?(parsing bytes: ArraySlice<UInt8>) {
        let head = Array(bytes.prefix(4))
        guard head.count == 4, head[0] == 0xFF, head[1] & 0xE6 == 0xE2 else { return nil }
        let version = head[1] >> 3 & 3
        let bitRateIndex = Int(head[2] >> 4)
        let sampleRateIndex = Int(head[2] >> 2 & 3)
        guard version != 1, (1...14).contains(bitRateIndex), sampleRateIndex < 3 else { return nil }
        let isMPEG1 = version == 3
        // Version 0 is MPEG-2.5, an extension in wide use that halves the rates once more.
        self.sampleRate = Self.sampleRates[sampleRateIndex] >> (isMPEG1 ? 0 : version == 2 ? 1 : 2)
        self.samples = isMPEG1 ? 1_152 : 576
        let bitRate = (isMPEG1 ? Self.bitRatesMPEG1 : Self.bitRatesMPEG2)[bitRateIndex - 1] * 1_000
        self.size = self.samples / 8 * bitRate / Int(self.sampleRate) + Int(head[2] >> 1 & 1)
    }
}
