import Events
import Model

/// Gives events their time stamps: the wall clock, held so that it never runs backwards in the log, with a watch on its steps.
///
/// Pure: readings of both clocks are handed in.
struct LogClock: Sendable {
    /// A difference between the clocks from which on it is a step and not slewing, in microseconds: 2 s.
    static let stepMin: Int64 = 2_000_000

    /// One look at both clocks.
    struct Reading: Hashable, Sendable {
        /// May be set by hand or by NTP.
        var wall: WallTime
        /// Microseconds by a clock that nobody sets.
        var monotonic: Int64
    }

    struct Tick: Hashable, Sendable {
        /// The time stamp.
        var at: WallTime
        /// How far the wall clock was moved since the last look.
        var step: Milliseconds?
    }

    /// The last time stamp given.
    private(set) var last: WallTime
    private var previous: Reading?

    /// - Parameter last: the time stamp of the log's last event.
    init(last: WallTime) {
        self.last = last
    }

    mutating func tick(_ reading: Reading) -> Tick {
        let step = self.step(to: reading)
        self.previous = reading
        self.last = max(self.last, reading.wall)
        return Tick(at: self.last, step: step)
    }

    private func step(to reading: Reading) -> Milliseconds? {
        let by: Int64
        if let previous {
            let wall = reading.wall.microseconds &- previous.wall.microseconds
            by = wall &- (reading.monotonic &- previous.monotonic)
            guard by.magnitude >= Self.stepMin.magnitude else { return nil }
        } else {
            // At a start only a clock behind the log is known to be wrong.
            by = reading.wall.microseconds &- self.last.microseconds
            guard by <= -Self.stepMin else { return nil }
        }
        return Milliseconds(by / 1_000)
    }
}
