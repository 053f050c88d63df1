import MPEGTS
import Model

/// A stream that goes on after other pictures than it was made for, at a place that is no IDR picture.
extension H264PictureHolder {
    /// What pictures are renumbered by until the next IDR picture.
    struct Renumbering: Sendable {
        /// What `frame_num` grows by, modulo its range.
        var frameNum: UInt32
        /// What the count of order grows by.
        var order: Int
        /// The count as the source's own numbers have it.
        var source: H264PictureOrder
        /// When the first picture is shown; what is shown before it refers to pictures that never came.
        var start: Int64?
        /// The count of the first picture.
        var startOrder = 0
        /// What stood still before it, and is shown instead of those.
        var frozen: H264References.Reference?
        var frozenOrder = 0
        var frozenTime: Int64 = 0
    }

    /// The numbers with which `header` comes `pictures` after the latest picture.
    func renumbering(for header: H264SliceHeader, pictures: Int, _ layout: Layout) -> Renumbering {
        var source = H264PictureOrder()
        source.begin(with: header)
        let target = self.target(pictures: pictures, layout)
        return Renumbering(
            frameNum: (self.references.next(layout) &- header.frameNum) % layout.frameNumMax,
            order: target &- source.count(of: header, layout).first,
            source: source,
            startOrder: target,
            frozen: self.references.best,
            frozenOrder: self.references.best?.order ?? 0,
            frozenTime: self.shown.latest ?? 0
        )
    }

    /// Answers a picture with numbers that continue what was sent, or a copy of what stood still in its place.
    mutating func renumbered(_ picture: AccessUnit, _ reading: H264Reading, _ layout: Layout) -> AccessUnit {
        guard let first = reading.slices.first?.header else { return picture }
        let isFirst = self.isJoint
        let shownAt = (picture.pts?.ticks ?? picture.dts?.ticks).flatMap { Self.times.contains($0) ? $0 : nil }
        var renumbering =
            self.renumbering ?? Renumbering(frameNum: 0, order: 0, source: self.order)
        if isFirst {
            renumbering = self.renumbering(for: first, pictures: self.room(before: picture), layout)
            renumbering.start = shownAt
        }
        var sent = picture
        let isSecond = self.completes(self.shifted(first, by: renumbering, layout))
        let isLeading = !isFirst && (shownAt ?? .max) < (renumbering.start ?? .min)
        if isLeading, let frozen = self.copied(renumbering) {
            sent = self.replaced(picture, reading, &renumbering, by: frozen, layout)
        } else {
            sent.data = self.renumbered(picture.data, reading, &renumbering, layout)
        }
        let ends = reading.pictures.contains { $0.marking.clears }
        self.renumbering = ends ? nil : renumbering
        if !isLeading, picture.isRandomAccessPoint, first.kind == .i, !isSecond {
            self.point =
                picture.data.count > Self.pointSizeMax
                ? nil : Point(data: picture.data, layout: layout, hasSPS: reading.hasSPS)
        }
        self.place(sent, isSecond: isSecond, isContinuous: !isFirst)
        return sent
    }

    /// How many pictures after the latest one a random access point is shown, with room for those shown before it.
    private func room(before picture: AccessUnit) -> Int {
        guard let shownAt = picture.pts?.ticks ?? picture.dts?.ticks, let latest = self.shown.latest else { return 1 }
        let ticks = max(1, self.pictureTicks)
        let apart = (shownAt &- latest &+ ticks / 2) / ticks
        let reordered = (shownAt &- (picture.dts?.ticks ?? shownAt) &+ ticks / 2) / ticks
        return Int(min(max(apart, reordered + 1, 1), 1 << 15))
    }

    private func copied(_ renumbering: Renumbering) -> H264References.Reference? {
        let whole = self.references.list.filter { $0.fields == 3 && $0.order != nil }
        if let same = whole.first(where: { $0.serial == renumbering.frozen?.serial }) { return same }
        // The source forgot a picture of its own that has the number of ours; those before are the same.
        let before = whole.filter { ($0.order ?? .max) <= renumbering.frozenOrder }
        return before.max { ($0.order ?? .min) < ($1.order ?? .min) } ?? self.references.best
    }

    private func shifted(_ header: H264SliceHeader, by renumbering: Renumbering, _ layout: Layout) -> H264SliceHeader {
        var header = header
        header.frameNum = (header.frameNum &+ renumbering.frameNum) % layout.frameNumMax
        return header
    }

