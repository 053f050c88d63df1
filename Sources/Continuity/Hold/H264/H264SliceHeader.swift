import MPEGTS

/// The header of an H.264 slice, as far as the order, numbering and marking of pictures depend on it.
///
/// Source: ITU-T H.264, 7.3.3.
struct H264SliceHeader: Hashable, Sendable {
    /// `slice_type` modulo 5.
    enum Kind: UInt32, Sendable { case p, b, i, sp, si }

    /// A frame, or one of its fields; a field's value is its bit in a set of two.
    enum Structure: UInt8, Sendable {
        case top = 1, bottom, frame

        var opposite: Structure { self == .top ? .bottom : self == .bottom ? .top : .frame }
    }

    /// What becomes of the pictures kept for reference: dec_ref_pic_marking.
    ///
    /// Source: ITU-T H.264, 7.3.3.3.
    struct Marking: Hashable, Sendable {
        struct Operation: Hashable, Sendable {
            /// `memory_management_control_operation`, 1…6.
            var code: UInt32
            /// What follows it: none, one or two numbers.
            var numbers: [UInt32] = []
        }

        var dropsEarlierOutput = false
        /// IDR only.
        var isLongTerm = false
        /// Whether ``operations`` count, and not the sliding window.
        var isAdaptive = false
        var operations: [Operation] = []

        /// Whether everything before is forgotten, and numbers start again (operation 5).
        var clears: Bool { self.isAdaptive && self.operations.contains { $0.code == 5 } }
    }

    /// Where fields stand, in bits from the beginning of the NAL unit, its header byte counted, without emulation prevention.
    struct Places: Hashable, Sendable {
        var frameNum = 0
        var idrID = 0..<0
        var orderLSB = 0
        var orderDelta = 0..<0
        var marking = 0..<0
        /// The end of the header; with CABAC, alignment follows.
        var end = 0
    }

    /// `nal_ref_idc`, 0…3.
    var referenceIDC: UInt8
    var isIDR = false
    var firstMacroblock: UInt32 = 0
    var kind = Kind.p
    var ppsID: UInt32
    var frameNum: UInt32 = 0
    var structure = Structure.frame
    var idrID: UInt32 = 0
    /// `pic_order_cnt_lsb`; order type 0.
    var orderLSB: UInt32 = 0
    /// `delta_pic_order_cnt_bottom`; order type 0.
    var orderDeltaBottom: Int32 = 0
    /// `delta_pic_order_cnt[0]`; order type 1.
    var orderDelta: Int32 = 0
    /// `delta_pic_order_cnt[1]`; order type 1.
    var orderDeltaBottomOfFrame: Int32 = 0
    var isRedundant = false
    var marking = Marking()
    var places = Places()

    var isReference: Bool { self.referenceIDC != 0 }
    /// `CurrPicNum`: what differences of picture numbers count from.
    var pictureNumber: Int { self.structure == .frame ? Int(self.frameNum) : 2 * Int(self.frameNum) + 1 }

    init(ppsID: UInt32, referenceIDC: UInt8, frameNum: UInt32, structure: Structure = .frame) {
        self.ppsID = ppsID
        self.referenceIDC = referenceIDC
        self.frameNum = frameNum
        self.structure = structure
    }
}

extension H264SliceHeader {
    /// Bytes that hold nearly every slice header, and every one: 2 × 32 weights of three planes.
    private static let looks = [96, 2_048]
    /// Operations of a list or marking at most: twice 32 fields and one of each other kind.
    private static let operationsMax = 66

    /// Reads the head of a slice's NAL unit, whose end need not be known; `nil` when it makes no sense.
    init?(_ unit: ArraySlice<UInt8>, parameters: H264ParameterSets) {
        for look in Self.looks {
            let bytes = NALUnits.unescaped(unit, limit: look)
            if let header = Self(unescaped: bytes, parameters: parameters) {
                self = header
                return
            }
            if bytes.count < look { return nil }
        }
        return nil
    }

    private init?(unescaped bytes: [UInt8], parameters: H264ParameterSets) {
        guard let first = bytes.first else { return nil }
        var reader = BitReader(bytes)
        reader.skip(8)
        let firstMacroblock = reader.unsignedExpGolomb()
        let kind = Kind(rawValue: reader.unsignedExpGolomb() % 5)
        let ppsID = reader.unsignedExpGolomb()
        guard reader.isValid, let kind, let layout = parameters.layout(pps: ppsID) else { return nil }
        self.init(ppsID: ppsID, referenceIDC: first >> 5 & 3, frameNum: 0)
        self.isIDR = H264.type(first) == H264.UnitType.idr
        self.firstMacroblock = firstMacroblock
        self.kind = kind
        self.readNumbers(&reader, layout)
        let isReadable = self.skipReferences(&reader, layout)
        self.places.marking = reader.position..<reader.position
        if self.isReference { self.readMarking(&reader) }
        self.skipRest(&reader, layout)
        self.places.end = reader.position
        guard isReadable, reader.isValid else { return nil }
    }

