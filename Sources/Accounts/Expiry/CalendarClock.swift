package import Model

/// The time that credentials end by: the wall clock, but not each of its steps.
///
/// Time goes on by the clock that nobody sets. The wall clock is followed while it is only slewed; a step of it (by hand,
/// by NTP, by a host that was away) is believed when it has stood for ``settling``. So a clock that is wrong for a moment
/// ends nobody and lengthens nothing, and one that was put right counts soon. After a restart the wall clock is believed,
/// there being no other.
///
/// Pure: readings of both clocks are handed in.
package struct CalendarClock: Hashable, Sendable {
    /// A difference between the clocks from which on it is a step and not slewing, in microseconds: 2 s.
    package static let stepMin: Int64 = 2_000_000
    /// How long a step has to stand before it is believed, in microseconds: 10 minutes, longer than NTP needs to take a
    /// mistake back.
    package static let settling: Int64 = 600 * 1_000_000

    /// A step that isn't believed yet.
    private struct Doubt: Hashable {
        var offset: Int64
        var since: Int64
    }

    /// How far the wall clock is ahead of the other one, as far as it is believed.
    private var offset: Int64
    private var doubt: Doubt?

    package init(wall: WallTime, monotonic: Int64) {
        self.offset = wall.microseconds &- monotonic
    }

    /// The time now.
    package mutating func time(wall: WallTime, monotonic: Int64) -> WallTime {
        self.read(wall.microseconds &- monotonic, at: monotonic)
        return WallTime(microseconds: monotonic &+ self.offset)
    }

    private mutating func read(_ found: Int64, at monotonic: Int64) {
        guard Self.isStep(from: self.offset, to: found) else {
            self.offset = found
            self.doubt = nil
            return
        }
        guard let doubt = self.doubt, !Self.isStep(from: doubt.offset, to: found) else {
            self.doubt = Doubt(offset: found, since: monotonic)
            return
        }
        self.doubt?.offset = found
        guard monotonic &- doubt.since >= Self.settling else { return }
        self.offset = found
        self.doubt = nil
    }

    private static func isStep(from old: Int64, to new: Int64) -> Bool {
        (new &- old).magnitude >= Self.stepMin.magnitude
    }
}