    /// The header a picture is sent with; its own goes into the source's count.
    private func numbered(
        _ header: H264SliceHeader,
        _ renumbering: inout Renumbering,
        _ layout: Layout
    ) -> H264SliceHeader {
        var new = self.shifted(header, by: renumbering, layout)
        let target = renumbering.source.count(of: header, layout).first &+ renumbering.order
        _ = renumbering.source.advance(past: header, layout)
        if layout.sps.pictureOrderType == 0 {
            let moved = UInt32(truncatingIfNeeded: Int(header.orderLSB) &+ renumbering.order)
            new.orderLSB = moved & UInt32(layout.orderLSBMax - 1)
        } else if layout.sps.pictureOrderType == 1, !layout.sps.deltaPictureOrderAlwaysZero {
            let change = target &- self.order.count(of: new, layout).first
            new.orderDelta = new.orderDelta &+ Int32(truncatingIfNeeded: change)
        }
        new.marking = self.references.possible(new, isSecond: self.completes(new), layout)
        return new
    }

    /// The data with every slice renumbered, its pictures tracked.
    mutating func renumbered(
        _ data: [UInt8],
        _ reading: H264Reading,
        _ renumbering: inout Renumbering,
        _ layout: Layout
    ) -> [UInt8] {
        var current: (old: H264SliceHeader, new: H264SliceHeader)?
        var headers: [H264SliceHeader] = []
        for slice in reading.slices {
            var new = slice.header
            if let known = current, known.old.structure == slice.header.structure {
                new.frameNum = known.new.frameNum
                new.orderLSB = known.new.orderLSB
                new.orderDelta = known.new.orderDelta
                new.marking = known.new.marking
            } else {
                new = self.numbered(slice.header, &renumbering, layout)
                current = (slice.header, new)
                self.track(new, layout)
            }
            headers.append(new)
        }
        var rest = headers[...]
        return self.edited(data, reading) { $0 = rest.popFirst() ?? $0 }
    }

    /// The data with each slice's header changed by `change`, which is called for each in order.
    func edited(_ data: [UInt8], _ reading: H264Reading, _ change: (inout H264SliceHeader) -> Void) -> [UInt8] {
        let units = NALUnits(data)
        var output: [UInt8] = []
        output.reserveCapacity(data.count + 64)
        var sent = 0
        for slice in reading.slices {
            var new = slice.header
            change(&new)
            guard let layout = self.parameters.layout(pps: new.ppsID), new != slice.header else { continue }
            let range = units.range(from: slice.place)
            output += data[sent..<range.lowerBound]
            output += H264SliceEdit(old: slice.header, new: new, layout: layout).apply(to: data[range])
            sent = range.upperBound
        }
        return output + data[sent...]
    }

    /// Copies of what stood still, with the numbers of a picture that can't be decoded.
    private mutating func replaced(
        _ picture: AccessUnit,
        _ reading: H264Reading,
        _ renumbering: inout Renumbering,
        by frozen: H264References.Reference,
        _ layout: Layout
    ) -> AccessUnit {
        var sent = picture
        sent.data = Self.delimiter
        sent.isRandomAccessPoint = false
        for old in reading.pictures {
            var header = self.numbered(old, &renumbering, layout)
            header.kind = .p
            sent.data += self.skip(header, of: frozen, layout) ?? []
            self.track(header, layout)
            // A copy is as good as what it copies, and is forgotten later.
            if header.isReference, let copy = self.references.list.last, copy.fields == 3 { renumbering.frozen = copy }
        }
        sent.pts = self.moved(sent, renumbering).map { MediaTime(ticks: $0) } ?? sent.pts
        return sent
    }

    /// When a replaced picture is shown: behind what stood still, even where its own time is taken.
    private func moved(_ picture: AccessUnit, _ renumbering: Renumbering) -> Int64? {
        guard let shownAt = picture.pts?.ticks, shownAt <= renumbering.frozenTime, let start = renumbering.start,
            start > renumbering.frozenTime
        else { return nil }
        let orders = Int64(max(1, renumbering.startOrder &- renumbering.frozenOrder))
        let place = Int64(min(max(1, self.pendingOrder &- renumbering.frozenOrder), Int(orders)))
        let time = renumbering.frozenTime &+ (start &- renumbering.frozenTime) &* place / orders
        return max(time, picture.dts?.ticks ?? time)
    }
}
