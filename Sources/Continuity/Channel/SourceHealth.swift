import MPEGTS
import Model

/// Whether what a source sends is a programme: pictures, clocks that run, packets that follow each other.
struct SourceHealth: Sendable {
    /// What is wrong with a source that sends bytes.
    enum Trouble: String, Hashable, Sendable {
        case noPictures = "no-pictures"
        case continuityErrors = "continuity-errors"
        case frozenClock = "frozen-clock"
    }

    private var pictureAt: Int64
    private var unitAt: Int64
    private var hasPicture = false
    private var clock: (raw: Int64, since: Int64)?
    private var errors: [(at: Int64, count: Int)] = []
    /// When the last unit came.
    var lastAt: Int64 { self.unitAt }

    init(now: Int64) {
        self.pictureAt = now
        self.unitAt = now
    }

    mutating func received(_ unit: AccessUnit, isReference: Bool, now: Int64) {
        self.unitAt = now
        guard isReference else { return }
        self.pictureAt = now
        self.hasPicture = true
        guard let raw = (unit.dts ?? unit.pts)?.ticks else { return }
        if self.clock?.raw != raw { self.clock = (raw, now) }
    }

    mutating func lost(_ count: Int, now: Int64) {
        self.errors.append((now, count))
        self.errors.removeAll { now - $0.at > MediaTime.ticksPerSecond }
    }

    /// What is wrong now; `nil` while all is well, or nothing comes at all, which is another matter.
    func trouble(now: Int64, configuration: ContinuityConfiguration) -> Trouble? {
        let errors = self.errors.reduce(0) { now - $1.at <= MediaTime.ticksPerSecond ? $0 + $1.count : $0 }
        if errors > configuration.continuityErrorsMax { return .continuityErrors }
        guard self.hasPicture else { return nil }
        if self.unitAt - self.pictureAt >= configuration.pictureSilence.ticks { return .noPictures }
        if let clock = self.clock, self.pictureAt - clock.since >= configuration.frozenClock.ticks {
            return .frozenClock
        }
        return nil
    }
}
