/// An HEVC sequence parameter set, as far as its picture size and bit depth.
///
/// Source: ITU-T H.265, 7.3.2.2.1 and 7.3.3.
package struct HEVCSPS: Hashable, Sendable {
    package var id: UInt32 = 0
    package var vpsID: UInt32 = 0
    package var profileSpace: UInt32 = 0
    package var isHighTier = false
    package var profile: UInt32 = 0
    /// `general_profile_compatibility_flag[0…31]`, the first in the highest bit.
    package var compatibility: UInt32 = 0
    /// The six bytes of constraint flags.
    package var constraints: [UInt8] = []
    /// `general_level_idc`: 30 times the level.
    package var level: UInt32 = 0
    package var chromaFormat: UInt32 = 1
    package var bitDepthLuma: UInt32 = 8
    package var bitDepthChroma: UInt32 = 8
    /// `separate_colour_plane_flag`: three pictures of one component each.
    package var hasSeparatePlanes = false
    /// `sps_max_sub_layers_minus1`.
    package var subLayersAbove: Int
    /// Samples of luma across and down, cropped by the conformance window.
    package var width = 0
    package var height = 0
    /// Samples of luma across and down as they are coded.
    package var codedWidth: Int
    package var codedHeight: Int

    /// Samples across or down at most: level 6.2 allows 16,888.
    private static let sizeMax: UInt32 = 16_888

    /// Reads a whole NAL unit, its two header bytes included; `nil` when it is none or says the impossible.
    package init?(_ unit: ArraySlice<UInt8>) {
        guard let header = unit.first, HEVC.type(header) == HEVC.UnitType.sps else { return nil }
        var reader = BitReader(NALUnits.unescaped(unit.dropFirst(2)))
        self.init(reading: &reader)
    }

    /// Reads what follows the two header bytes up to the bit depths, and leaves `reader` after them; `nil` when it says
    /// the impossible.
    package init?(reading reader: inout BitReader) {
        self.vpsID = reader.bits(4)
        self.subLayersAbove = Int(reader.bits(3))
        self.codedWidth = 0
        self.codedHeight = 0
        reader.skip(1)
        self.readProfile(&reader, subLayers: self.subLayersAbove)
        self.id = reader.unsignedExpGolomb()
        self.chromaFormat = reader.unsignedExpGolomb()
        self.hasSeparatePlanes = self.chromaFormat == 3 ? reader.flag() : false
        let width = reader.unsignedExpGolomb()
        let height = reader.unsignedExpGolomb()
        let window = reader.flag() ? (0..<4).map { _ in reader.unsignedExpGolomb() } : [0, 0, 0, 0]
        self.bitDepthLuma = reader.unsignedExpGolomb() &+ 8
        self.bitDepthChroma = reader.unsignedExpGolomb() &+ 8
        guard reader.isValid, self.id < 16, self.chromaFormat < 4, self.bitDepthLuma <= 16, self.bitDepthChroma <= 16,
            (1...Self.sizeMax).contains(width), (1...Self.sizeMax).contains(height),
            window.allSatisfy({ $0 <= Self.sizeMax })
        else { return nil }
        let across = (self.chromaFormat == 1 || self.chromaFormat == 2) && !self.hasSeparatePlanes ? 2 : 1
        let down = self.chromaFormat == 1 && !self.hasSeparatePlanes ? 2 : 1
        self.codedWidth = Int(width)
        self.codedHeight = Int(height)
        self.width = max(0, Int(width) - (Int(window[0]) + Int(window[1])) * across)
        self.height = max(0, Int(height) - (Int(window[2]) + Int(window[3])) * down)
    }

    private mutating func readProfile(_ reader: inout BitReader, subLayers: Int) {
        self.profileSpace = reader.bits(2)
        self.isHighTier = reader.flag()
        self.profile = reader.bits(5)
        self.compatibility = reader.bits(32)
        self.constraints = (0..<6).map { _ in UInt8(truncatingIfNeeded: reader.bits(8)) }
        self.level = reader.bits(8)
        guard subLayers > 0 else { return }
        let present = (0..<8).map { layer in
            let flags = reader.bits(2)
            return layer < subLayers ? flags : 0
        }
        for flags in present {
            if flags & 0b10 != 0 { reader.skip(88) }
            if flags & 0b01 != 0 { reader.skip(8) }
        }
    }
}
