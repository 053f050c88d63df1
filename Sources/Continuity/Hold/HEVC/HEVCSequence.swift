import MPEGTS

/// What pictures are made of by an HEVC sequence parameter set, as far as slices depend on it.
///
/// Source: ITU-T H.265, 7.3.2.2.1.
struct HEVCSequence: Hashable, Sendable {
    /// Sets of reference pictures at most (7.4.3.2.1).
    private static let shortTermSetsMax = 64
    /// Long-term pictures an SPS lists at most (7.4.3.2.1).
    private static let longTermMax = 32

    let base: HEVCSPS
    /// `log2_max_pic_order_cnt_lsb_minus4` + 4: 4…16.
    let pictureOrderBits: Int
    /// Pictures the decoder keeps beside the current one, for all sub-layers.
    let picturesKept: Int
    /// Binary logarithms of the side of the smallest coding block, in samples of luma, and of a coding tree block.
    let codingBlockLog2: Int
    let treeBlockLog2: Int
    let hasAdaptiveOffset: Bool
    let shortTermSets: [HEVCShortTermSet]
    let hasLongTermPictures: Bool
    /// `num_long_term_ref_pics_sps`.
    let longTermListed: Int
    let hasTemporalVectors: Bool

    /// Whether chroma is coded with luma: `ChromaArrayType` is not 0.
    var hasChroma: Bool { self.base.chromaFormat != 0 && !self.base.hasSeparatePlanes }
    /// Coding tree blocks across and down.
    var treeColumns: Int { (self.base.codedWidth + (1 << self.treeBlockLog2) - 1) >> self.treeBlockLog2 }
    var treeRows: Int { (self.base.codedHeight + (1 << self.treeBlockLog2) - 1) >> self.treeBlockLog2 }

    /// Reads a whole NAL unit, its two header bytes included; `nil` when it says the impossible.
    init?(_ unit: ArraySlice<UInt8>) {
        var reader = BitReader(NALUnits.unescaped(unit.dropFirst(2)))
        guard let base = HEVCSPS(reading: &reader) else { return nil }
        self.base = base
        self.pictureOrderBits = Int(reader.unsignedExpGolomb()) + 4
        // Otherwise one set of numbers counts for all sub-layers.
        let isPerLayer = reader.flag()
        var kept: UInt32 = 0
        for _ in (isPerLayer ? 0 : base.subLayersAbove)...base.subLayersAbove {
            kept = reader.unsignedExpGolomb()
            _ = reader.unsignedExpGolomb()
            _ = reader.unsignedExpGolomb()
        }
        self.picturesKept = Int(kept)
        self.codingBlockLog2 = Int(reader.unsignedExpGolomb()) + 3
        self.treeBlockLog2 = self.codingBlockLog2 + Int(reader.unsignedExpGolomb())
        Self.skipTransforms(&reader)
        self.hasAdaptiveOffset = reader.flag()
        Self.skipPCM(&reader)
        guard reader.isValid, self.pictureOrderBits <= 16, (4...6).contains(self.treeBlockLog2),
            base.codedWidth % (1 << self.codingBlockLog2) == 0, base.codedHeight % (1 << self.codingBlockLog2) == 0,
            let sets = Self.shortTermSets(&reader)
        else { return nil }
        self.shortTermSets = sets
        self.hasLongTermPictures = reader.flag()
        self.longTermListed = self.hasLongTermPictures ? Int(reader.unsignedExpGolomb()) : 0
        guard self.longTermListed <= Self.longTermMax else { return nil }
        reader.skip(self.longTermListed * (self.pictureOrderBits + 1))
        self.hasTemporalVectors = reader.flag()
        guard reader.isValid else { return nil }
    }

    /// Sizes and depths of transforms, scaling lists, asymmetric partitions.
    private static func skipTransforms(_ reader: inout BitReader) {
        for _ in 0..<4 { _ = reader.unsignedExpGolomb() }
        if reader.flag(), reader.flag() { HEVCScalingLists.skip(&reader) }
        reader.skip(1)
    }

    private static func skipPCM(_ reader: inout BitReader) {
        guard reader.flag() else { return }
        reader.skip(8)
        _ = reader.unsignedExpGolomb()
        _ = reader.unsignedExpGolomb()
        reader.skip(1)
    }

    private static func shortTermSets(_ reader: inout BitReader) -> [HEVCShortTermSet]? {
        let count = Int(reader.unsignedExpGolomb())
        guard reader.isValid, count <= Self.shortTermSetsMax else { return nil }
        var sets: [HEVCShortTermSet] = []
        for index in 0..<count {
            guard let set = HEVCShortTermSet(&reader, index: index, earlier: sets, inSlice: false) else { return nil }
            sets.append(set)
        }
        return sets
    }
}
