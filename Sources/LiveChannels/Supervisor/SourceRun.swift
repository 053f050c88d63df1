import Ingest
import Model
import NIOCore

/// One opening of one source.
struct SourceRun: Sendable {
    let number: Int
    let source: SourceSpecification
    /// How it asked for its supplier's connection.
    let claim: SlotClaim
    let openedAt: NIODeadline
    /// Until when its first media has to come.
    var deadline: NIODeadline
    var firstMediaAt: NIODeadline?
    /// Until when the media received lasts, played from when it came.
    var lastsUntil: NIODeadline
    var bytes: Int64 = 0
    /// What its media is, such as `h264+aac`.
    var tracks: String?
    /// Whether the output holds a random access point of it.
    var isReady = false
    /// Since when its media came without a stall.
    var goodSince: NIODeadline?
    /// Why what comes is no use.
    var corrupt: String?

    /// Since when no media has come that would still be playing; `nil` while there is some or the silence is shorter
    /// than `length`.
    func silentSince(now: NIODeadline, atLeast length: TimeAmount) -> NIODeadline? {
        now - self.lastsUntil >= length ? self.lastsUntil : nil
    }

    /// Whether media comes that is of use.
    func isFlowing(now: NIODeadline, suspectAfter: TimeAmount) -> Bool {
        self.firstMediaAt != nil && self.corrupt == nil && now - self.lastsUntil < suspectAfter
    }

    /// Whether it has run for so long without a stall.
    func isGood(for length: TimeAmount, now: NIODeadline) -> Bool {
        self.goodSince.map { now - $0 >= length } ?? false
    }
}

/// What is known of one source of the channel while the channel is open.
struct SourceLine: Sendable {
    /// Media that stopped: since when, and why.
    struct Outage: Sendable {
        var since: NIODeadline
        var cause: String
        var bytes: Int64
    }

    /// When it may be asked again; `nil` for at once.
    var retryAt: NIODeadline?
    /// Attempts in vain since it ran well.
    var waits = 0
    var outage: Outage?
    /// Since when it is told to be down.
    var downSince: NIODeadline?
    /// Whether the last attempt failed, and failed so that it would fail again.
    var hasFailed = false
    var isRefused = false
    /// Whether it could not be opened beside another because its supplier's connections were taken.
    var lacksSlot = false
    /// When the channel went from it to another.
    var leftAt: NIODeadline?
    var corruptReopenedAt: NIODeadline?
}
