package import MPEGTS
package import Model

/// Holds the last picture of an HEVC track with pictures in which every block is skipped.
///
/// Each names the pictures it needs itself, so nothing of the stream has to be renumbered: where decoding can go on only
/// at a CRA picture, that becomes BLA, and pictures that lead it and refer to lost ones become copies of it.
/// Source: ITU-T H.265, 8.3.1, 8.3.2, C.5.2.2.
package struct HEVCPictureHolder: PictureHolder {
    /// Profiles up to high throughput: main, main 10, main still picture, format range extensions.
    private static let profiles: ClosedRange<UInt32> = 1...5
    /// Samples of luma of the largest picture of level 6.2 (Table A.8).
    private static let samplesMax = 35_651_584

    private var sets = ParameterSets(codec: .hevc)
    private var sequences: [UInt32: HEVCSequence] = [:]
    private var pictures: [UInt32: HEVCPicture] = [:]
    /// Writers of skipped pictures by picture parameter set.
    private var slices: [UInt32: HEVCSkipSlice] = [:]
    private var order = HEVCPictureOrder()
    private var times = HeldTimes()
    /// The last picture passed, without its bytes.
    private var last: AccessUnit?
    /// How its first slice begins; `nil` when that could not be read.
    private var head: HEVCSliceHead?
    private var randomAccessPoint: AccessUnit?
    /// Whether pictures of these parameter sets referred to long-term reference pictures.
    private var hasLongTermPictures = false
    private var isResuming = false
    /// Whether leading pictures refer to what was never sent.
    private var isJoined = false
    /// Where the hold before the last resumption ended.
    private var heldUntil: MediaTime?

    package init() {}

    package mutating func passed(_ picture: AccessUnit) -> AccessUnit {
        var picture = picture
        if self.sets.observe(picture.data) { self.readSets() }
        let end = HEVCRandomAccess.withoutEnd(picture.data)
        if let end { picture.data = end }
        self.head = self.readHead(picture.data)
        if self.head?.hasLongTermPictures == true { self.hasLongTermPictures = true }
        if let head = self.head, let bits = self.sequence(head.pictureID)?.pictureOrderBits {
            picture = self.placed(picture, head, bits: bits)
        }
        // The decoder is not told that a sequence ends, since the hold may begin here; the next picture is joined on.
        if end != nil { self.isResuming = true }
        self.times.sent(picture)
        self.last = AccessUnit(
            pid: picture.pid,
            pts: picture.pts,
            dts: picture.dts,
            isRandomAccessPoint: picture.isRandomAccessPoint,
            data: [],
            streamID: picture.streamID
        )
        return picture
    }

    package var obstacle: String? {
        guard let head = self.head, let picture = self.pictures[head.pictureID],
            let sequence = self.sequences[picture.sequenceID]
        else { return self.last == nil ? "no-picture" : "unread-picture" }
        if self.order.randomAccess == nil { return "no-random-access-point" }
        if self.times.latest == nil { return "no-time-stamp" }
        if picture.hasTiles { return "tiles" }
        if self.hasLongTermPictures { return "long-term-references" }
        if !Self.profiles.contains(sequence.base.profile) { return "unknown-profile" }
        if picture.hasUnknownExtension { return "unknown-extension" }
        if sequence.base.hasSeparatePlanes { return "separate-planes" }
        if sequence.picturesKept == 0 { return "intra-only" }
        return sequence.base.codedWidth * sequence.base.codedHeight > Self.samplesMax ? "picture-size" : nil
    }

    package var pictureTicks: Int64 { self.times.pictureTicks }
    package var nextPresentation: MediaTime? { self.times.next }

    package mutating func fill() -> [AccessUnit] {
        guard self.obstacle == nil, let slice = self.slice() else { return [] }
        // Behind a random access point only leading pictures are shown before it.
        let type = self.order.hasTrailing ? HEVCSkipSlice.trailingUnused : HEVCSkipSlice.leadingUnused
        return self.times.missing.compactMap { place in
            guard let order = self.order.order(at: place, ticks: self.pictureTicks),
                let reference = self.order.nearest(to: place),
                let data = slice.accessUnit(
                    type: type,
                    order: order,
                    reference: reference,
                    others: self.order.others(than: reference)
                )
            else { return nil }
            return self.made(data, at: place, order: order, of: reference, keeps: false)
        }
    }

    package mutating func held(parameterSets: Bool) -> AccessUnit? {
        guard self.obstacle == nil, let slice = self.slice(), let best = self.order.best, let place = self.times.next,
            let order = self.order.next(ticks: self.pictureTicks),
            let data = slice.accessUnit(
                type: HEVCSkipSlice.trailing,
                order: order,
                reference: best.order,
                others: self.order.others(than: best.order),
                parameterSets: parameterSets ? self.sets.annexB : []
            )
        else { return nil }
        return self.made(data, at: place, order: order, of: best.order, keeps: true)
    }

    package mutating func restart() -> AccessUnit? {
        guard self.obstacle == nil, var point = self.randomAccessPoint, let place = self.times.next else { return nil }
        point.data = HEVCRandomAccess.beginning(point.data, leading: .none, parameterSets: self.sets.annexB)
        guard let head = self.readHead(point.data), let bits = self.sequence(head.pictureID)?.pictureOrderBits,
            let decoded = self.times.made(at: place)
        else { return nil }
        point.pts = place
        point.dts = decoded
        _ = self.order.decoded(head, begins: true, bits: bits, shown: place)
        self.head = head
        return point
    }

    package mutating func resume() {
        self.isResuming = true
    }
}

