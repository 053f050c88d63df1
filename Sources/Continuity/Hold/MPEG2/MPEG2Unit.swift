import MPEGTS

/// What an access unit of MPEG-2 video begins with.
///
/// Source: ISO/IEC 13818-2, 6.2.1, 6.2.2.6 (group of pictures header).
struct MPEG2Unit: Sendable {
    /// First byte of the group header that has closed_gop and broken_link, counted from its start code.
    private static let groupFlags = 7
    private static let closedGroup: UInt8 = 0x40
    private static let brokenLink: UInt8 = 0x20

    /// The sequence it begins, where it begins one.
    private(set) var sequence: MPEG2Sequence?
    /// Whether it begins with a sequence header, read or not.
    private(set) var hasSequenceHeader = false
    /// Whether it begins a group of pictures that needs nothing in front of it.
    private(set) var isClosed = false
    /// Its first picture; `nil` when it has none, or none of MPEG-2.
    private(set) var head: MPEG2PictureHead?
    /// Whether it has one field of a frame and not the other.
    private(set) var isSingleField = false

    /// Reads no further than the first picture's headers, but for fields.
    init(_ data: [UInt8]) {
        var sequenceStart: Int?
        for (offset, code) in MPEG2StartCodes(data) {
            switch code {
            case MPEG2Video.StartCode.sequence:
                sequenceStart = sequenceStart ?? offset
                self.hasSequenceHeader = true
            case MPEG2Video.StartCode.group, MPEG2Video.StartCode.picture:
                if let start = sequenceStart, self.sequence == nil {
                    self.sequence = MPEG2Sequence(data, from: start, to: offset)
                }
                if code == MPEG2Video.StartCode.group {
                    let flags = offset + Self.groupFlags
                    self.isClosed = flags < data.count && data[flags] & Self.closedGroup != 0
                    continue
                }
                // The second picture of a unit is the other field.
                if self.head != nil {
                    self.isSingleField = false
                    return
                }
                self.head = MPEG2PictureHead(data, at: offset)
                self.isSingleField = self.head.map { $0.structure != .frame } ?? false
                if !self.isSingleField { return }
            default: continue
            }
        }
    }

    /// A unit that begins a sequence, as the beginning of a group that is closed and has no pictures in front.
    static func beginning(_ data: [UInt8]) -> [UInt8] {
        var result = data
        for (offset, code) in MPEG2StartCodes(data) {
            if code == MPEG2Video.StartCode.group, offset + Self.groupFlags < data.count {
                result[offset + Self.groupFlags] |= Self.closedGroup
                result[offset + Self.groupFlags] &= ~Self.brokenLink
            } else if code == MPEG2Video.StartCode.picture, offset + 5 < data.count {
                // temporal_reference, ten bits: 0.
                result[offset + 4] = 0
                result[offset + 5] &= 0x3F
            }
        }
        return result
    }
}