    private mutating func readNumbers(_ reader: inout BitReader, _ layout: H264ParameterSets.Layout) {
        if layout.sps.separateColourPlanes { reader.skip(2) }
        self.places.frameNum = reader.position
        self.frameNum = reader.bits(Int(layout.sps.frameNumBits))
        if !layout.sps.frameMacroblocksOnly, reader.flag() { self.structure = reader.flag() ? .bottom : .top }
        if self.isIDR {
            let start = reader.position
            self.idrID = reader.unsignedExpGolomb()
            self.places.idrID = start..<reader.position
        }
        let hasBottom = layout.pps.hasBottomFieldPictureOrder && self.structure == .frame
        if layout.sps.pictureOrderType == 0 {
            self.places.orderLSB = reader.position
            self.orderLSB = reader.bits(Int(layout.sps.pictureOrderBits))
            if hasBottom { self.orderDeltaBottom = reader.signedExpGolomb() }
        } else if layout.sps.pictureOrderType == 1, !layout.sps.deltaPictureOrderAlwaysZero {
            let start = reader.position
            self.orderDelta = reader.signedExpGolomb()
            self.places.orderDelta = start..<reader.position
            if hasBottom { self.orderDeltaBottomOfFrame = reader.signedExpGolomb() }
        }
        if layout.pps.hasRedundantPictureCount { self.isRedundant = reader.unsignedExpGolomb() != 0 }
    }

    /// Passes over the lists and their weights; answers whether their sizes are possible.
    private func skipReferences(_ reader: inout BitReader, _ layout: H264ParameterSets.Layout) -> Bool {
        if self.kind == .b { reader.skip(1) }
        guard self.kind != .i, self.kind != .si else { return true }
        var counts = [layout.pps.referencesDefault0, layout.pps.referencesDefault1]
        if reader.flag() {
            counts[0] = reader.unsignedExpGolomb() &+ 1
            if self.kind == .b { counts[1] = reader.unsignedExpGolomb() &+ 1 }
        }
        if self.kind != .b { counts.removeLast() }
        guard reader.isValid, counts.allSatisfy({ (1...32).contains($0) }) else { return false }
        for _ in counts where reader.flag() {
            var left = Self.operationsMax
            while reader.isValid, reader.unsignedExpGolomb() != 3, left > 0 {
                _ = reader.unsignedExpGolomb()
                left -= 1
            }
        }
        let isWeighted = self.kind == .b ? layout.pps.weightedBiprediction == 1 : layout.pps.weightedPrediction
        if isWeighted { Self.skipWeights(&reader, counts, hasChroma: layout.hasChroma) }
        return reader.isValid
    }

    /// Source: ITU-T H.264, 7.3.3.2.
    private static func skipWeights(_ reader: inout BitReader, _ counts: [UInt32], hasChroma: Bool) {
        _ = reader.unsignedExpGolomb()
        if hasChroma { _ = reader.unsignedExpGolomb() }
        for _ in 0..<counts.reduce(0, +) where reader.isValid {
            if reader.flag() { for _ in 0..<2 { _ = reader.signedExpGolomb() } }
            if hasChroma, reader.flag() { for _ in 0..<4 { _ = reader.signedExpGolomb() } }
        }
    }

    private mutating func readMarking(_ reader: inout BitReader) {
        let start = reader.position
        if self.isIDR {
            self.marking.dropsEarlierOutput = reader.flag()
            self.marking.isLongTerm = reader.flag()
        } else {
            self.marking.isAdaptive = reader.flag()
            while self.marking.isAdaptive, reader.isValid, self.marking.operations.count < Self.operationsMax {
                let code = reader.unsignedExpGolomb()
                guard code != 0 else { break }
                let count = code == 3 ? 2 : code == 5 ? 0 : 1
                self.marking.operations.append(
                    .init(code: code, numbers: (0..<count).map { _ in reader.unsignedExpGolomb() })
                )
            }
        }
        self.places.marking = start..<reader.position
    }

    private func skipRest(_ reader: inout BitReader, _ layout: H264ParameterSets.Layout) {
        if layout.pps.isCABAC, self.kind != .i, self.kind != .si { _ = reader.unsignedExpGolomb() }
        _ = reader.signedExpGolomb()
        if self.kind == .sp { reader.skip(1) }
        if self.kind == .sp || self.kind == .si { _ = reader.signedExpGolomb() }
        if layout.pps.hasDeblockingControl, reader.unsignedExpGolomb() != 1 {
            for _ in 0..<2 { _ = reader.signedExpGolomb() }
        }
    }
}

extension H264SliceHeader.Marking {
    /// Writes dec_ref_pic_marking of a picture that is no IDR picture.
    func write(into writer: inout BitWriter) {
        writer.flag(self.isAdaptive)
        guard self.isAdaptive else { return }
        for operation in self.operations {
            writer.unsignedExpGolomb(operation.code)
            for number in operation.numbers { writer.unsignedExpGolomb(number) }
        }
        writer.unsignedExpGolomb(0)
    }
}
