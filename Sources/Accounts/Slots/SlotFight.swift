package import Model
package import Projections

/// Devices that take slots from each other in turn, because each reconnects by itself when it is pushed out.
///
/// Two that did so twice within a minute: the one that had the slot first keeps it, and the other may push nobody out
/// for five minutes. It may still have a slot that is free. Rings of more devices are cut the same way: whoever pushed
/// somebody out twice and was pushed out twice within the minute doesn't get a third turn.
package struct SlotFight: Hashable, Sendable {
    /// Whether a device may push another out.
    package enum Verdict: Hashable, Sendable {
        /// It may; `blockedUntil` says until when the other may not do the same, when that begins now.
        case push(blockedUntil: WallTime?)
        /// It may not; `blockedUntil` as above, for the device itself.
        case keepOut(blockedUntil: WallTime?)
    }

    /// How long who pushed whom out is looked at, in microseconds.
    package static let window: Int64 = 60 * WallTime.microsecondsPerSecond
    /// How long the loser of a fight pushes nobody out, in microseconds: longer than a player goes on trying by itself.
    package static let coolDown: Int64 = 300 * WallTime.microsecondsPerSecond
    /// How long a device is kept out that an operator has kicked, in microseconds: players come back at once by themselves.
    package static let kickTime: Int64 = 90 * WallTime.microsecondsPerSecond
    /// Times that each of two devices may push the other out within the window.
    package static let roundsMax = 2
    /// Evictions of one credential within the window at which nobody pushes anybody out any more: a line that is sold to a whole village.
    package static let evictionsMax = 32

    package let clients: [ClientID]
    /// What happened within the window, oldest first.
    package let recent: [RecentEviction]
    private let blocks: [DeviceBlock]
    private let now: WallTime

    package init(clients: [ClientID], evictions: [RecentEviction], blocks: [DeviceBlock], now: WallTime) {
        self.clients = clients
        // Either way: the calendar may have been set back since.
        self.recent = evictions.filter { abs(now.microseconds &- $0.at.microseconds) < Self.window }
        self.blocks = blocks
        self.now = now
    }

    /// Whether an operator has just ended what the device played.
    package var isKicked: Bool { self.isBlocked(.kick, for: Self.kickTime) }

    /// Whether the device may push `other` out.
    package func verdict(against other: ClientID) -> Verdict {
        if self.isBlocked(.fight, for: Self.coolDown) { return .keepOut(blockedUntil: nil) }
        let until = WallTime(microseconds: self.now.microseconds &+ Self.coolDown)
        guard self.pushes.count < Self.evictionsMax else { return .keepOut(blockedUntil: until) }
        let pair = self.recent.filter {
            (self.clients.contains($0.winner) && $0.loser == other)
                || (self.clients.contains($0.loser) && $0.winner == other)
        }
        let mine = pair.count { self.clients.contains($0.winner) } + 1
        let theirs = pair.count { $0.winner == other }
        if mine >= Self.roundsMax, theirs >= Self.roundsMax, let first = pair.first {
            return self.clients.contains(first.loser) ? .push(blockedUntil: until) : .keepOut(blockedUntil: until)
        }
        return self.hasHadItsTurns ? .keepOut(blockedUntil: until) : .push(blockedUntil: nil)
    }

    /// Evictions of one device by another.
    private var pushes: [RecentEviction] { self.recent.filter { $0.winner != $0.loser } }

    private var hasHadItsTurns: Bool {
        let pushed = self.pushes.count { self.clients.contains($0.winner) }
        let lost = self.pushes.count { self.clients.contains($0.loser) }
        return pushed >= Self.roundsMax && lost >= Self.roundsMax
    }

    private func isBlocked(_ kind: DeviceBlock.Kind, for longest: Int64) -> Bool {
        self.blocks.contains { block in
            let left = block.until.microseconds &- self.now.microseconds
            // More than the longest means that the calendar was set back: a block must not last for ever by that.
            return block.kind == kind && self.clients.contains(block.client) && left > 0 && left <= longest
        }
    }
}
