/// An H.264 picture parameter set, as far as slice headers depend on it.
///
/// Source: ITU-T H.264, 7.3.2.2.
package struct H264PPS: Hashable, Sendable {
    package var id: UInt32
    package var spsID: UInt32
    /// `entropy_coding_mode_flag`: CABAC rather than CAVLC.
    package var isCABAC: Bool
    /// `bottom_field_pic_order_in_frame_present_flag`.
    package var hasBottomFieldPictureOrder: Bool
    /// Slice groups (FMO); where there is more than one, what follows is not read and has its defaults.
    package var sliceGroups: UInt32
    /// `num_ref_idx_l0_default_active_minus1` + 1.
    package var referencesDefault0: UInt32 = 1
    package var referencesDefault1: UInt32 = 1
    package var weightedPrediction = false
    /// `weighted_bipred_idc`, 0…2.
    package var weightedBiprediction: UInt32 = 0
    /// 26 + `pic_init_qp_minus26`.
    package var initialQP: Int32 = 26
    package var hasDeblockingControl = false
    package var hasRedundantPictureCount = false

    /// Reads a whole NAL unit, its header byte included; `nil` when it is none or says the impossible.
    package init?(_ unit: ArraySlice<UInt8>) {
        guard let header = unit.first, H264.type(header) == H264.UnitType.pps else { return nil }
        var reader = BitReader(NALUnits.unescaped(unit.dropFirst()))
        self.id = reader.unsignedExpGolomb()
        self.spsID = reader.unsignedExpGolomb()
        self.isCABAC = reader.flag()
        self.hasBottomFieldPictureOrder = reader.flag()
        self.sliceGroups = reader.unsignedExpGolomb() &+ 1
        guard reader.isValid, self.id < 256, self.spsID < 32, self.sliceGroups <= 8 else { return nil }
        guard self.sliceGroups == 1 else { return }
        self.referencesDefault0 = reader.unsignedExpGolomb() &+ 1
        self.referencesDefault1 = reader.unsignedExpGolomb() &+ 1
        self.weightedPrediction = reader.flag()
        self.weightedBiprediction = reader.bits(2)
        self.initialQP = 26 &+ reader.signedExpGolomb()
        _ = reader.signedExpGolomb()
        _ = reader.signedExpGolomb()
        self.hasDeblockingControl = reader.flag()
        // constrained_intra_pred_flag
        reader.skip(1)
        self.hasRedundantPictureCount = reader.flag()
        guard reader.isValid, self.referencesDefault0 <= 32, self.referencesDefault1 <= 32 else { return nil }
    }
}
