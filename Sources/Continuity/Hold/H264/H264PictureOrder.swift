import MPEGTS

/// Counts the order in which pictures are shown, as a decoder does.
///
/// Source: ITU-T H.264, 8.2.1.
struct H264PictureOrder: Sendable {
    /// TopFieldOrderCnt and BottomFieldOrderCnt; of a field, both are its own.
    struct Count: Hashable, Sendable {
        var top: Int
        var bottom: Int

        /// PicOrderCnt of the picture.
        var first: Int { min(self.top, self.bottom) }
        var last: Int { max(self.top, self.bottom) }
    }

    typealias Layout = H264ParameterSets.Layout

    /// Type 0: prevPicOrderCntMsb and prevPicOrderCntLsb.
    private var msb = 0
    private var lsb = 0
    /// Types 1 and 2: prevFrameNumOffset and prevFrameNum.
    private var offset = 0
    private var frameNum: UInt32 = 0

    /// Where a picture with this header stands.
    func count(of header: H264SliceHeader, _ layout: Layout) -> Count {
        switch layout.sps.pictureOrderType {
        case 0:
            let value = self.msb(of: header, layout) + Int(header.orderLSB)
            return Count(top: value, bottom: value + (header.structure == .frame ? Int(header.orderDeltaBottom) : 0))
        case 1:
            let value = self.expected(header, layout) &+ Int(header.orderDelta)
            guard header.structure == .frame else { return Count(top: value, bottom: value) }
            let below = Int(layout.sps.offsetForTopToBottomField) + Int(header.orderDeltaBottomOfFrame)
            return Count(top: value, bottom: value &+ below)
        default:
            let number = 2 * (self.offset(of: header, layout) + Int(header.frameNum))
            let value = header.isIDR ? 0 : header.isReference ? number : number - 1
            return Count(top: value, bottom: value)
        }
    }

    /// Takes the picture with this header as the one decoded last; answers its count as later pictures see it.
    mutating func advance(past header: H264SliceHeader, _ layout: Layout) -> Count {
        var count = self.count(of: header, layout)
        let clears = header.marking.clears
        if layout.sps.pictureOrderType == 0 {
            if header.isReference { self.msb = self.msb(of: header, layout) }
            if header.isReference { self.lsb = Int(header.orderLSB) }
        } else {
            self.offset = clears ? 0 : self.offset(of: header, layout)
            self.frameNum = clears ? 0 : header.frameNum
        }
        if clears {
            // Operation 5: the picture itself counts from 0 afterwards (8.2.1).
            count = Count(top: count.top &- count.first, bottom: count.bottom &- count.first)
            self.msb = 0
            self.lsb = header.structure == .bottom ? 0 : count.top
        }
        return count
    }

    /// Writes into `header` that its picture stands at `target`; answers whether that can be said.
    ///
    /// `below`: how far the bottom field of a frame lies behind its top field.
    func place(_ header: inout H264SliceHeader, at target: Int, below: Int, _ layout: Layout) -> Bool {
        switch layout.sps.pictureOrderType {
        case 0:
            let hasBottom = layout.pps.hasBottomFieldPictureOrder && header.structure == .frame
            header.orderDeltaBottom = hasBottom ? Int32(truncatingIfNeeded: below) : 0
            let top = hasBottom ? target &- min(0, below) : target
            header.orderLSB = UInt32(truncatingIfNeeded: top) & UInt32(layout.orderLSBMax - 1)
        case 1:
            guard !layout.sps.deltaPictureOrderAlwaysZero else { break }
            header.orderDelta = 0
            header.orderDeltaBottomOfFrame = 0
            header.orderDelta = Int32(truncatingIfNeeded: target &- self.count(of: header, layout).first)
        default: break
        }
        return self.count(of: header, layout).first == target
    }

    /// The highest count that the next picture can have.
    func reach(_ layout: Layout) -> Int {
        layout.sps.pictureOrderType == 0 ? self.msb + self.lsb + layout.orderLSBMax / 2 - 1 : .max
    }

    /// Takes the number the source's next picture has for the first.
    mutating func begin(with header: H264SliceHeader) {
        self = H264PictureOrder()
        self.lsb = Int(header.orderLSB)
        self.frameNum = header.frameNum
    }

    private func msb(of header: H264SliceHeader, _ layout: Layout) -> Int {
        if header.isIDR { return 0 }
        let lsb = Int(header.orderLSB)
        let half = layout.orderLSBMax / 2
        if lsb < self.lsb, self.lsb - lsb >= half { return self.msb + layout.orderLSBMax }
        if lsb > self.lsb, lsb - self.lsb > half { return self.msb - layout.orderLSBMax }
        return self.msb
    }

    private func offset(of header: H264SliceHeader, _ layout: Layout) -> Int {
        if header.isIDR { return 0 }
        return self.offset + (self.frameNum > header.frameNum ? Int(layout.frameNumMax) : 0)
    }

    /// expectedPicOrderCnt of the picture's top field, or of its only one.
    private func expected(_ header: H264SliceHeader, _ layout: Layout) -> Int {
        let cycle = layout.sps.offsetsForReferenceFrame.map(Int.init)
        var number = cycle.isEmpty ? 0 : self.offset(of: header, layout) + Int(header.frameNum)
        if !header.isReference, number > 0 { number -= 1 }
        var count = 0
        if number > 0, !cycle.isEmpty {
            count = (number - 1) / cycle.count &* cycle.reduce(0, +)
            count = count &+ cycle.prefix((number - 1) % cycle.count + 1).reduce(0, +)
        }
        if !header.isReference { count = count &+ Int(layout.sps.offsetForNonReferencePicture) }
        if header.structure == .bottom { count = count &+ Int(layout.sps.offsetForTopToBottomField) }
        return count
    }
}
