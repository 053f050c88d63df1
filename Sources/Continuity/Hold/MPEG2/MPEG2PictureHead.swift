import MPEGTS

/// The header of a coded MPEG-2 picture and its coding extension.
///
/// Source: ISO/IEC 13818-2, 6.2.3 and 6.2.3.1.
struct MPEG2PictureHead: Hashable, Sendable {
    /// `picture_coding_type` (Table 6-12).
    enum Kind: UInt32, Sendable {
        case intra = 1
        case predicted = 2
        case bidirectional = 3
    }

    /// `picture_structure` (Table 6-14).
    enum Structure: UInt32, Sendable {
        case top = 1
        case bottom = 2
        case frame = 3

        var opposite: Structure {
            switch self {
            case .top: .bottom
            case .bottom: .top
            case .frame: .frame
            }
        }
    }

    /// `temporal_reference`: place in the group in order of display, modulo 1024.
    var temporalReference: UInt32
    var kind: Kind
    var structure = Structure.frame
    var topFieldFirst = false
    var repeatsFirstField = false
    var isProgressive = false

    /// Reads the picture header that begins at `start`; `nil` when it is short, of another kind, or of MPEG-1.
    init?(_ data: [UInt8], at start: Int) {
        var reader = BitReader(Array(data[min(start + 4, data.count)...].prefix(4)))
        self.temporalReference = reader.bits(10)
        guard let kind = Kind(rawValue: reader.bits(3)), reader.isValid else { return nil }
        self.kind = kind
        guard let next = NALUnits.startCode(in: data, from: start + 4), next + 3 < data.count,
            data[next + 3] == MPEG2Video.StartCode.extension
        else { return nil }
        var coding = BitReader(Array(data[(next + 4)...].prefix(6)))
        guard coding.bits(4) == 8 else { return nil }
        // Four f_codes, intra_dc_precision.
        coding.skip(18)
        guard let structure = Structure(rawValue: coding.bits(2)) else { return nil }
        self.structure = structure
        self.topFieldFirst = coding.flag()
        // frame_pred_frame_dct … alternate_scan
        coding.skip(5)
        self.repeatsFirstField = coding.flag()
        coding.skip(1)
        self.isProgressive = coding.flag()
        guard coding.isValid else { return nil }
    }
}
