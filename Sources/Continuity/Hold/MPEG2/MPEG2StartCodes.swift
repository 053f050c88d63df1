import MPEGTS

/// The start codes of a coded MPEG-2 video picture, by what follows them.
///
/// Source: ISO/IEC 13818-2, 6.2 and Table 6-1.
struct MPEG2StartCodes: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Where the next start code begins, and its last byte.
    mutating func next() -> (offset: Int, code: UInt8)? {
        guard let offset = NALUnits.startCode(in: self.bytes, from: self.position), offset + 3 < self.bytes.count
        else { return nil }
        self.position = offset + 3
        return (offset, self.bytes[offset + 3])
    }
}
