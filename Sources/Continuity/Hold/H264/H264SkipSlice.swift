import MPEGTS

/// A slice in which every macroblock of a picture is skipped: a copy of one picture, in some bytes.
///
/// A skipped macroblock takes its vector from its neighbours and is still where they are or are none, so by induction
/// all of them are; with nothing coded, nothing differs. Source: ITU-T H.264, 7.3.3 (header), 7.3.4 (data), 8.4.1.1.
struct H264SkipSlice: Sendable {
    var header: H264SliceHeader
    /// What to subtract from the picture's own number to have the one that is copied; `nil` where the list begins with it.
    var distance: Int?

    /// `cabac_init_idc` and QP that make a skipped macroblock the more probable value from the first one on.
    private static let contextTable: UInt32 = 2
    private static let contextQP: Int32 = 51

    /// The NAL unit, without start code.
    func unit(_ layout: H264ParameterSets.Layout, _ skipped: inout SkippedMacroblocks) -> [UInt8] {
        var writer = BitWriter()
        self.writeNumbers(into: &writer, layout)
        self.writeReferences(into: &writer, layout)
        if self.header.isReference { self.header.marking.write(into: &writer) }
        if layout.pps.isCABAC { writer.unsignedExpGolomb(Self.contextTable) }
        writer.signedExpGolomb(layout.pps.isCABAC ? Self.contextQP &- layout.pps.initialQP : 0)
        if layout.pps.hasDeblockingControl { writer.unsignedExpGolomb(1) }
        let isFrame = self.header.structure == .frame
        let macroblocks = isFrame ? layout.sps.frameMacroblocks : layout.sps.frameMacroblocks / 2
        if layout.pps.isCABAC {
            writer.align(with: 1)
            writer.append(
                skipped.arithmetic(
                    macroblocks: macroblocks,
                    inPairs: isFrame && layout.sps.macroblockAdaptiveFrameField
                )
            )
        } else {
            writer.unsignedExpGolomb(macroblocks)
            writer.trailingBits()
        }
        return writer.nalUnit(header: [self.header.referenceIDC << 5 | H264.UnitType.slice])
    }

    private func writeNumbers(into writer: inout BitWriter, _ layout: H264ParameterSets.Layout) {
        writer.unsignedExpGolomb(0)
        // P, as all slices of the picture.
        writer.unsignedExpGolomb(5)
        writer.unsignedExpGolomb(self.header.ppsID)
        writer.bits(self.header.frameNum, Int(layout.sps.frameNumBits))
        let isFrame = self.header.structure == .frame
        if !layout.sps.frameMacroblocksOnly {
            writer.flag(!isFrame)
            if !isFrame { writer.flag(self.header.structure == .bottom) }
        }
        let hasBottom = layout.pps.hasBottomFieldPictureOrder && isFrame
        if layout.sps.pictureOrderType == 0 {
            writer.bits(self.header.orderLSB, Int(layout.sps.pictureOrderBits))
            if hasBottom { writer.signedExpGolomb(self.header.orderDeltaBottom) }
        } else if layout.sps.pictureOrderType == 1, !layout.sps.deltaPictureOrderAlwaysZero {
            writer.signedExpGolomb(self.header.orderDelta)
            if hasBottom { writer.signedExpGolomb(self.header.orderDeltaBottomOfFrame) }
        }
        if layout.pps.hasRedundantPictureCount { writer.unsignedExpGolomb(0) }
    }

    private func writeReferences(into writer: inout BitWriter, _ layout: H264ParameterSets.Layout) {
        // One reference, whatever the stream's usual number.
        writer.flag(true)
        writer.unsignedExpGolomb(0)
        writer.flag(self.distance != nil)
        if let distance = self.distance {
            writer.unsignedExpGolomb(0)
            writer.unsignedExpGolomb(UInt32(truncatingIfNeeded: max(1, distance) - 1))
            writer.unsignedExpGolomb(3)
        }
        guard layout.pps.weightedPrediction else { return }
        writer.unsignedExpGolomb(0)
        if layout.hasChroma { writer.unsignedExpGolomb(0) }
        writer.flag(false)
        if layout.hasChroma { writer.flag(false) }
    }
}

/// The slice data of pictures that are skipped whole, arithmetically coded: the same for every picture of one size.
struct SkippedMacroblocks: Sendable {
    private struct Size: Hashable {
        var macroblocks: UInt32
        var inPairs: Bool
    }

    private var known: [Size: [UInt8]] = [:]

    /// Skip flags of `macroblocks`, each followed by the end-of-slice flag; where macroblocks come `inPairs`, each pair.
    ///
    /// Source: ITU-T H.264, 7.3.4, 9.3.1.1 (Table 9-13, ctxIdx 11).
    mutating func arithmetic(macroblocks: UInt32, inPairs: Bool) -> [UInt8] {
        let size = Size(macroblocks: macroblocks, inPairs: inPairs)
        if let bytes = self.known[size] { return bytes }
        var encoder = ArithmeticEncoder()
        // All neighbours are skipped or are none, so this is the only context.
        var context = ArithmeticEncoder.Context(slope: 29, offset: 16, qp: 51)
        for index in 0..<macroblocks {
            encoder.encode(true, context: &context)
            if !inPairs || index & 1 == 1 { encoder.encodeTerminate(index == macroblocks - 1) }
        }
        // Frame and field of one stream; another stream begins anew.
        if self.known.count >= 4 { self.known = [:] }
        self.known[size] = encoder.bytes
        return encoder.bytes
    }
}
