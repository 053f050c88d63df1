/// What MPEG-2 video start codes are called, and its sequence header.
///
/// Source: ISO/IEC 13818-2, Table 6-1.
package enum MPEG2Video {
    package enum StartCode {
        package static let picture: UInt8 = 0x00
        package static let sequence: UInt8 = 0xB3
        package static let `extension`: UInt8 = 0xB5
        package static let group: UInt8 = 0xB8
    }

    /// Frame size and rate of a sequence.
    ///
    /// Source: ISO/IEC 13818-2, 6.2.2.1.
    package struct SequenceHeader: Hashable, Sendable {
        package var width: Int
        package var height: Int
        /// `frame_rate_code`, Table 6-4.
        package var frameRateCode: UInt8

        /// Reads what follows the start code `00 00 01 B3`; `nil` when it is short or empty.
        package init?(_ body: ArraySlice<UInt8>) {
            let bytes = Array(body.prefix(4))
            guard bytes.count == 4 else { return nil }
            self.width = Int(bytes[0]) << 4 | Int(bytes[1] >> 4)
            self.height = Int(bytes[1] & 0x0F) << 8 | Int(bytes[2])
            self.frameRateCode = bytes[3] & 0x0F
            guard self.width > 0, self.height > 0 else { return nil }
        }
    }

    /// `picture_coding_type` of an I picture (Table 6-12).
    private static let intra: UInt8 = 1

    /// Whether a decoder can start at an access unit: an I picture after a sequence header.
    package static func isRandomAccessPoint(_ data: [UInt8]) -> Bool {
        var hasSequence = false
        var from = 0
        while let code = NALUnits.startCode(in: data, from: from), code + 5 < data.count {
            switch data[code + 3] {
            case StartCode.sequence: hasSequence = true
            // temporal_reference takes ten bits, picture_coding_type the next three.
            case StartCode.picture: return hasSequence && data[code + 5] >> 3 & 0x07 == Self.intra
            default: break
            }
            from = code + 3
        }
        return false
    }
}
