import MPEGTS

/// The pictures that a decoder keeps for reference, and the numbers they have.
///
/// Long-term references are seen but not followed. Source: ITU-T H.264, 8.2.4.1 (numbers) and 8.2.5 (marking).
struct H264References: Sendable {
    struct Reference: Hashable, Sendable {
        /// Counts the references of a stream, to know one again.
        var serial: UInt64
        var frameNum: UInt32
        /// The fields that may be referred to: bits of ``H264SliceHeader/Structure``.
        var fields: UInt8
        /// Where it is shown; `nil` for a frame that is only counted, since it never came.
        var order: Int?
    }

    typealias Layout = H264ParameterSets.Layout
    typealias Operation = H264SliceHeader.Marking.Operation

    /// In the order they were decoded.
    private(set) var list: [Reference] = []
    /// Whether something is kept for long; ends with the next IDR picture.
    private(set) var hasLongTerm = false
    /// `PrevRefFrameNum`; `nil` before the first picture.
    private(set) var frameNum: UInt32?
    private var serials: UInt64 = 0

    /// The whole frame that is shown last.
    var best: Reference? {
        self.list.filter { $0.fields == 3 && $0.order != nil }.max { ($0.order ?? .min) < ($1.order ?? .min) }
    }

    /// The whole frame to show in an empty place: the one before it, or else the one behind it, so that what is shown never
    /// goes back; `nil` where neither is kept.
    func nearest(to place: H264ShownPictures.Place) -> Reference? {
        let whole = self.list.filter { $0.fields == 3 }
        return whole.first { $0.order == place.between.lowerBound }
            ?? whole.first { $0.order == place.between.upperBound }
    }

    /// The `frame_num` of the next frame.
    func next(_ layout: Layout) -> UInt32 { ((self.frameNum ?? 0) &+ 1) % layout.frameNumMax }

    /// `FrameNumWrap` as a picture of number `frameNum` sees it.
    static func wrapped(_ reference: Reference, at frameNum: UInt32, _ layout: Layout) -> Int {
        Int(reference.frameNum) - (reference.frameNum > frameNum ? Int(layout.frameNumMax) : 0)
    }

    /// What a P slice has to subtract to have `reference` first in its list; `nil` where it stands there by itself.
    ///
    /// A field always says which field it means: that of its own parity.
    func distance(from header: H264SliceHeader, to reference: Reference, _ layout: Layout) -> Int? {
        let wrapped = Self.wrapped(reference, at: header.frameNum, layout)
        let back = Int(header.frameNum) - wrapped
        guard back > 0 else { return nil }
        guard header.structure == .frame else { return 2 * back }
        let newest = self.list.lazy.filter { $0.fields == 3 }.map { Self.wrapped($0, at: header.frameNum, layout) }
            .max()
        return newest == wrapped ? nil : back
    }

    /// Takes a picture as decoded.
    ///
    /// `isSecond`: whether it is the second field of the frame whose first came before it.
    mutating func advance(past header: H264SliceHeader, count: H264PictureOrder.Count, isSecond: Bool, _ layout: Layout)
    {
        if header.isIDR {
            self.list = []
            self.hasLongTerm = header.marking.isLongTerm
        } else if !isSecond {
            self.countMissing(before: header, layout)
        }
        guard header.isReference else { return }
        let joins = isSecond && self.list.last?.frameNum == header.frameNum && self.list.last?.order != nil
        if header.marking.isAdaptive {
            for operation in header.marking.operations { self.apply(operation, header, layout) }
        } else if !joins {
            self.slide(at: header.frameNum, layout)
        }
        self.frameNum = header.marking.clears ? 0 : header.frameNum
        if joins, let last = self.list.indices.last {
            self.list[last].fields |= header.structure.rawValue
            self.list[last].order = min(self.list[last].order ?? count.first, count.first)
        } else {
            self.add(frameNum: self.frameNum ?? 0, fields: header.structure.rawValue, order: count.first)
        }
    }

    /// Forgets everything: what comes next is another stream.
    mutating func clear() {
        self.list = []
        self.hasLongTerm = false
        self.frameNum = nil
    }

