import Events
import HTTP
import Model
import NIOCore
import Synchronization

/// Refuses addresses that guess or are banned; any thread.
///
/// Viewers that are in are not asked again, and who was let in lately isn't refused for what others do behind the same
/// address, so that a guesser cuts off nobody but itself.
final class GuessThrottle: Sendable {
    private struct State {
        var guesses: GuessMachine
        var tokens: RateTable<PeerAddress>
        var refusals: RateTable<PeerAddress>
        var bans: BanLedger
    }

    private let state: Mutex<State>
    /// What the wall clock says; for bans, which are recorded.
    private let wall: @Sendable () -> WallTime
    private let record: @Sendable (AddressBan) -> Void

    init(
        _ limits: GuessLimits,
        wall: @escaping @Sendable () -> WallTime,
        record: @escaping @Sendable (AddressBan) -> Void
    ) {
        func table(_ count: Int) -> RateTable<PeerAddress> {
            RateTable(burst: count, per: .minutes(1), refill: count, capacity: limits.tableCapacity)
        }
        self.wall = wall
        self.record = record
        self.state = Mutex(
            State(
                guesses: GuessMachine(limits),
                tokens: table(limits.tokenFailuresPerMinute),
                refusals: table(limits.refusalsPerMinute),
                bans: BanLedger(first: limits.banFirst, longest: limits.banLongest)
            )
        )
    }

    /// A try to log in, as it is remembered: digests by a key that this process made up at its start.
    static func attempt(_ username: String, _ password: String, from address: PeerAddress) -> GuessMachine.Try {
        var hasher = Hasher()
        hasher.combine(username)
        let line = UInt64(bitPattern: Int64(hasher.finalize()))
        hasher = Hasher()
        hasher.combine(username)
        hasher.combine(password)
        return GuessMachine.Try(line: line, guess: UInt64(bitPattern: Int64(hasher.finalize())), address: address)
    }

    /// Whether a try is asked about; each that is, is followed by one of the three below.
    func allowsLogin(_ it: GuessMachine.Try, at now: NIODeadline) -> Bool {
        self.state.withLock { state in
            let ban = state.bans.ban(of: it.address, at: now)
            guard ban?.reach != .everything else { return false }
            if !state.guesses.isFriend(it, at: now) {
                guard ban == nil, state.refusals.allows(it.address.limitKey, at: now) else { return false }
            }
            return state.guesses.tried(it, at: now) == .ask
        }
    }

    func loginSucceeded(_ it: GuessMachine.Try, at now: NIODeadline) {
        self.state.withLock { $0.guesses.succeeded(it, at: now) }
    }

    func loginUndecided(_ it: GuessMachine.Try) {
        self.state.withLock { $0.guesses.undecided(it) }
    }

    func loginFailed(_ it: GuessMachine.Try, at now: NIODeadline) {
        let ban = self.state.withLock { state -> AddressBan? in
            guard state.guesses.failed(it, at: now) == .ban else { return nil }
            return state.bans.offended(it.address, at: BanLedger.Moment(monotonic: now, wall: self.wall()))
        }
        if let ban { self.record(ban) }
    }

    /// Whether a token that isn't known here is asked about.
    func allowsToken(from address: PeerAddress, at now: NIODeadline) -> Bool {
        self.state.withLock { state in
            state.bans.ban(of: address, at: now) == nil && state.tokens.allows(address.limitKey, at: now)
                && state.refusals.allows(address.limitKey, at: now)
        }
    }

    func tokenFailed(from address: PeerAddress, at now: NIODeadline) {
        self.state.withLock { _ = $0.tokens.count(address.limitKey, at: now) }
    }

    /// Counts an answer of 4xx; whether it is one of those that are given as they are, before 429 stands for all.
    func countRefusal(of address: PeerAddress, at now: NIODeadline) -> Bool {
        self.state.withLock { $0.refusals.count(address.limitKey, at: now) }
    }

    /// Whether every connection of the address is refused.
    func isBanned(_ address: PeerAddress, at now: NIODeadline) -> Bool {
        self.state.withLock { state in
            state.bans.hasTotal && state.bans.ban(of: address, at: now)?.reach == .everything
        }
    }

    func banRecorded(_ ban: AddressBan, at now: NIODeadline) {
        let moment = BanLedger.Moment(monotonic: now, wall: self.wall())
        self.state.withLock { $0.bans.recorded(ban, at: moment) }
    }

    func banLifted(_ range: AddressRange) {
        self.state.withLock { $0.bans.lifted(range) }
    }

    /// Entries that were forgotten for lack of room, in all tables.
    var evictedCount: Int {
        self.state.withLock { state in
            state.guesses.evictedCount + state.tokens.evictedCount + state.refusals.evictedCount
                + state.bans.forgottenCount
        }
    }

    /// Whether a table has hardly room for more.
    var isCrowded: Bool {
        self.state.withLock { $0.guesses.isCrowded || $0.tokens.isCrowded || $0.refusals.isCrowded }
    }
}
