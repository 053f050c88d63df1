import MPEGTS
import Model

/// The times of the pictures that were sent or made, and what follows from them for those to come.
struct HeldTimes: Sendable {
    /// Presentation times kept: four times the 16 pictures that a decoder reorders at most.
    private static let kept = 64
    /// Pictures that can be missing in front of the latest one: as many as a decoder reorders.
    private static let missingMax: Int64 = 16

    private var duration = FrameDuration(unknown: OutputTimeline.pictureTicks)
    /// The highest presentation time.
    private(set) var latest: MediaTime?
    /// The last decoding time.
    private var decoded: MediaTime?
    private var shown: [MediaTime] = []

    /// How long a picture is shown, in ticks.
    var pictureTicks: Int64 { self.duration.ticks }

    /// Where the next picture of a hold is shown.
    var next: MediaTime? { self.latest.map { $0 + MediaTime(ticks: self.pictureTicks) } }

    /// Takes the times of a picture of the source.
    mutating func sent(_ picture: AccessUnit) {
        guard let shown = picture.pts else { return }
        let decoded = picture.dts ?? shown
        if let before = self.decoded { self.duration.observe(decoded.ticks &- before.ticks) }
        self.take(shown, decoded: decoded)
    }

    /// Places between pictures, not decoded too late, that no picture has: where pictures were to be shown that did not come.
    var missing: [MediaTime] {
        guard let decoded = self.decoded else { return [] }
        let ticks = self.pictureTicks
        let places = self.shown.sorted()
        var missing: [MediaTime] = []
        for (before, after) in zip(places, places.dropFirst()) where after > decoded {
            let gap = after.ticks &- before.ticks
            // A half is no picture: film has pictures of one and a half where fields are repeated.
            let count = min((gap &+ ticks / 2 &- 1) / ticks &- 1, Self.missingMax)
            guard gap > 0, count > 0 else { continue }
            missing += (1...count).map { MediaTime(ticks: before.ticks &+ gap / (count + 1) * $0) }
        }
        return missing.filter { $0 > decoded }.suffix(Int(Self.missingMax))
    }

    /// Gives a made picture that is shown at `presentation` its decoding time; `nil` when it is too late for it.
    ///
    /// `step`: ticks after the picture before, where that is not a whole picture.
    mutating func made(at presentation: MediaTime, step: Int64? = nil) -> MediaTime? {
        guard let before = self.decoded else { return nil }
        let decoded = min(before + MediaTime(ticks: step ?? self.pictureTicks), presentation)
        guard decoded > before else { return nil }
        self.take(presentation, decoded: decoded)
        return decoded
    }

    /// Where a picture is shown that leads a random access point, when pictures of the hold already took its place.
    ///
    /// Right behind them, in the same order, and all within half a picture.
    func behindHold(_ presentation: MediaTime, last: MediaTime) -> MediaTime {
        guard presentation <= last else { return presentation }
        let ticks = self.pictureTicks
        let back = min(max(0, (last.ticks &- presentation.ticks) / max(1, ticks)), Self.missingMax)
        return last + MediaTime(ticks: max(1, ticks / 2 * (Self.missingMax + 1 - back) / (Self.missingMax + 2)))
    }

    private mutating func take(_ shown: MediaTime, decoded: MediaTime) {
        self.decoded = decoded
        self.latest = max(self.latest ?? shown, shown)
        self.shown.append(shown)
        if self.shown.count > Self.kept { self.shown.removeFirst() }
    }
}
