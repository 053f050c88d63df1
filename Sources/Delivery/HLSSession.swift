package import Accounts
package import HTTP
package import LiveChannels
package import Model
package import NIOCore

/// One viewer's playback by playlists and segments: a viewer without a socket of its own, live as long as it asks.
///
/// Pure: time comes as an argument. Source: RFC 8216, 6.3.4, a player reloads at least every 1.5 target durations.
package struct HLSSession: Sendable {
    /// What becomes of a request.
    package enum Verdict: Hashable, Sendable {
        case serve
        /// The token came from an address it was not seen from before: its owner has to be asked.
        case ask
        /// The session has ended.
        case refuse
    }

    /// The shortest silence that ends a session, whatever the target duration.
    package static let silenceMinDefault = TimeAmount.seconds(15)
    /// Addresses of one session: a phone between two networks, each of both address families.
    package static let addressCountMax = 4

    package let connection: ConnectionID
    private let openedAt: NIODeadline
    private var lastAskedAt: NIODeadline
    /// Where it was used from lately.
    package private(set) var addresses: [PeerAddress]
    private var bytes: Int64 = 0
    private var supply = SegmentSupply()
    /// What stood in place of the sources' media from the beginning to the last request.
    private var standIns = StandIns()
    /// Whether it has ended; then nothing is served any more.
    package private(set) var hasEnded = false

    package init(connection: ConnectionID, address: PeerAddress, at now: NIODeadline) {
        self.connection = connection
        self.openedAt = now
        self.lastAskedAt = now
        self.addresses = [address]
    }

    /// A playlist or segment was asked for.
    ///
    /// `standIns` is what stood in place of the sources' media since the session began.
    package mutating func asked(
        from address: PeerAddress,
        standIns: StandIns = StandIns(),
        at now: NIODeadline
    ) -> Verdict {
        guard !self.hasEnded else { return .refuse }
        guard self.addresses.contains(address) else { return .ask }
        self.supply.heard(after: now - self.lastAskedAt, at: now)
        self.standIns = standIns
        self.lastAskedAt = max(self.lastAskedAt, now)
        return .serve
    }

    /// The token's owner may use this address, too; the one known longest is forgotten for it when there are too many.
    package mutating func permitted(_ address: PeerAddress) {
        guard !self.addresses.contains(address) else { return }
        if self.addresses.count >= Self.addressCountMax { self.addresses.removeFirst() }
        self.addresses.append(address)
    }

    /// A segment has reached the kernel whole; whoever takes it is not silent, however long it took.
    package mutating func sent(_ number: UInt64, bytes: Int, lasting duration: MediaTime, at now: NIODeadline) {
        self.bytes += Int64(bytes)
        self.supply.heard(after: now - self.lastAskedAt, at: now)
        self.supply.took(number, lasting: duration, at: now)
        self.lastAskedAt = max(self.lastAskedAt, now)
    }

    /// Looks at the silence; the closing when it was too long.
    package mutating func checked(
        targetDurationSeconds: Int,
        silenceMin: TimeAmount,
        at now: NIODeadline
    ) -> Closing? {
        let limit = max(TimeAmount.seconds(Int64(3 * targetDurationSeconds)), silenceMin)
        guard now - self.lastAskedAt >= limit else { return nil }
        return self.ended(.idle, standIns: self.standIns, at: now)
    }

    /// Ends it for another reason; `nil` when it has ended before.
    package mutating func ended(
        _ reason: Closing.Reason,
        standIns: StandIns = StandIns(),
        at now: NIODeadline
    ) -> Closing? {
        guard !self.hasEnded else { return nil }
        self.hasEnded = true
        // The silence at the end was not watched: it is how long it takes to notice that the viewer has left.
        let end = reason == .idle ? self.lastAskedAt : max(now, self.lastAskedAt)
        let watched = end - self.openedAt
        let shown = standIns.within(watched)
        return Closing(
            connection: self.connection,
            reason: reason,
            bytes: self.bytes,
            watchedMs: watched.nanoseconds / 1_000_000,
            patchedMs: shown.held.milliseconds,
            slateMs: shown.slate.milliseconds,
            stalls: self.supply.stalls,
            stalledMs: self.supply.stalled.nanoseconds / 1_000_000
        )
    }
}
