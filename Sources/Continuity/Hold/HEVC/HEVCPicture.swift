import MPEGTS

/// An HEVC picture parameter set, as far as slices depend on it.
///
/// Source: ITU-T H.265, 7.3.2.3.1 and 7.3.2.3.2.
struct HEVCPicture: Hashable, Sendable {
    let id: UInt32
    let sequenceID: UInt32
    let hasOutputFlag: Bool
    /// `num_extra_slice_header_bits`.
    let extraBits: Int
    let hasInitialisationFlag: Bool
    /// 26 + `init_qp_minus26`.
    let initialQP: Int
    let hasChromaOffsets: Bool
    let weightedPrediction: Bool
    let hasTransquantBypass: Bool
    let hasTiles: Bool
    /// `entropy_coding_sync_enabled_flag`: rows of coding tree blocks can be decoded side by side.
    let hasWavefronts: Bool
    // What follows has its defaults where there are tiles.
    private(set) var filtersAcrossSlices = false
    private(set) var hasDeblockingOverride = false
    /// `pps_deblocking_filter_disabled_flag`.
    private(set) var isDeblockingDisabled = false
    private(set) var hasHeaderExtension = false
    private(set) var hasChromaOffsetLists = false
    /// An extension that changes slice headers in ways not known here.
    private(set) var hasUnknownExtension = false

    /// Reads a whole NAL unit, its two header bytes included; `nil` when it says the impossible.
    init?(_ unit: ArraySlice<UInt8>) {
        var reader = BitReader(NALUnits.unescaped(unit.dropFirst(2)))
        self.id = reader.unsignedExpGolomb()
        self.sequenceID = reader.unsignedExpGolomb()
        // dependent_slice_segments_enabled_flag: whole pictures are made of one slice.
        reader.skip(1)
        self.hasOutputFlag = reader.flag()
        self.extraBits = Int(reader.bits(3))
        // sign_data_hiding_enabled_flag
        reader.skip(1)
        self.hasInitialisationFlag = reader.flag()
        _ = reader.unsignedExpGolomb()
        _ = reader.unsignedExpGolomb()
        self.initialQP = 26 + Int(reader.signedExpGolomb())
        // constrained_intra_pred_flag
        reader.skip(1)
        let hasTransformSkip = reader.flag()
        if reader.flag() { _ = reader.unsignedExpGolomb() }
        _ = reader.signedExpGolomb()
        _ = reader.signedExpGolomb()
        self.hasChromaOffsets = reader.flag()
        self.weightedPrediction = reader.flag()
        // weighted_bipred_flag
        reader.skip(1)
        self.hasTransquantBypass = reader.flag()
        self.hasTiles = reader.flag()
        self.hasWavefronts = reader.flag()
        guard reader.isValid, self.id < 64, self.sequenceID < 16, (-63...51).contains(self.initialQP) else {
            return nil
        }
        guard !self.hasTiles else { return }
        self.readFilters(&reader)
        self.readExtensions(&reader, hasTransformSkip: hasTransformSkip)
        guard reader.isValid else { return nil }
    }

    private mutating func readFilters(_ reader: inout BitReader) {
        self.filtersAcrossSlices = reader.flag()
        if reader.flag() {
            self.hasDeblockingOverride = reader.flag()
            self.isDeblockingDisabled = reader.flag()
            if !self.isDeblockingDisabled {
                _ = reader.signedExpGolomb()
                _ = reader.signedExpGolomb()
            }
        }
        if reader.flag() { HEVCScalingLists.skip(&reader) }
        // lists_modification_present_flag: nothing is sent for a list of one picture.
        reader.skip(1)
        _ = reader.unsignedExpGolomb()
        self.hasHeaderExtension = reader.flag()
    }

    private mutating func readExtensions(_ reader: inout BitReader, hasTransformSkip: Bool) {
        guard reader.flag() else { return }
        let hasRange = reader.flag()
        // Multilayer, 3D, screen content and four to come.
        self.hasUnknownExtension = reader.bits(7) != 0
        guard hasRange else { return }
        if hasTransformSkip { _ = reader.unsignedExpGolomb() }
        // cross_component_prediction_enabled_flag
        reader.skip(1)
        self.hasChromaOffsetLists = reader.flag()
    }
}
