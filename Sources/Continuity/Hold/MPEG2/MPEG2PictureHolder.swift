package import MPEGTS
package import Model

/// Holds the last picture of an MPEG-2 video track with pictures in which all but the edges is skipped.
///
/// What is shown last is what was decoded last of the pictures others are predicted from. So a hold goes on with P pictures,
/// and places in front of that picture, or of one that decoding goes on at, are filled with B pictures that copy it.
/// Source: ISO/IEC 13818-2, 6.1.1 and 7.6.
package struct MPEG2PictureHolder: PictureHolder {
    private var sequence: MPEG2Sequence?
    private var times = HeldTimes()
    /// The last picture passed, without its bytes.
    private var last: AccessUnit?
    /// Why the last picture can't be gone on from.
    private var fault: String?
    /// The picture that others are predicted from and that is shown last.
    private var reference: MPEG2PictureHead?
    /// A field whose other one did not come yet.
    private var unpaired: MPEG2PictureHead?
    private var randomAccessPoint: AccessUnit?
    private var isResuming = false
    /// Whether the B pictures that come refer to what was never sent.
    private var isJoined = false
    /// Where the hold before the last resumption ended.
    private var heldUntil: MediaTime?

    package init() {}

    package mutating func passed(_ picture: AccessUnit) -> AccessUnit {
        var picture = picture
        let unit = MPEG2Unit(picture.data)
        if unit.hasSequenceHeader { self.sequence = unit.sequence }
        let first = self.unpaired
        self.unpaired = nil
        guard let head = unit.head else {
            self.fault = "unread-picture"
            return picture
        }
        self.fault = nil
        let isSecond = unit.isSingleField && first?.structure == head.structure.opposite
        if unit.isSingleField, !isSecond { self.unpaired = head }
        picture = self.placed(picture, unit, head, isSecond: isSecond)
        // Fields of their own have times between those of frames.
        if !isSecond { self.times.sent(picture) }
        self.last = picture
        self.last?.data = []
        return picture
    }

    package var obstacle: String? {
        guard self.last != nil || self.fault != nil else { return "no-picture" }
        if let fault = self.fault { return fault }
        guard let sequence = self.sequence else { return "no-sequence-header" }
        if sequence.isScalable { return "scalable" }
        if self.times.latest == nil { return "no-time-stamp" }
        return self.reference == nil ? "no-reference-picture" : nil
    }

    package var pictureTicks: Int64 { self.times.pictureTicks }
    package var nextPresentation: MediaTime? { self.times.next }

    package mutating func fill() -> [AccessUnit] {
        guard self.obstacle == nil, let reference = self.reference, let shown = self.times.latest else { return [] }
        let field = self.completed()
        return field
            + self.times.missing.compactMap { place in
                let distance = (shown.ticks &- place.ticks &+ self.pictureTicks / 2) / self.pictureTicks
                var head = Self.frame(after: reference)
                head.temporalReference = reference.temporalReference &- UInt32(truncatingIfNeeded: distance) & 0x3FF
                return self.made(head, .following, at: place)
            }
    }

    package mutating func held(parameterSets: Bool) -> AccessUnit? {
        guard self.obstacle == nil, let reference = self.reference, let place = self.times.next else { return nil }
        var head = Self.frame(after: reference)
        head.temporalReference = (reference.temporalReference + 1) & 0x3FF
        head.kind = .predicted
        self.reference = head
        return self.made(head, .last, at: place, withSequence: parameterSets)
    }

    package mutating func restart() -> AccessUnit? {
        guard self.obstacle == nil, var point = self.randomAccessPoint, let sequence = self.sequence,
            let place = self.times.next
        else { return nil }
        point.data = MPEG2Unit.beginning(point.data)
        let unit = MPEG2Unit(point.data)
        guard var head = unit.head, let decoded = self.times.made(at: place) else { return nil }
        if unit.isSingleField {
            head.structure = head.structure.opposite
            point.data += MPEG2SkipPicture(sequence: sequence).bytes(head, .otherField)
        }
        point.pts = place
        point.dts = decoded
        self.reference = Self.frame(after: head)
        return point
    }

    package mutating func resume() {
        self.isResuming = true
    }
}

extension MPEG2PictureHolder {
    /// Takes a picture of the source, and puts it on what was sent before.
    private mutating func placed(
        _ picture: AccessUnit,
        _ unit: MPEG2Unit,
        _ head: MPEG2PictureHead,
        isSecond: Bool
    ) -> AccessUnit {
        var picture = picture
        if head.kind == .bidirectional {
            if let shown = picture.pts, let held = self.heldUntil {
                picture.pts = self.times.behindHold(shown, last: held)
            }
            guard self.isJoined, let sequence = self.sequence else { return picture }
            var copy = head
            if !unit.isSingleField { copy.structure = .frame }
            picture.data = MPEG2SkipPicture(sequence: sequence).bytes(copy, .following)
            return picture
        }
        self.reference = head
        guard !isSecond else { return picture }
        self.isJoined = false
        self.heldUntil = nil
        if picture.isRandomAccessPoint {
            self.randomAccessPoint = picture
            if self.isResuming {
                self.isJoined = !unit.isClosed
                self.heldUntil = self.times.latest
            }
            self.isResuming = false
        }
        return picture
    }

    /// The other field of a frame that was cut in two; shown and decoded half a picture after the first.
    private mutating func completed() -> [AccessUnit] {
        guard var head = self.unpaired, let sequence = self.sequence, var field = self.last, let shown = field.pts
        else { return [] }
        self.unpaired = nil
        let half = MediaTime(ticks: self.pictureTicks / 2)
        head.structure = head.structure.opposite
        field.data = MPEG2SkipPicture(sequence: sequence)
            .bytes(head, head.kind == .bidirectional ? .following : .otherField)
        field.dts = (field.dts ?? shown) + half
        field.pts = shown + half
        field.isRandomAccessPoint = false
        return [field]
    }

    private mutating func made(
        _ head: MPEG2PictureHead,
        _ copy: MPEG2SkipPicture.Copy,
        at place: MediaTime,
        withSequence: Bool = false
    ) -> AccessUnit? {
        guard let sequence = self.sequence, let last = self.last, let decoded = self.times.made(at: place)
        else { return nil }
        return AccessUnit(
            pid: last.pid,
            pts: place,
            dts: decoded,
            isRandomAccessPoint: false,
            data: (withSequence ? sequence.bytes : []) + MPEG2SkipPicture(sequence: sequence).bytes(head, copy),
            streamID: last.streamID
        )
    }

    /// A whole frame displayed as `head` is; film that repeats a field changes which one is first.
    private static func frame(after head: MPEG2PictureHead) -> MPEG2PictureHead {
        var frame = head
        frame.structure = .frame
        frame.topFieldFirst = head.structure == .frame ? head.topFieldFirst != head.repeatsFirstField : true
        frame.repeatsFirstField = false
        return frame
    }
}
