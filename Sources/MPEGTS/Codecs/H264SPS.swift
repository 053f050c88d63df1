/// An H.264 sequence parameter set.
///
/// Source: ITU-T H.264, 7.3.2.1.1 and, for the timing, E.1.1.
package struct H264SPS: Hashable, Sendable {
    package var id: UInt32 = 0
    package var profile: UInt8 = 0
    /// The six `constraint_set` flags and two reserved bits.
    package var constraints: UInt8 = 0
    /// `level_idc`: 40 is level 4.
    package var level: UInt8 = 0
    /// 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.
    package var chromaFormat: UInt32 = 1
    package var separateColourPlanes = false
    package var bitDepthLuma: UInt32 = 8
    package var bitDepthChroma: UInt32 = 8
    /// Bits of `frame_num`.
    package var frameNumBits: UInt32 = 4
    /// `pic_order_cnt_type`, 0…2.
    package var pictureOrderType: UInt32 = 0
    /// Bits of `pic_order_cnt_lsb`; type 0 only.
    package var pictureOrderBits: UInt32 = 4
    /// Type 1 only.
    package var deltaPictureOrderAlwaysZero = false
    package var offsetForNonReferencePicture: Int32 = 0
    package var offsetForTopToBottomField: Int32 = 0
    package var offsetsForReferenceFrame: [Int32] = []
    /// `max_num_ref_frames`.
    package var referenceFramesMax: UInt32 = 0
    package var gapsAllowed = false
    package var widthInMacroblocks: UInt32 = 0
    /// `PicHeightInMapUnits`: frames, or fields where ``frameMacroblocksOnly`` is false.
    package var heightInMapUnits: UInt32 = 0
    package var frameMacroblocksOnly = true
    package var macroblockAdaptiveFrameField = false
    package var direct8x8Inference = false
    /// Cropping in samples of luma: left, right, top, bottom.
    package var crop: [UInt32] = [0, 0, 0, 0]
    /// `time_scale` and `num_units_in_tick`, where stated; a frame takes two ticks.
    package var timeScale: UInt32?
    package var unitsInTick: UInt32?

    /// Macroblocks in a frame.
    package var frameMacroblocks: UInt32 { self.widthInMacroblocks * self.heightInMacroblocks }
    /// `FrameHeightInMbs`.
    package var heightInMacroblocks: UInt32 { self.heightInMapUnits * (self.frameMacroblocksOnly ? 1 : 2) }
    /// Samples of luma across, cropped.
    package var width: Int { max(0, Int(self.widthInMacroblocks) * 16 - Int(self.crop[0]) - Int(self.crop[1])) }
    /// Samples of luma down, cropped.
    package var height: Int { max(0, Int(self.heightInMacroblocks) * 16 - Int(self.crop[2]) - Int(self.crop[3])) }
    /// Pictures a second, where the stream says it.
    package var frameRate: Double? {
        guard let scale = self.timeScale, let units = self.unitsInTick, units > 0 else { return nil }
        return Double(scale) / (2 * Double(units))
    }

    /// Macroblocks across or down at most: 16,384 samples, the largest level 6.2 allows.
    private static let macroblocksMax: UInt32 = 1_024
    private static let highProfiles: Set<UInt8> = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]

    /// Reads a whole NAL unit, its header byte included; `nil` when it is none or says the impossible.
    package init?(_ unit: ArraySlice<UInt8>) {
        guard let header = unit.first, H264.type(header) == H264.UnitType.sps else { return nil }
        var reader = BitReader(NALUnits.unescaped(unit.dropFirst()))
        self.profile = UInt8(truncatingIfNeeded: reader.bits(8))
        self.constraints = UInt8(truncatingIfNeeded: reader.bits(8))
        self.level = UInt8(truncatingIfNeeded: reader.bits(8))
        self.id = reader.unsignedExpGolomb()
        if Self.highProfiles.contains(self.profile) { self.readChroma(&reader) }
        self.frameNumBits = reader.unsignedExpGolomb() &+ 4
        guard self.readPictureOrder(&reader) else { return nil }
        self.referenceFramesMax = reader.unsignedExpGolomb()
        self.gapsAllowed = reader.flag()
        self.widthInMacroblocks = reader.unsignedExpGolomb() &+ 1
        self.heightInMapUnits = reader.unsignedExpGolomb() &+ 1
        self.frameMacroblocksOnly = reader.flag()
        if !self.frameMacroblocksOnly { self.macroblockAdaptiveFrameField = reader.flag() }
        self.direct8x8Inference = reader.flag()
        let cropUnits = reader.flag() ? (0..<4).map { _ in reader.unsignedExpGolomb() } : [0, 0, 0, 0]
        guard reader.isValid, self.id < 32, self.chromaFormat < 4, self.bitDepthLuma <= 14, self.bitDepthChroma <= 14,
            self.frameNumBits <= 16, self.referenceFramesMax <= 16,
            self.widthInMacroblocks <= Self.macroblocksMax, self.heightInMapUnits <= Self.macroblocksMax,
            cropUnits.allSatisfy({ $0 < Self.macroblocksMax * 16 })
        else { return nil }
        let isSubsampledDown = self.chromaFormat == 1 && !self.separateColourPlanes
        let isSubsampledAcross = (self.chromaFormat == 1 || self.chromaFormat == 2) && !self.separateColourPlanes
        let across: UInt32 = isSubsampledAcross ? 2 : 1
        let down: UInt32 = (isSubsampledDown ? 2 : 1) * (self.frameMacroblocksOnly ? 1 : 2)
        self.crop = [cropUnits[0] * across, cropUnits[1] * across, cropUnits[2] * down, cropUnits[3] * down]
        if reader.flag() { self.readTiming(&reader) }
    }

    private mutating func readChroma(_ reader: inout BitReader) {
        self.chromaFormat = reader.unsignedExpGolomb()
        if self.chromaFormat == 3 { self.separateColourPlanes = reader.flag() }
        self.bitDepthLuma = reader.unsignedExpGolomb() &+ 8
        self.bitDepthChroma = reader.unsignedExpGolomb() &+ 8
        reader.skip(1)
        guard reader.flag() else { return }
        for list in 0..<(self.chromaFormat == 3 ? 12 : 8) where reader.flag() {
            Self.skipScalingList(size: list < 6 ? 16 : 64, &reader)
        }
    }

    /// Source: ITU-T H.264, 7.3.2.1.1.1.
    private static func skipScalingList(size: Int, _ reader: inout BitReader) {
        var last: Int32 = 8
        var next: Int32 = 8
        for _ in 0..<size where reader.isValid {
            if next != 0 { next = (last &+ reader.signedExpGolomb()) & 0xFF }
            if next != 0 { last = next }
        }
    }

    private mutating func readPictureOrder(_ reader: inout BitReader) -> Bool {
        self.pictureOrderType = reader.unsignedExpGolomb()
        switch self.pictureOrderType {
        case 0:
            self.pictureOrderBits = reader.unsignedExpGolomb() &+ 4
            return self.pictureOrderBits <= 16
        case 1:
            self.deltaPictureOrderAlwaysZero = reader.flag()
            self.offsetForNonReferencePicture = reader.signedExpGolomb()
            self.offsetForTopToBottomField = reader.signedExpGolomb()
            let count = reader.unsignedExpGolomb()
            guard count <= 255 else { return false }
            self.offsetsForReferenceFrame = (0..<count).map { _ in reader.signedExpGolomb() }
            return true
        case 2: return true
        default: return false
        }
    }

    /// Reads `vui_parameters` as far as the timing.
    private mutating func readTiming(_ reader: inout BitReader) {
        // aspect_ratio_idc 255 is followed by the ratio itself.
        if reader.flag(), reader.bits(8) == 255 { reader.skip(32) }
        if reader.flag() { reader.skip(1) }
        if reader.flag() {
            reader.skip(4)
            if reader.flag() { reader.skip(24) }
        }
        if reader.flag() {
            _ = reader.unsignedExpGolomb()
            _ = reader.unsignedExpGolomb()
        }
        guard reader.flag() else { return }
        let units = reader.bits(32)
        let scale = reader.bits(32)
        guard reader.isValid, units > 0, scale > 0 else { return }
        self.unitsInTick = units
        self.timeScale = scale
    }
}
