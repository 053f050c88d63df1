package import MPEGTS
import Model

/// The pictures of a hold.
extension H264PictureHolder {
    /// `nal_ref_idc` of a held picture.
    private static let referenceIDC: UInt8 = 1
    /// An access unit delimiter that announces I and P slices, and its start code.
    static let delimiter: [UInt8] = [0, 0, 0, 1, 9, 0x30]

    package mutating func fill() -> [AccessUnit] {
        guard self.obstacle == nil, let layout = self.layout else { return [] }
        var units: [AccessUnit] = []
        if let field = self.openField, let unit = self.completed(field, layout) { units.append(unit) }
        let ticks = self.pictureTicks
        for place in self.shown.empty(after: (self.frameTime ?? 0) + ticks / 2, ticks) {
            var header = H264SliceHeader(
                ppsID: layout.pps.id,
                referenceIDC: 0,
                frameNum: self.references.next(layout)
            )
            guard self.order.place(&header, at: place.order, below: self.fieldDistance, layout),
                let slice = self.skip(header, of: self.references.nearest(to: place), layout)
            else { continue }
            self.track(header, layout)
            units += self.unit(Self.delimiter + slice, shownAt: place.time).map { [$0] } ?? []
        }
        return units
    }

    package mutating func held(parameterSets: Bool) -> AccessUnit? {
        guard self.obstacle == nil, let layout = self.layout, let next = self.nextPresentation else { return nil }
        self.openField = nil
        var header = H264SliceHeader(
            ppsID: layout.pps.id,
            referenceIDC: Self.referenceIDC,
            frameNum: self.references.next(layout)
        )
        _ = self.order.place(&header, at: self.target(pictures: 1, layout), below: self.fieldDistance, layout)
        guard let slice = self.skip(header, layout) else { return nil }
        self.track(header, layout)
        let sets = parameterSets ? self.parameters.annexB(of: layout) : []
        return self.unit(Self.delimiter + sets + slice, shownAt: next.ticks)
    }

    package mutating func restart() -> AccessUnit? {
        guard let point = self.point, let next = self.nextPresentation, self.frameTime != nil else { return nil }
        let reading = H264Reading(point.data, &self.parameters, isWhole: true)
        guard reading.obstacle == nil, let first = reading.slices.first?.header else { return nil }
        self.openField = nil
        self.layout = point.layout
        var data = point.data
        if first.isIDR {
            if let last = self.lastIDR, last == first.idrID {
                data = self.edited(data, reading) { if $0.isIDR { $0.idrID = last == 0 ? 1 : 0 } }
            }
            var pictures = reading.pictures
            if data != point.data { pictures[0].idrID = first.idrID == 0 ? 1 : 0 }
            for header in pictures { self.track(header, point.layout) }
        } else {
            var renumbering = self.renumbering(for: first, pictures: 1, point.layout)
            data = self.renumbered(data, reading, &renumbering, point.layout)
        }
        if !point.hasSPS {
            data = Self.delimiter + self.parameters.annexB(of: point.layout) + Self.withoutDelimiter(data)
        }
        if let field = self.openField { data += self.opposite(of: field, point.layout) ?? [] }
        guard var unit = self.unit(data, shownAt: next.ticks) else { return nil }
        unit.isRandomAccessPoint = true
        return unit
    }

    // MARK: Parts

    /// The order of a picture shown `pictures` after the latest one.
    func target(pictures: Int, _ layout: Layout) -> Int {
        let step = self.shown.step(self.pictureTicks)
        let wanted = max(self.newest.top &+ step &* max(1, pictures), self.newest.bottom &+ 1)
        return min(wanted, self.order.reach(layout))
    }

    /// A slice, with start code, that copies `reference`, or what is shown last; `nil` when there is nothing to copy.
    mutating func skip(
        _ header: H264SliceHeader,
        of reference: H264References.Reference? = nil,
        _ layout: Layout
    ) -> [UInt8]? {
        guard let reference = reference ?? self.references.best else { return nil }
        let distance = self.references.distance(from: header, to: reference, layout)
        return [0, 0, 0, 1] + H264SkipSlice(header: header, distance: distance).unit(layout, &self.skipped)
    }

    /// The second field of a frame whose first came alone.
    private mutating func completed(_ field: OpenField, _ layout: Layout) -> AccessUnit? {
        guard let slice = self.opposite(of: field, layout) else { return nil }
        let half = self.pictureTicks / 2
        let shownAt = (field.time ?? self.shown.latest ?? 0) + half
        let decodedAt = min((self.unitTime ?? 0) + half, shownAt)
        return self.unit(Self.delimiter + slice, shownAt: shownAt, decodedAt: decodedAt, isSecond: true)
    }

    /// A copy of a field as the other one of its frame; a field that nothing may refer to gets one of the picture before.
    private mutating func opposite(of field: OpenField, _ layout: Layout) -> [UInt8]? {
        var header = H264SliceHeader(
            ppsID: layout.pps.id,
            referenceIDC: field.header.referenceIDC,
            frameNum: field.header.frameNum,
            structure: field.header.structure.opposite
        )
        let target = field.order &+ max(1, abs(self.fieldDistance))
        _ = self.order.place(&header, at: target, below: 0, layout)
        // Numbers of fields of the other parity are even, so the first field is one less.
        let own = H264SkipSlice(header: header, distance: 1)
        let slice =
            field.header.isReference
            ? [0, 0, 0, 1] + own.unit(layout, &self.skipped) : self.skip(header, layout)
        guard let slice else { return nil }
        self.track(header, layout)
        return slice
    }

    /// An access unit of ours, a picture after the last one in decoding time.
    private mutating func unit(
        _ data: [UInt8],
        shownAt: Int64,
        decodedAt: Int64? = nil,
        isSecond: Bool = false
    ) -> AccessUnit? {
        guard let carrier = self.carrier, let last = self.unitTime, let frame = self.frameTime else { return nil }
        let wanted = decodedAt ?? min(frame &+ self.pictureTicks, shownAt)
        let decoding = max(last &+ 1, wanted)
        let unit = AccessUnit(
            pid: carrier.pid,
            pts: MediaTime(ticks: max(shownAt, decoding)),
            dts: MediaTime(ticks: decoding),
            isRandomAccessPoint: false,
            data: data,
            streamID: carrier.streamID
        )
        self.place(unit, isSecond: isSecond, isContinuous: false)
        self.isJoint = true
        return unit
    }

    private static func withoutDelimiter(_ data: [UInt8]) -> [UInt8] {
        var units = NALUnits(data)
        guard let first = units.nextHeader(), H264.type(data[first]) == H264.UnitType.accessUnitDelimiter,
            let next = units.nextHeader()
        else { return data }
        return [0] + data[(next - 3)...]
    }
}
