import MPEGTS

/// What a LATM stream says about itself, kept to be said again in silent frames.
///
/// One programme with one layer of AAC in a channel configuration of 1…7; no other data.
/// Source: ISO/IEC 14496-3, 1.7.3.1 (AudioMuxElement, StreamMuxConfig) and 1.6.2.1 (AudioSpecificConfig).
struct StreamMuxConfiguration: Hashable, Sendable {
    /// Bytes of the AudioSyncStream header in front of the element.
    private static let headerSize = 3
    /// The largest element: `audioMuxLengthBytes` has 13 bits.
    private static let sizeMax = 0x1FFF
    /// Object types that say "with band replication" in front of the core's own: SBR, PS.
    private static let extensions: Set<UInt32> = [5, 29]

    /// StreamMuxConfig as found, and how many bits of the bytes it has.
    private var bytes: [UInt8]
    private var bitCount: Int
    private var subframes: Int
    private var elements: [SilentAAC.Element]

    /// Whether a LOAS frame carries a configuration and does not refer to an earlier one.
    static func isPresent(in frame: [UInt8]) -> Bool {
        frame.count > Self.headerSize && frame[Self.headerSize] & 0x80 == 0
    }

    /// Reads the configuration of a LOAS frame, which may be cut off behind it; `nil` when it is not of the kind above.
    init?(loas frame: [UInt8]) {
        let element = Array(frame.dropFirst(Self.headerSize))
        var reader = BitReader(element)
        // useSameStreamMux 0, audioMuxVersion 0, allStreamsSameTimeFraming 1
        guard reader.bits(3) == 0b001 else { return nil }
        self.subframes = Int(reader.bits(6)) + 1
        // numProgram, numLayer
        guard reader.bits(4 + 3) == 0 else { return nil }
        var objectType = reader.bits(5)
        guard Self.skipRate(&reader) else { return nil }
        let channels = Int(reader.bits(4))
        if Self.extensions.contains(objectType) {
            guard Self.skipRate(&reader) else { return nil }
            objectType = reader.bits(5)
        }
        // GASpecificConfig: 1,024 samples, no core coder, no extension.
        guard SilentAAC.objectTypes.contains(Int(objectType)), reader.bits(3) == 0,
            let elements = SilentAAC.elements(configuration: channels)
        else { return nil }
        self.elements = elements
        // frameLengthType 0, latmBufferFullness, otherDataPresent 0, crcCheckPresent
        guard reader.bits(3) == 0 else { return nil }
        reader.skip(8)
        guard !reader.flag() else { return nil }
        if reader.flag() { reader.skip(8) }
        guard reader.isValid else { return nil }
        self.bytes = element
        self.bitCount = reader.position
    }

    /// Passes over a sampling frequency; one that is spelled out is not read.
    private static func skipRate(_ reader: inout BitReader) -> Bool { reader.bits(4) != 15 }

    /// A LOAS frame with the configuration in it, so that a decoder can begin with it.
    func silentFrame() throws(SilenceObstacle) -> [UInt8] {
        var writer = BitWriter()
        var reader = BitReader(self.bytes)
        writer.copy(self.bitCount, from: &reader)
        let block = SilentAAC.rawDataBlock(self.elements)
        for _ in 0..<self.subframes {
            // PayloadLengthInfo: a byte is enough below 255.
            writer.bits(UInt32(block.count), 8)
            writer.append(block)
        }
        guard writer.bytes.count <= Self.sizeMax else { throw .streamMuxConfiguration }
        let size = writer.bytes.count
        return [0x56, 0xE0 | UInt8(truncatingIfNeeded: size >> 8) & 0x1F, UInt8(truncatingIfNeeded: size)]
            + writer.bytes
    }
}
