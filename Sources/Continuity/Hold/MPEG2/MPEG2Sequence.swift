import MPEGTS

/// What all pictures of an MPEG-2 video sequence have in common.
///
/// Source: ISO/IEC 13818-2, 6.2.2.1 and 6.2.2.3.
struct MPEG2Sequence: Hashable, Sendable {
    /// Bytes of header and extensions that are kept: matrices take 256, user data what is left.
    private static let sizeMax = 4_096
    /// `extension_start_code_identifier` (Table 6-2).
    private static let sequenceExtension: UInt32 = 1
    private static let scalableExtension: UInt32 = 5

    let width: Int
    let height: Int
    let isProgressive: Bool
    /// Layers over each other: not held.
    let isScalable: Bool
    /// Header and extensions with their start codes, to be sent again.
    let bytes: [UInt8]

    /// Macroblocks across, and down in a whole frame.
    var columns: Int { (self.width + 15) / 16 }
    var rows: Int { self.isProgressive ? (self.height + 15) / 16 : (self.height + 31) / 32 * 2 }

    /// Reads the header an access unit begins with, its first byte at `start`, up to `end`; `nil` when it says the
    /// impossible, or nothing of MPEG-2.
    init?(_ data: [UInt8], from start: Int, to end: Int) {
        guard end - start <= Self.sizeMax, start + 4 < end else { return nil }
        self.bytes = Array(data[start..<end])
        guard let header = MPEG2Video.SequenceHeader(self.bytes[4...]) else { return nil }
        var found: (isProgressive: Bool, width: Int, height: Int)?
        var isScalable = false
        for (offset, code) in MPEG2StartCodes(self.bytes) where code == MPEG2Video.StartCode.extension {
            var reader = BitReader(Array(self.bytes[(offset + 4)...].prefix(6)))
            let kind = reader.bits(4)
            if kind == Self.scalableExtension { isScalable = true }
            guard kind == Self.sequenceExtension, found == nil else { continue }
            // profile_and_level_indication, then progressive_sequence and chroma_format.
            reader.skip(8)
            let isProgressive = reader.flag()
            reader.skip(2)
            found = (isProgressive, Int(reader.bits(2)) << 12, Int(reader.bits(2)) << 12)
            guard reader.isValid else { return nil }
        }
        guard let found else { return nil }
        self.width = header.width + found.width
        self.height = header.height + found.height
        self.isProgressive = found.isProgressive
        self.isScalable = isScalable
    }
}