extension HEVCPictureHolder {
    /// Takes a picture of the source whose first slice begins with `head`, and puts it on what was sent before.
    private mutating func placed(_ picture: AccessUnit, _ head: HEVCSliceHead, bits: Int) -> AccessUnit {
        var picture = picture
        if head.isIRAP {
            self.isJoined = self.isResuming
            if self.isResuming {
                picture.data = HEVCRandomAccess.beginning(
                    picture.data,
                    leading: self.obstacle == nil ? .decodable : .any
                )
                self.heldUntil = self.times.latest
            }
            self.isResuming = false
            self.randomAccessPoint = picture
        }
        if self.isJoined, head.isRASL || head.isRADL, let shown = picture.pts, let held = self.heldUntil {
            picture.pts = self.times.behindHold(shown, last: held)
        }
        if self.isJoined, head.isRASL { return self.copied(picture, head, bits: bits) }
        let begins = head.isIRAP && (self.isJoined || head.type != HEVC.UnitType.cra || self.order.randomAccess == nil)
        _ = self.order.decoded(head, begins: begins, bits: bits, shown: picture.pts)
        return picture
    }

    /// A leading picture that refers to lost ones, as a copy of the random access point it leads.
    private mutating func copied(_ picture: AccessUnit, _ head: HEVCSliceHead, bits: Int) -> AccessUnit {
        let order = self.order.order(low: head.pictureOrderLow, bits: bits)
        guard self.obstacle == nil, let slice = self.slice(), let point = self.order.randomAccess,
            let data = slice.accessUnit(
                type: HEVCSkipSlice.leadingUnused,
                order: order,
                reference: point,
                others: self.order.others(than: point)
            )
        else { return picture }
        var picture = picture
        picture.data = data
        if let shown = picture.pts { self.order.made(order, of: point, shown: shown, keeps: false) }
        return picture
    }

    private mutating func made(
        _ data: [UInt8],
        at place: MediaTime,
        order: Int,
        of reference: Int,
        keeps: Bool
    ) -> AccessUnit? {
        guard let last = self.last, let decoded = self.times.made(at: place) else { return nil }
        self.order.made(order, of: reference, shown: place, keeps: keeps)
        return AccessUnit(
            pid: last.pid,
            pts: place,
            dts: decoded,
            isRandomAccessPoint: false,
            data: data,
            streamID: last.streamID
        )
    }

    private func readHead(_ data: [UInt8]) -> HEVCSliceHead? {
        var units = NALUnits(data)
        while let start = units.nextHeader() {
            guard HEVC.UnitType.slices.contains(HEVC.type(data[start])) else { continue }
            return HEVCSliceHead(data[start...], pictures: self.pictures, sequences: self.sequences)
        }
        return nil
    }

    private func sequence(_ pictureID: UInt32) -> HEVCSequence? {
        self.pictures[pictureID].flatMap { self.sequences[$0.sequenceID] }
    }

    /// The writer for the last picture's parameter sets.
    private mutating func slice() -> HEVCSkipSlice? {
        guard let head = self.head else { return nil }
        if let slice = self.slices[head.pictureID] { return slice }
        guard let picture = self.pictures[head.pictureID], let sequence = self.sequences[picture.sequenceID]
        else { return nil }
        let slice = HEVCSkipSlice(sequence, picture)
        self.slices[head.pictureID] = slice
        return slice
    }

    private mutating func readSets() {
        self.sequences = self.sets.sps.compactMapValues { HEVCSequence($0[...]) }
        self.pictures = self.sets.pps.compactMapValues { HEVCPicture($0[...]) }
        self.slices = [:]
        self.hasLongTermPictures = false
    }
}
