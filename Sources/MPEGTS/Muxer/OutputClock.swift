import Model

/// When the clock and the tables are due in an output stream.
///
/// Pure: times in, due times out; ``Muxer`` writes them. All times are clock times: decoding times less ``Muxer/lead``.
struct OutputClock: Hashable, Sendable {
    /// The last PCR written.
    private(set) var last: MediaTime?
    /// The first time seen on another PID while no PCR was written yet.
    private var first: MediaTime?
    private var tablesAt: MediaTime?
    /// Whether the tables were the last thing written.
    private var tablesAreFresh = false
    private var tablesAreOwed = true

    /// PCRs to write before a unit of the clock's own PID, which carries `time` itself.
    func steps(to time: MediaTime) -> [MediaTime] {
        guard let last = self.last, time > last else { return [] }
        let spacing = Muxer.clockSpacing.ticks
        let gap = (time - last).ticks
        let count = (gap - 1) / spacing
        // Across a jump of the timeline only its end is bridged.
        guard count <= Muxer.clockFillMax else {
            return (1...Muxer.clockFillMax).reversed().map { MediaTime(ticks: time.ticks - $0 * spacing) }
        }
        // Even steps: at 24 pictures a second one step in the middle, not one just before the picture.
        return (0..<count).map { MediaTime(ticks: last.ticks + gap * ($0 + 1) / (count + 1)) }
    }

    /// PCRs to write before a unit of another PID whose clock time is `time`.
    ///
    /// Only when the clock's own PID has been silent for ``Muxer/lead``: a usual lag between the two must not drive the
    /// clock ahead of the pictures.
    mutating func steps(besides time: MediaTime) -> [MediaTime] {
        let first = self.first ?? time
        self.first = first
        let end = time - Muxer.lead
        guard self.last == nil else { return self.steps(to: end) }
        return end > first ? [end] : []
    }

    /// Whether a PCR of `time` goes forward.
    func accepts(_ time: MediaTime) -> Bool {
        self.last.map { time > $0 } ?? true
    }

    mutating func written(_ time: MediaTime) {
        if self.last == nil { self.tablesAt = min(self.tablesAt ?? time, time) }
        self.last = time
    }

    /// Whether the tables are wanted before a picture that decoding can start at.
    var tablesAreWanted: Bool { !self.tablesAreFresh || self.tablesAreOwed }

    /// Whether the tables have to come before what is written at `time`.
    mutating func tablesAreDue(at time: MediaTime?) -> Bool {
        if self.tablesAreOwed { return true }
        guard let time = time ?? self.last else { return false }
        guard let tablesAt = self.tablesAt else {
            self.tablesAt = time
            return false
        }
        guard !self.tablesAreFresh else {
            self.tablesAt = max(tablesAt, time)
            return false
        }
        return time - tablesAt >= Muxer.tablesSpacing
    }

    mutating func tablesWritten() {
        self.tablesAreOwed = false
        self.tablesAreFresh = true
        self.tablesAt = self.last
    }

    mutating func tablesChanged() {
        self.tablesAreOwed = true
        self.tablesAreFresh = false
    }

    /// Something other than tables was written.
    mutating func unitWritten() {
        self.tablesAreFresh = false
    }
}
