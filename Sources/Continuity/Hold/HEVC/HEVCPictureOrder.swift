import MPEGTS
import Model

/// Which pictures an HEVC decoder has, and their places in picture order.
///
/// Source: ITU-T H.265, 8.3.1 (picture order count) and 8.3.2 (reference picture set).
struct HEVCPictureOrder: Sendable {
    /// Pictures from which the step of picture order is learnt.
    private static let recentMax = 32

    struct Known: Sendable {
        var order: Int
        var shown: MediaTime?
        /// The picture that it looks like: itself, or the one that it copies.
        var like: Int
        /// Whether pictures of ours may refer to it.
        var isReference = true
    }

    /// What the decoder keeps: all that the last picture's reference picture set names, and that picture.
    private var kept: [Known] = []
    /// The last pictures since the random access point that order is counted from.
    private var recent: [Known] = []
    /// The place that the next one is counted from.
    private var anchor = 0
    /// The last random access point's place; `nil` before the first.
    private(set) var randomAccess: Int?
    /// Whether pictures came since that are neither it nor lead it.
    private(set) var hasTrailing = false

    /// The kept picture that is shown last.
    var best: Known? { self.kept.max { $0.order < $1.order } }

    /// The place of the kept picture to show at `time`: the one shown before, or else the one shown after it, so that what
    /// is shown never goes back; ``best`` where neither is kept.
    func nearest(to time: MediaTime) -> Int? {
        let timed = self.recent.compactMap { known in known.shown.map { (known, $0) } }
        let before = timed.filter { $0.1 < time }.max { $0.1 < $1.1 }?.0.like
        let after = timed.filter { $0.1 > time }.min { $0.1 < $1.1 }?.0.like
        let kept = self.kept.filter(\.isReference).map(\.order)
        return [before, after].compactMap { $0 }.first(where: kept.contains) ?? self.best?.order
    }

    /// The places of the kept pictures but one, in the order they were decoded; ``best`` is the last, since a hold goes on
    /// from it.
    func others(than order: Int) -> [Int] {
        let best = self.best?.order
        return self.kept.map(\.order).filter { $0 != order && $0 != best }
            + [best].compactMap { $0 }.filter { $0 != order }
    }

    /// Takes a picture of the source, or a repeated one; answers its place.
    ///
    /// `begins`: nothing before it counts, as for IDR and BLA.
    mutating func decoded(_ head: HEVCSliceHead, begins: Bool, bits: Int, shown: MediaTime?) -> Int {
        let order = begins ? head.pictureOrderLow : self.order(low: head.pictureOrderLow, bits: bits)
        if begins {
            self.kept = []
            self.recent = []
        }
        if head.isIRAP {
            self.randomAccess = order
            self.hasTrailing = false
        } else if !head.isRASL, !head.isRADL {
            self.hasTrailing = true
        }
        if head.isOrderAnchor { self.anchor = order }
        let named = Set(head.references.map { order + $0 })
        self.kept.removeAll { !named.contains($0.order) }
        // A decoder that began at the random access point left out what leads it and can't be decoded.
        let known = Known(order: order, shown: shown, like: order, isReference: head.isReference)
        self.take(known, keeps: !head.isRASL)
        return order
    }

    /// The place of a picture whose lower bits are `low`, without taking it.
    func order(low: Int, bits: Int) -> Int {
        let size = 1 << bits
        let anchorLow = self.anchor & (size - 1)
        let high = self.anchor - anchorLow
        if low < anchorLow, anchorLow - low >= size / 2 { return high + size + low }
        if low > anchorLow, low - anchorLow > size / 2 { return high - size + low }
        return high + low
    }

    /// The place of a made picture shown at `time`; `nil` when there is none in front of the best picture.
    func order(at time: MediaTime, ticks: Int64) -> Int? {
        guard let best = self.best, let shown = best.shown else { return nil }
        let distance = shown.ticks &- time.ticks
        guard distance > 0, distance < Int64(Self.recentMax) * ticks else { return nil }
        let order = best.order - Int((distance * Int64(self.step(ticks)) + ticks / 2) / ticks)
        return order < best.order && !self.recent.contains { $0.order == order } ? order : nil
    }

    /// The place after all others.
    func next(ticks: Int64) -> Int? {
        self.recent.map(\.order).max().map { $0 + self.step(ticks) }
    }

    /// Takes a picture made as a copy of `reference`; of one that is kept, it and the one it copies are all that the decoder
    /// keeps.
    mutating func made(_ order: Int, of reference: Int, shown: MediaTime, keeps: Bool) {
        if keeps {
            self.anchor = order
            self.kept = self.best.map { [$0] } ?? []
            self.hasTrailing = true
        }
        let like = self.recent.last { $0.order == reference }?.like ?? reference
        self.take(Known(order: order, shown: shown, like: keeps ? order : like, isReference: keeps), keeps: keeps)
    }

    /// How much order grows from one picture shown to the next: 1 but for streams of fields and a few encoders.
    private func step(_ ticks: Int64) -> Int {
        let timed = self.recent.filter { $0.shown != nil }
        guard let first = timed.min(by: { $0.order < $1.order }), let last = timed.max(by: { $0.order < $1.order }),
            let start = first.shown, let end = last.shown
        else { return 1 }
        let distance = end.ticks &- start.ticks
        let (product, isTooLarge) = Int64(last.order - first.order).multipliedReportingOverflow(by: ticks)
        guard distance > 0, distance < Int64.max / 2, !isTooLarge else { return 1 }
        return Int(min(max((product + distance / 2) / distance, 1), 16))
    }

    private mutating func take(_ picture: Known, keeps: Bool) {
        if keeps { self.kept.append(picture) }
        self.recent.append(picture)
        if self.recent.count > Self.recentMax { self.recent.removeFirst() }
    }
}
