import MPEGTS

/// How AAC frames are coded, as the sequence header of a publisher tells it, and the ADTS header that says the same.
///
/// Source: ISO/IEC 14496-3, 1.6.2.1 (AudioSpecificConfig), 4.4.1 (GASpecificConfig), 1.A.2.2 (ADTS).
package struct AudioSpecificConfig: Hashable, Sendable {
    /// Samples per second by index (14496-3, Table 1.18).
    package static let sampleRates: [UInt32] = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ]
    /// Bytes of an ADTS frame, header included: its length has 13 bits.
    package static let frameSizeMax = 8_191
    /// Bytes of an ADTS header without a checksum.
    package static let headerSize = 7

    /// The object type of the core: 1 Main, 2 LC, 3 SSR, 4 LTP.
    package var objectType: UInt8
    /// An index into ``sampleRates``, the core's.
    package var sampleRateIndex: UInt8
    /// 1–7; 7 is 7.1.
    package var channels: UInt8
    /// Samples of a frame of the core: 1,024, or 960.
    package var frameSamples: Int

    /// Samples per second of the core.
    package var sampleRate: UInt32 { Self.sampleRates[Int(self.sampleRateIndex)] }

    /// Reads a configuration, from an offset.
    ///
    /// Explicit SBR and PS (object types 5 and 29) give the core they extend: decoders find the extension in the frames.
    /// - Throws: ``FLVFault/badAudioConfiguration`` also for what ADTS can't say: other object types, other sample rates,
    ///   channels that a program config element tells.
    package init(parsing bytes: [UInt8], from offset: Int = 0) throws(FLVFault) {
        var bits = BitReader(bytes)
        bits.skip(offset * 8)
        var objectType = Self.objectType(&bits)
        self.sampleRateIndex = try Self.sampleRateIndex(&bits)
        self.channels = UInt8(truncatingIfNeeded: bits.bits(4))
        if objectType == 5 || objectType == 29 {
            // The extension's rate, which the core does not need.
            if bits.bits(4) == 15 { bits.skip(24) }
            objectType = Self.objectType(&bits)
        }
        self.frameSamples = bits.flag() ? 960 : 1_024
        guard bits.isValid, (1...4).contains(objectType), (1...7).contains(self.channels) else {
            throw .badAudioConfiguration
        }
        self.objectType = objectType
    }

    /// A frame with its ADTS header (MPEG-4, no checksum, one raw data block).
    ///
    /// - Throws: ``FLVFault/badAudioFrame`` when it is empty or longer than ADTS can say.
    package func adts(_ frame: ArraySlice<UInt8>) throws(FLVFault) -> [UInt8] {
        let size = frame.count + Self.headerSize
        guard !frame.isEmpty, size <= Self.frameSizeMax else { throw .badAudioFrame }
        let low = UInt8(truncatingIfNeeded: size)
        let middle = UInt8(truncatingIfNeeded: size >> 3)
        let high = UInt8(truncatingIfNeeded: size >> 11)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        bytes += [
            0xFF, 0xF1,
            (self.objectType - 1) << 6 | self.sampleRateIndex << 2 | self.channels >> 2,
            (self.channels & 3) << 6 | high,
            middle,
            // Buffer fullness 0x7FF: variable rate.
            low << 5 | 0x1F, 0xFC,
        ]
        bytes += frame
        return bytes
    }

    private static func objectType(_ bits: inout BitReader) -> UInt8 {
        let type = bits.bits(5)
        return UInt8(truncatingIfNeeded: type == 31 ? 32 + bits.bits(6) : type)
    }

    private static func sampleRateIndex(_ bits: inout BitReader) throws(FLVFault) -> UInt8 {
        var index = Int(bits.bits(4))
        if index == 15 {
            let rate = bits.bits(24)
            guard let known = Self.sampleRates.firstIndex(of: rate) else { throw .badAudioConfiguration }
            index = known
        }
        guard index < Self.sampleRates.count else { throw .badAudioConfiguration }
        return UInt8(truncatingIfNeeded: index)
    }
}
