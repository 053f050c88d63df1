import NIOCore

/// How long a supplier goes on counting a connection that we have closed, learnt from its refusals.
///
/// Pure. Most suppliers see the end of a socket at once, and waiting for the others would only make zapping slow. One that
/// refuses, as it does beyond its limit, what is opened shortly after we closed something is given time from then on.
struct SlotLinger: Hashable, Sendable {
    /// What a supplier is given, one step after each such refusal; a source waits 5 s for a connection.
    static let steps: [TimeAmount] = [.zero, .seconds(2), .seconds(5)]
    /// Within this time after a closing a refusal is believed to be about it.
    static let blamedWithin = TimeAmount.seconds(10)
    /// Statuses with which suppliers say that all connections are taken; panels use 403, 429, 458 and 509, servers 503.
    static let limitStatuses: Set<Int> = [403, 429, 458, 503, 509]

    private var step = 0
    private var closedAt: NIODeadline?

    /// How long after we closed it a connection is counted as taken.
    var length: TimeAmount { Self.steps[self.step] }

    /// We closed a connection that the supplier would have kept open.
    mutating func closed(now: NIODeadline) {
        self.closedAt = now
    }

    /// A source that was opened at `openedAt` was refused with this status before it sent anything.
    ///
    /// - Returns: Whether that explains it: the supplier is given more time from now on.
    mutating func refused(_ status: Int, openedAt: NIODeadline) -> Bool {
        guard Self.limitStatuses.contains(status), let closedAt = self.closedAt, openedAt >= closedAt,
            openedAt - closedAt < Self.blamedWithin
        else { return false }
        // One refusal teaches once.
        self.closedAt = nil
        guard self.step < Self.steps.count - 1 else { return false }
        self.step += 1
        return true
    }
}
