import MPEGTS

/// Writes pictures that are a copy of another, as one slice with the stream's own parameter sets.
///
/// Source: ITU-T H.265, 7.3.6.1 (slice segment header), 7.3.6.3 (prediction weights), 7.3.7 (reference picture set).
struct HEVCSkipSlice: Sendable {
    /// How far apart in picture order picture and reference can be (7.4.8: delta_poc_s0_minus1).
    private static let distanceMax = 1 << 15
    /// Trailing picture that others may refer to, one that none does, leading picture that none refers to.
    static let trailing: UInt8 = 1
    static let trailingUnused: UInt8 = 0
    static let leadingUnused: UInt8 = 6
    /// An access unit delimiter for pictures of any slice type.
    static let delimiter: [UInt8] = [0, 0, 0, 1, 0x46, 0x01, 0x50]

    private let sequence: HEVCSequence
    private let picture: HEVCPicture
    /// The slice data, without emulation prevention, and the size of each of its rows with it.
    private let data: [UInt8]
    private let rowSizes: [Int]

    /// O(n) in the blocks of the picture; keep it.
    init(_ sequence: HEVCSequence, _ picture: HEVCPicture) {
        self.sequence = sequence
        self.picture = picture
        let rows = HEVCSkipData.rows(sequence, picture)
        self.data = Array(rows.joined())
        // Each row ends with a byte that is not 0, so no emulation is prevented across rows.
        self.rowSizes = rows.map { NALUnits.escaped($0).count }
    }

    /// The access unit of a picture at `order` that copies the one at `reference`; `nil` when they are too far apart.
    ///
    /// `others`: pictures that stay in the decoder and are not referred to. Some decoders let go of what a picture does not
    /// name while they still decode the one before it (libde265 1.0.11).
    func accessUnit(
        type: UInt8,
        order: Int,
        reference: Int,
        others: [Int] = [],
        parameterSets: [UInt8] = []
    ) -> [UInt8]? {
        guard order != reference, abs(order - reference) <= Self.distanceMax else { return nil }
        let others = others.filter { $0 != order && $0 != reference && abs(order - $0) <= Self.distanceMax }
            .suffix(max(0, self.sequence.picturesKept - 1))
        var writer = BitWriter()
        // first_slice_segment_in_pic_flag
        writer.flag(true)
        writer.unsignedExpGolomb(self.picture.id)
        writer.bits(0, self.picture.extraBits)
        // slice_type P
        writer.unsignedExpGolomb(1)
        if self.picture.hasOutputFlag { writer.flag(true) }
        self.writeReferences(&writer, order: order, reference: reference, others: Array(others))
        self.writePrediction(&writer)
        self.writeFilters(&writer)
        self.writeRows(&writer)
        if self.picture.hasHeaderExtension { writer.unsignedExpGolomb(0) }
        writer.trailingBits()
        writer.append(self.data)
        return Self.delimiter + parameterSets + [0, 0, 0, 1] + writer.nalUnit(header: [type << 1, 1])
    }

    private func writeReferences(_ writer: inout BitWriter, order: Int, reference: Int, others: [Int]) {
        writer.bits(UInt32(truncatingIfNeeded: order), self.sequence.pictureOrderBits)
        // A set of its own, not told as the difference to another: one picture that is used.
        writer.flag(false)
        if !self.sequence.shortTermSets.isEmpty { writer.flag(false) }
        let named = [reference] + others
        let before = named.filter { $0 < order }.sorted(by: >)
        let after = named.filter { $0 > order }.sorted(by: <)
        writer.unsignedExpGolomb(UInt32(before.count))
        writer.unsignedExpGolomb(UInt32(after.count))
        for side in [before, after] {
            for (from, to) in zip([order] + side, side) {
                writer.unsignedExpGolomb(UInt32(abs(to - from) - 1))
                writer.flag(to == reference)
            }
        }
        if self.sequence.hasLongTermPictures {
            if self.sequence.longTermListed > 0 { writer.unsignedExpGolomb(0) }
            writer.unsignedExpGolomb(0)
        }
        if self.sequence.hasTemporalVectors { writer.flag(false) }
    }

    private func writePrediction(_ writer: inout BitWriter) {
        let hasChroma = self.sequence.hasChroma
        if self.sequence.hasAdaptiveOffset { writer.bits(0, hasChroma ? 2 : 1) }
        // num_ref_idx_active_override_flag: one reference.
        writer.flag(true)
        writer.unsignedExpGolomb(0)
        // Blocks have the contexts of initType 1.
        if self.picture.hasInitialisationFlag { writer.flag(false) }
        if self.picture.weightedPrediction {
            writer.unsignedExpGolomb(0)
            if hasChroma { writer.signedExpGolomb(0) }
            writer.bits(0, hasChroma ? 2 : 1)
        }
        // five_minus_max_num_merge_cand: with one candidate its index is never coded.
        writer.unsignedExpGolomb(4)
    }

    private func writeFilters(_ writer: inout BitWriter) {
        writer.signedExpGolomb(Int32(HEVCSkipData.qp - self.picture.initialQP))
        if self.picture.hasChromaOffsets {
            writer.signedExpGolomb(0)
            writer.signedExpGolomb(0)
        }
        if self.picture.hasChromaOffsetLists { writer.flag(false) }
        // Without a difference between blocks there is nothing to deblock; saying so spares decoders the look.
        if self.picture.hasDeblockingOverride { writer.bits(0b11, 2) }
        let isDeblockingDisabled = self.picture.hasDeblockingOverride || self.picture.isDeblockingDisabled
        if self.picture.filtersAcrossSlices, !isDeblockingDisabled { writer.flag(false) }
    }

    /// The entry points of all rows but the first.
    private func writeRows(_ writer: inout BitWriter) {
        guard self.picture.hasWavefronts else { return }
        let sizes = self.rowSizes.dropLast()
        writer.unsignedExpGolomb(UInt32(sizes.count))
        guard let largest = sizes.max() else { return }
        let bits = max(1, HEVCSliceHead.ceilingLog2(largest))
        writer.unsignedExpGolomb(UInt32(bits - 1))
        for size in sizes { writer.bits(UInt32(size - 1), bits) }
    }
}
