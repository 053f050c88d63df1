import HTTP
import NIOCore
import Synchronization

/// Refuses addresses that guess: names with passwords, and tokens.
///
/// Viewers that are in are not asked again, so that nobody behind the same address is cut off by a guesser.
final class GuessThrottle: Sendable {
    private struct State {
        var logins: RateTable
        var tokens: RateTable
    }

    private let state: Mutex<State>

    init(loginFailuresPerMinute: Int, tokenFailuresPerMinute: Int, capacity: Int = RateTable.capacityDefault) {
        func table(_ count: Int) -> RateTable {
            RateTable(burst: count, per: .seconds(60), refill: count, capacity: capacity)
        }
        self.state = Mutex(State(logins: table(loginFailuresPerMinute), tokens: table(tokenFailuresPerMinute)))
    }

    func allowsLogin(from address: PeerAddress, at now: NIODeadline) -> Bool {
        self.state.withLock { $0.logins.allows(address, at: now) }
    }

    func allowsToken(from address: PeerAddress, at now: NIODeadline) -> Bool {
        self.state.withLock { $0.tokens.allows(address, at: now) }
    }

    func loginFailed(from address: PeerAddress, at now: NIODeadline) {
        self.state.withLock { _ = $0.logins.count(address, at: now) }
    }

    func tokenFailed(from address: PeerAddress, at now: NIODeadline) {
        self.state.withLock { _ = $0.tokens.count(address, at: now) }
    }

    var evictedCount: Int { self.state.withLock { $0.logins.evictedCount + $0.tokens.evictedCount } }
}