    /// The marking that does what `header` asks for as far as this list allows it.
    ///
    /// A picture that goes on after others than it was made for may forget what is not there, and keep more than fits.
    func possible(_ header: H264SliceHeader, isSecond: Bool, _ layout: Layout) -> H264SliceHeader.Marking {
        guard header.marking.isAdaptive, !header.marking.clears else { return header.marking }
        var after = self
        after.countMissing(before: header, layout)
        var marking = header.marking
        marking.operations = header.marking.operations.filter { operation in
            if operation.code == 2 { return after.hasLongTerm }
            return after.apply(operation, header, layout) || operation.code != 1
        }
        while !isSecond, after.list.count >= Self.room(layout), let oldest = after.oldest(at: header.frameNum, layout) {
            for operation in after.forgetting(oldest, header, layout) {
                marking.operations.append(operation)
                after.apply(operation, header, layout)
            }
            after.list.removeAll { $0.serial == oldest.serial }
        }
        return marking
    }

    private static func room(_ layout: Layout) -> Int { max(1, Int(layout.sps.referenceFramesMax)) }

    private mutating func add(frameNum: UInt32, fields: UInt8, order: Int?) {
        self.serials += 1
        self.list.append(Reference(serial: self.serials, frameNum: frameNum, fields: fields, order: order))
    }

    /// Counts the frames that should have come, as a decoder does; those it would have forgotten again are left out.
    ///
    /// Source: ITU-T H.264, 8.2.5.2.
    private mutating func countMissing(before header: H264SliceHeader, _ layout: Layout) {
        guard let frameNum = self.frameNum, header.frameNum != frameNum else { return }
        let missing = (header.frameNum &- frameNum &- 1) % layout.frameNumMax
        for back in stride(from: min(missing, layout.sps.referenceFramesMax), to: 0, by: -1) {
            let number = (header.frameNum &- back) % layout.frameNumMax
            self.slide(at: number, layout)
            self.add(frameNum: number, fields: 3, order: nil)
            self.frameNum = number
        }
    }

    /// Source: ITU-T H.264, 8.2.5.3.
    private mutating func slide(at frameNum: UInt32, _ layout: Layout) {
        while self.list.count >= Self.room(layout), let oldest = self.oldest(at: frameNum, layout) {
            self.list.removeAll { $0.serial == oldest.serial }
        }
    }

    private func oldest(at frameNum: UInt32, _ layout: Layout) -> Reference? {
        self.list.min { Self.wrapped($0, at: frameNum, layout) < Self.wrapped($1, at: frameNum, layout) }
    }

    /// Source: ITU-T H.264, 8.2.5.4; answers whether there was anything to do.
    @discardableResult
    private mutating func apply(_ operation: Operation, _ header: H264SliceHeader, _ layout: Layout) -> Bool {
        switch operation.code {
        case 1: return self.forget(header.pictureNumber - Int(operation.numbers.first ?? 0) - 1, header, layout)
        case 3, 6: self.hasLongTerm = true
        case 5:
            self.list = []
            self.hasLongTerm = false
        default: break
        }
        return true
    }

    /// Takes away the frame or field of one picture number.
    private mutating func forget(_ number: Int, _ header: H264SliceHeader, _ layout: Layout) -> Bool {
        let isFrame = header.structure == .frame
        let wrapped = isFrame ? number : number >> 1
        let parity = number & 1 == 1 ? header.structure : header.structure.opposite
        let fields = isFrame ? 3 : parity.rawValue
        guard
            let index = self.list.firstIndex(where: {
                Self.wrapped($0, at: header.frameNum, layout) == wrapped && $0.fields & fields == fields
            })
        else { return false }
        self.list[index].fields &= ~fields
        if self.list[index].fields == 0 { self.list.remove(at: index) }
        return true
    }

    /// The operations that take away all of `reference`.
    private func forgetting(_ reference: Reference, _ header: H264SliceHeader, _ layout: Layout) -> [Operation] {
        let wrapped = Self.wrapped(reference, at: header.frameNum, layout)
        let numbers =
            header.structure == .frame
            ? [wrapped]
            : [H264SliceHeader.Structure.top, .bottom].filter { reference.fields & $0.rawValue != 0 }
                .map { 2 * wrapped + ($0 == header.structure ? 1 : 0) }
        return numbers.map {
            Operation(code: 1, numbers: [UInt32(truncatingIfNeeded: header.pictureNumber - $0 - 1)])
        }
    }
}
