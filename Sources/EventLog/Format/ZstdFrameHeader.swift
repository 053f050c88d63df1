/// What the head of a zstd frame says, read without zstd and without allocating.
///
/// Source: RFC 8878, 3.1.1.1.
struct ZstdFrameHeader: Hashable {
    static let magic: UInt32 = 0xFD2F_B528

    /// Bytes that a decoder must remember.
    var windowSize: UInt64
    /// Bytes the frame decompresses to; `nil` when it does not say.
    var contentSize: UInt64?
    /// Whether a check of the content follows the last block.
    var hasChecksum: Bool
    /// Whether a dictionary is needed.
    var hasDictionary: Bool

    /// Reads the head of the frame that starts at `bytes[0]`.
    ///
    /// - Throws: ``LogDamage/Cause`` `.zstd` when it is not one.
    init(parsing bytes: UnsafeRawBufferPointer) throws(LogDamage.Cause) {
        guard bytes.count >= 6, bytes.number(at: 0, as: UInt32.self) == Self.magic else { throw .zstd(.notAFrame) }
        let descriptor = bytes[4]
        let isSingleSegment = descriptor & 0b0010_0000 != 0
        // Bit 3 is reserved and must be zero.
        guard descriptor & 0b0000_1000 == 0 else { throw .zstd(.notAFrame) }
        self.hasChecksum = descriptor & 0b0000_0100 != 0
        let dictionarySize = [0, 1, 2, 4][Int(descriptor & 0b11)]
        self.hasDictionary = dictionarySize > 0
        let sizeSize = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
        var offset = isSingleSegment ? 5 : 6
        guard bytes.count >= offset + dictionarySize + sizeSize else { throw .zstd(.notAFrame) }
        self.windowSize = 0
        if !isSingleSegment {
            let base = UInt64(1) << (10 + UInt64(bytes[5] >> 3))
            self.windowSize = base + base / 8 * UInt64(bytes[5] & 0b111)
        }
        offset += dictionarySize
        switch sizeSize {
        case 1: self.contentSize = UInt64(bytes[offset])
        case 2: self.contentSize = UInt64(bytes.number(at: offset, as: UInt16.self)) + 256
        case 4: self.contentSize = UInt64(bytes.number(at: offset, as: UInt32.self))
        case 8: self.contentSize = bytes.number(at: offset, as: UInt64.self)
        default: self.contentSize = nil
        }
        if isSingleSegment { self.windowSize = self.contentSize ?? 0 }
    }
}
