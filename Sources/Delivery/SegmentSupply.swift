package import Model
package import NIOCore

/// How long what a HLS viewer has taken could last, and when it ran out before the viewer asked again.
///
/// Pure. It is the most a player can have: as if it had begun to play with its first segment, so that a stall told here
/// was one. A player that goes on asking is not stalled by its line, whatever it is given.
package struct SegmentSupply: Sendable {
    /// Shorter is the jitter of a player that plays close to the live edge.
    package static let stallMin = TimeAmount.seconds(1)

    /// Until when what was taken lasts; `nil` before the first segment.
    private var lastsUntil: NIODeadline?
    private var newest: UInt64?
    /// A player that is well asks at least this often: 1.5 target durations (RFC 8216, 6.3.4), a segment's length for those.
    private var patience = TimeAmount.zero
    /// Times it ran out in a silence of the viewer.
    package private(set) var stalls: Int64 = 0
    /// How long those were together, until the viewer was heard of again.
    package private(set) var stalled = TimeAmount.zero

    package init() {}

    /// The viewer was heard of after a silence.
    package mutating func heard(after silence: TimeAmount, at now: NIODeadline) {
        guard let until = self.lastsUntil, silence > self.patience, until >= now - silence,
            now - until >= Self.stallMin
        else { return }
        self.stalls += 1
        self.stalled = self.stalled + (now - until)
        self.lastsUntil = now
    }

    /// A segment has been taken whole; one that is taken again adds nothing.
    package mutating func took(_ number: UInt64, lasting duration: MediaTime, at now: NIODeadline) {
        if let newest, number <= newest { return }
        let length = TimeAmount.milliseconds(max(0, duration.milliseconds))
        self.newest = number
        self.patience = .nanoseconds(length.nanoseconds / 2 * 3)
        self.lastsUntil = max(self.lastsUntil ?? now, now) + length
    }
}
