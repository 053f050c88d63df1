import MPEGTS

/// The beginning of a picture's first slice segment header: what says which picture it is and what stays in the decoder.
///
/// Source: ITU-T H.265, 7.3.1.2 and 7.3.6.1.
struct HEVCSliceHead: Hashable, Sendable {
    /// Bytes looked at: sixteen reference pictures and their distances fit.
    private static let look = 192

    var type: UInt8
    /// `nuh_temporal_id_plus1` − 1.
    var temporalID: Int
    var pictureID: UInt32
    /// `slice_pic_order_cnt_lsb`; 0 for IDR.
    var pictureOrderLow: Int = 0
    var references: [Int] = []
    var hasLongTermPictures = false

    var isIRAP: Bool { HEVC.UnitType.randomAccess.contains(self.type) }
    var isIDR: Bool { self.type == 19 || self.type == 20 }
    /// Leading pictures that can't be decoded when decoding begins at their random access point.
    var isRASL: Bool { self.type == 8 || self.type == 9 }
    var isRADL: Bool { self.type == 6 || self.type == 7 }
    /// Whether pictures of the lowest sub-layer may refer to it (7.4.2.2).
    var isReference: Bool {
        // Types up to 14 with an even number are not referred to within their sub-layer.
        self.temporalID == 0 && (self.type > 14 || self.type & 1 == 1)
    }
    /// Whether the next picture's place in the order is counted from this one (8.3.1).
    var isOrderAnchor: Bool { self.isReference && !self.isRASL && !self.isRADL }

    /// Reads a NAL unit of the base layer, its header included; `nil` when it begins no picture that `pictures` and
    /// `sequences` describe.
    init?(_ unit: ArraySlice<UInt8>, pictures: [UInt32: HEVCPicture], sequences: [UInt32: HEVCSequence]) {
        let bytes = NALUnits.unescaped(unit.prefix(2 * Self.look), limit: Self.look)
        guard bytes.count > 2, bytes[0] & 1 == 0, bytes[1] >> 3 == 0, bytes[1] & 7 > 0 else { return nil }
        self.type = HEVC.type(bytes[0])
        self.temporalID = Int(bytes[1] & 7) - 1
        var reader = BitReader(Array(bytes.dropFirst(2)))
        guard HEVC.UnitType.slices.contains(self.type), reader.flag() else { return nil }
        if HEVC.UnitType.randomAccess.contains(self.type) { reader.skip(1) }
        self.pictureID = reader.unsignedExpGolomb()
        guard reader.isValid, let picture = pictures[self.pictureID], let sequence = sequences[picture.sequenceID]
        else { return nil }
        reader.skip(picture.extraBits)
        _ = reader.unsignedExpGolomb()
        if picture.hasOutputFlag { reader.skip(1) }
        if sequence.base.hasSeparatePlanes { reader.skip(2) }
        if !self.isIDR { guard self.readReferences(&reader, sequence) else { return nil } }
        guard reader.isValid else { return nil }
    }

    private mutating func readReferences(_ reader: inout BitReader, _ sequence: HEVCSequence) -> Bool {
        self.pictureOrderLow = Int(reader.bits(sequence.pictureOrderBits))
        let sets = sequence.shortTermSets
        if !reader.flag() {
            guard let set = HEVCShortTermSet(&reader, index: sets.count, earlier: sets, inSlice: true)
            else { return false }
            self.references = set.deltas
        } else {
            let index = sets.count > 1 ? Int(reader.bits(Self.ceilingLog2(sets.count))) : 0
            guard index < sets.count else { return false }
            self.references = sets[index].deltas
        }
        guard sequence.hasLongTermPictures else { return true }
        let listed = sequence.longTermListed > 0 ? reader.unsignedExpGolomb() : 0
        self.hasLongTermPictures = listed > 0 || reader.unsignedExpGolomb() > 0
        return true
    }

    static func ceilingLog2(_ count: Int) -> Int {
        count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
    }
}
