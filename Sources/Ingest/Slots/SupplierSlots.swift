import Model
import NIOCore
import Synchronization

/// The suppliers' connections, shared by all event loops.
///
/// A lock around ``SlotAccounts``; whoever is granted is told on its own loop, after the lock is let go.
final class SupplierSlots: Sendable {
    typealias Ticket = SlotAccounts.Ticket

    private struct State {
        var accounts: SlotAccounts
        var waiters: [Ticket: @Sendable () -> Void] = [:]
        /// What tells a holder that its connection is wanted, by those who offered theirs.
        var offers: [Ticket: @Sendable () -> Void] = [:]

        mutating func takeWaiters(_ tickets: [Ticket]) -> [@Sendable () -> Void] {
            tickets.compactMap { self.waiters.removeValue(forKey: $0) }
        }

        mutating func takeOffers(_ tickets: [Ticket]) -> [@Sendable () -> Void] {
            tickets.compactMap { self.offers.removeValue(forKey: $0) }
        }
    }

    private let state: Mutex<State>

    init(unknownLimit: Int) {
        self.state = Mutex(State(accounts: SlotAccounts(unknownLimit: unknownLimit)))
    }

    func setLimit(_ limit: Int, of supplier: SupplierID) {
        let granted = self.state.withLock { $0.takeWaiters($0.accounts.limitChanged(limit, of: supplier)) }
        for grant in granted { grant() }
    }

    /// Asks for a connection; `granted` runs once, on any thread, perhaps before this returns.
    ///
    /// - Returns: The ticket to give back or withdraw; `nil` when too many wait already (`granted` never runs).
    func request(_ supplier: SupplierID, granted: @escaping @Sendable () -> Void) -> Ticket? {
        let (ticket, answer, wanted) = self.state.withLock { state in
            let (ticket, answer) = state.accounts.requested(supplier)
            guard answer == .queued else { return (ticket, answer, [@Sendable () -> Void]()) }
            state.waiters[ticket] = granted
            return (ticket, answer, state.takeOffers(state.accounts.askedBack(of: supplier)))
        }
        if answer == .granted { granted() }
        for tell in wanted { tell() }
        return answer == .refused ? nil : ticket
    }

    /// Asks for a connection that nobody waits for and takes it at once, leaving `count` free; `nil` when there is none.
    func requestSpare(_ supplier: SupplierID, leaving count: Int) -> Ticket? {
        self.state.withLock { $0.accounts.requestedSpare(supplier, leaving: count) }
    }

    /// The holder would give its connection back if somebody waited for one: `wanted` then runs once, on any thread.
    func offer(_ ticket: Ticket, wanted: @escaping @Sendable () -> Void) {
        let asked = self.state.withLock { state in
            state.offers[ticket] = wanted
            return state.takeOffers(state.accounts.offered(ticket))
        }
        for tell in asked { tell() }
    }

    /// The holder needs its connection after all.
    func keep(_ ticket: Ticket) {
        let asked = self.state.withLock { state in
            state.offers.removeValue(forKey: ticket)
            return state.takeOffers(state.accounts.kept(ticket))
        }
        for tell in asked { tell() }
    }

    /// Stops waiting; `false` when the connection was granted already and has to be given back.
    func withdraw(_ ticket: Ticket) -> Bool {
        self.state.withLock { state in
            guard state.accounts.withdrawn(ticket) else { return false }
            state.waiters.removeValue(forKey: ticket)
            return true
        }
    }

    /// Gives a connection back; its socket must be closed.
    func giveBack(_ ticket: Ticket) {
        let granted = self.state.withLock { state in
            state.offers.removeValue(forKey: ticket)
            return state.takeWaiters(state.accounts.returned(ticket))
        }
        for grant in granted { grant() }
    }

    /// Connections of `supplier` that are held now.
    func held(of supplier: SupplierID) -> Int { self.state.withLock { $0.accounts.held(of: supplier) } }
}
