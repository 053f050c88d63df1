package import HTTP
package import NIOCore

/// Tells guessing from mistyping, per address and per line.
///
/// Pure: digests of names come in, verdicts go out. Nobody who was let in lately pays for what others do from the same
/// address, or with the same name from another: such a pair of line and address is a *friend* for a day, until it fails too
/// often itself.
package struct GuessMachine: Sendable {
    /// A try to log in.
    package struct Try: Hashable, Sendable {
        /// Digest of the name, by a key of this process.
        package var line: UInt64
        /// Digest of name and password.
        package var guess: UInt64
        package var address: PeerAddress

        package init(line: UInt64, guess: UInt64, address: PeerAddress) {
            self.line = line
            self.guess = guess
            self.address = address
        }

        var pair: Pair { Pair(line: self.line, address: self.address.limitKey) }
        var repetition: Pair { Pair(line: self.guess, address: self.address.limitKey) }
    }

    struct Pair: Hashable, Sendable {
        var line: UInt64
        var address: PeerAddress
    }

    private struct Friend: Sendable {
        var seenAt: NIODeadline
        var failures = 0
    }

    /// What becomes of a try.
    package enum Verdict: Hashable, Sendable {
        case ask
        /// Refused unasked: too much was tried from the address, or with the name.
        case refuse
    }

    /// What follows from a failed try.
    package enum Consequence: Hashable, Sendable {
        case none
        /// The address has tried too often.
        case ban
    }

    /// How long being let in makes a friend.
    package static let friendship = TimeAmount.hours(24)
    /// Failures in a row that end it: more than a person mistypes.
    package static let friendFailuresMax = 10
    /// How long the same wrong password from the same address is the same mistake: boxes try every few seconds for ever.
    package static let repetitionTime = TimeAmount.minutes(10)
    /// Friends, and mistakes, that are remembered.
    package static let pairsMax = 65_536

    private var addresses: RateTable<PeerAddress>
    private var lines: RateTable<UInt64>
    private var friends = BoundedTable<Pair, Friend>(capacity: Self.pairsMax)
    private var mistakes = BoundedTable<Pair, NIODeadline>(capacity: Self.pairsMax)
    /// Tries of a line that are being decided, where it has failed lately.
    private var asking: [UInt64: Int] = [:]

    package init(_ limits: GuessLimits) {
        self.addresses = RateTable(
            burst: limits.loginFailuresPerMinute,
            per: .minutes(1),
            refill: limits.loginFailuresPerMinute,
            capacity: limits.tableCapacity
        )
        // Half at once and half over the time: never more than all of them in any ten minutes.
        self.lines = RateTable(
            burst: max(limits.lineFailuresPerTenMinutes / 2, 1),
            per: .minutes(10),
            refill: max(limits.lineFailuresPerTenMinutes / 2, 1),
            capacity: limits.tableCapacity
        )
    }

    /// Entries forgotten for lack of room.
    package var evictedCount: Int { self.addresses.evictedCount + self.lines.evictedCount }
    /// Whether a table has hardly room for more.
    package var isCrowded: Bool { self.addresses.isCrowded || self.lines.isCrowded }

    /// Somebody tries to log in; each ``Verdict/ask`` is followed by one of ``succeeded(_:at:)``, ``failed(_:at:)`` and
    /// ``undecided(_:)``.
    package mutating func tried(_ it: Try, at now: NIODeadline) -> Verdict {
        if !self.isFriend(it, at: now) {
            guard self.addresses.allows(it.address.limitKey, at: now) else { return .refuse }
            // Of a line that fails, no more are under way than may still fail.
            let underWay = self.asking[it.line] ?? 0
            let isClear = self.lines.isClear(it.line, at: now)
            guard isClear || self.lines.allows(underWay + 1, of: it.line, at: now) else { return .refuse }
        }
        self.asking[it.line, default: 0] += 1
        return .ask
    }

    /// Whether bans and limits of an address don't touch this try.
    package func isFriend(_ it: Try, at now: NIODeadline) -> Bool {
        self.friends.peek(it.pair).map { now - $0.seenAt <= Self.friendship } ?? false
    }

    package mutating func succeeded(_ it: Try, at now: NIODeadline) {
        self.undecided(it)
        self.friends.insert(Friend(seenAt: now), for: it.pair)
    }

    package mutating func failed(_ it: Try, at now: NIODeadline) -> Consequence {
        self.undecided(it)
        if let friend = self.friends.peek(it.pair), now - friend.seenAt <= Self.friendship {
            if friend.failures + 1 >= Self.friendFailuresMax {
                self.friends.remove(it.pair)
            } else {
                self.friends.update(it.pair, default: friend) { $0.failures += 1 }
            }
        } else {
            self.lines.count(it.line, at: now)
        }
        if let last = self.mistakes.peek(it.repetition), now - last <= Self.repetitionTime { return .none }
        self.mistakes.insert(now, for: it.repetition)
        self.addresses.count(it.address.limitKey, at: now)
        return self.addresses.allows(it.address.limitKey, at: now) ? .none : .ban
    }

    /// Nobody could decide.
    package mutating func undecided(_ it: Try) {
        guard let count = self.asking[it.line] else { return }
        self.asking[it.line] = count > 1 ? count - 1 : nil
    }
}
