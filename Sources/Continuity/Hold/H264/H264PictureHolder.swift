package import MPEGTS
package import Model

/// Goes on with H.264 pictures while their source is silent.
///
/// Held pictures are P pictures whose macroblocks are all skipped: copies of the last picture in 10 to 100 bytes, in the
/// stream's own parameter sets, order and numbering. They are kept for reference, since a count of order that is written
/// in few bits is taken from the reference before. Source: ITU-T H.264, 7.3.3, 7.4.3, 8.2.1, 8.2.4, 8.2.5.
package struct H264PictureHolder: PictureHolder {
    typealias Layout = H264ParameterSets.Layout

    /// Bytes of the longest random access point that is kept to be repeated: 4 MiB; level 5.1 writes at most 3 MB.
    static let pointSizeMax = 4 << 20
    /// Ticks of a picture while nothing says how long one is shown: a 25th of a second.
    private static let ticksUnknown: Int64 = 3_600

    /// Counts between the two fields of a frame at most: far more than the 1 that every stream has.
    private static let fieldDistanceMax = 1 << 16
    /// Times in ticks that are believed: 390 years, with which there is room to reckon.
    static let times: ClosedRange<Int64> = -(1 << 50)...(1 << 50)
    /// Lower than every count of order.
    private static let nothing = H264PictureOrder.Count(top: .min / 2, bottom: .min / 2)

    /// A field whose frame has no other yet.
    struct OpenField: Sendable {
        var header: H264SliceHeader
        var order: Int
        /// When it is shown; known once its access unit is placed.
        var time: Int64?
    }

    /// The random access point that ``restart()`` repeats.
    struct Point: Sendable {
        var data: [UInt8]
        var layout: Layout
        var hasSPS: Bool
    }

    /// PID and stream ID that pictures come with.
    struct Carrier: Sendable {
        var pid: UInt16
        var streamID: UInt8
    }

    var parameters = H264ParameterSets()
    /// How the last picture's slices were laid out.
    var layout: Layout?
    var order = H264PictureOrder()
    var references = H264References()
    var shown = H264ShownPictures()
    var skipped = SkippedMacroblocks()
    /// The highest counts of order since they began anew.
    var newest = Self.nothing
    /// How far the bottom field of a frame lies behind its top field.
    var fieldDistance = 0
    var openField: OpenField?
    var carrier: Carrier?
    var point: Point?
    /// `idr_pic_id` of the last access unit, if it was an IDR picture.
    var lastIDR: UInt32?
    var renumbering: Renumbering?
    /// Whether what comes next does not continue what was sent.
    var isJoint = false
    /// Decoding times of the last frame, and of the last access unit, which may be its second field.
    var frameTime: Int64?
    var unitTime: Int64?
    private var durations = FrameDuration(unknown: 0)
    private var problem: String?

    package init() {}

    package mutating func passed(_ picture: AccessUnit) -> AccessUnit {
        let before = self.layout
        let isWhole = self.isJoint || self.renumbering != nil
        let reading = H264Reading(picture.data, &self.parameters, isWhole: isWhole)
        if reading.changesParameters { self.point = nil }
        self.problem = reading.obstacle
        self.carrier = Carrier(pid: picture.pid, streamID: picture.streamID)
        let first = reading.slices.first?.header
        guard reading.obstacle == nil, let first, let layout = self.parameters.layout(pps: first.ppsID) else {
            return picture
        }
        self.layout = layout
        defer { self.isJoint = false }
        if self.isJoint { self.openField = nil }
        if first.isIDR { return self.passedIDR(picture, reading, layout) }
        if let before, before.unit != layout.unit { self.forget() }
        if isWhole, layout.obstacle == nil, self.references.frameNum != nil {
            return self.renumbered(picture, reading, layout)
        }
        self.renumbering = nil
        self.follow(picture, reading, layout)
        return picture
    }

    package var obstacle: String? {
        guard self.problem == nil, let layout = self.layout else { return self.problem ?? "no-parameter-sets" }
        if let obstacle = layout.obstacle { return obstacle }
        if self.references.hasLongTerm { return "long-term-references" }
        if self.references.best == nil { return "no-reference-picture" }
        return self.frameTime == nil || self.shown.latest == nil ? "no-time-stamps" : nil
    }

    package var pictureTicks: Int64 {
        let seen = self.durations.ticks
        if seen > 0 { return seen }
        guard let rate = self.layout?.sps.frameRate, rate >= 1, rate <= 1_000 else { return Self.ticksUnknown }
        return Int64(Double(MediaTime.ticksPerSecond) / rate)
    }

    package var nextPresentation: MediaTime? {
        self.shown.latest.map { MediaTime(ticks: $0 &+ self.pictureTicks) }
    }

    package mutating func resume() { self.isJoint = true }

    // MARK: What was sent

    private mutating func passedIDR(_ picture: AccessUnit, _ reading: H264Reading, _ layout: Layout) -> AccessUnit {
        self.renumbering = nil
        var sent = picture
        if self.isJoint, let last = self.lastIDR, reading.slices.first?.header.idrID == last {
            sent.data = self.edited(picture.data, reading) { header in
                if header.isIDR { header.idrID = last == 0 ? 1 : 0 }
            }
        }
        self.follow(picture, reading, layout)
        if sent.data != picture.data { self.lastIDR = self.lastIDR == 0 ? 1 : 0 }
        return sent
    }

    /// Takes the pictures of an access unit that is sent as it is.
    private mutating func follow(_ picture: AccessUnit, _ reading: H264Reading, _ layout: Layout) {
        let pictures = reading.pictures
        let isSecond = pictures.first.map(self.completes) ?? false
        for header in pictures { self.track(header, layout) }
        self.keep(picture, reading, layout)
        self.place(picture, isSecond: isSecond, isContinuous: !self.isJoint)
    }

    private mutating func keep(_ picture: AccessUnit, _ reading: H264Reading, _ layout: Layout) {
        guard let first = reading.slices.first?.header,
            first.isIDR || picture.isRandomAccessPoint && first.kind == .i
        else { return }
        self.point =
            picture.data.count > Self.pointSizeMax
            ? nil : Point(data: picture.data, layout: layout, hasSPS: reading.hasSPS)
    }

    /// Takes one frame or field as decoded, ours or the source's.
    mutating func track(_ header: H264SliceHeader, _ layout: Layout) {
        let first = self.completes(header) ? self.openField : nil
        let count = self.order.advance(past: header, layout)
        self.references.advance(past: header, count: count, isSecond: first != nil, layout)
        self.lastIDR = header.isIDR ? header.idrID : first?.header.isIDR == true ? self.lastIDR : nil
        if header.isIDR || header.marking.clears {
            self.shown.beginRun()
            self.newest = H264PictureOrder.Count(top: count.first, bottom: count.last)
        } else {
            // `top` holds the highest count of a frame, `bottom` that of any field.
            if first == nil { self.newest.top = max(self.newest.top, count.first) }
            self.newest.bottom = max(self.newest.bottom, count.last)
        }
        if let first {
            let isBottom = header.structure == .bottom
            self.keepFieldDistance(isBottom ? count.first &- first.order : first.order &- count.first)
            self.openField = nil
        } else if header.structure == .frame {
            if layout.pps.hasBottomFieldPictureOrder { self.keepFieldDistance(count.bottom &- count.top) }
            self.openField = nil
        } else {
            self.openField = OpenField(header: header, order: count.first)
        }
        if first == nil { self.pendingOrder = count.first }
    }

    private mutating func keepFieldDistance(_ distance: Int) {
        self.fieldDistance = min(max(distance, -Self.fieldDistanceMax), Self.fieldDistanceMax)
    }

    /// Where the frame tracked last is shown, until its access unit is placed in time.
    var pendingOrder = 0

    /// Whether a field is the second of the frame whose first came before it.
    func completes(_ header: H264SliceHeader) -> Bool {
        guard let first = self.openField?.header, header.structure != .frame else { return false }
        return header.structure == first.structure.opposite && header.frameNum == first.frameNum && !header.isIDR
            && !first.marking.clears
    }

    /// Notes when an access unit is decoded and shown, after its pictures were tracked.
    mutating func place(_ unit: AccessUnit, isSecond: Bool, isContinuous: Bool) {
        guard let shownAt = unit.pts?.ticks ?? unit.dts?.ticks,
            Self.times.contains(shownAt), Self.times.contains(unit.dts?.ticks ?? shownAt)
        else { return }
        let decodedAt = unit.dts?.ticks ?? shownAt
        self.unitTime = decodedAt
        self.openField?.time = shownAt
        guard !isSecond else { return }
        if isContinuous, let last = self.frameTime { self.durations.observe(decodedAt &- last) }
        self.frameTime = decodedAt
        self.shown.add(time: shownAt, order: self.pendingOrder)
    }

    /// Begins anew with another stream's numbers.
    private mutating func forget() {
        self.references.clear()
        self.shown.beginRun()
        self.renumbering = nil
        self.openField = nil
        self.order = H264PictureOrder()
        self.newest = Self.nothing
        self.fieldDistance = 0
        self.point = nil
    }
}
