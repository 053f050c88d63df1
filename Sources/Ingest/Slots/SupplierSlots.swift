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

        mutating func takeWaiters(_ tickets: [Ticket]) -> [@Sendable () -> Void] {
            tickets.compactMap { self.waiters.removeValue(forKey: $0) }
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
        let (ticket, answer) = self.state.withLock { state in
            let (ticket, answer) = state.accounts.requested(supplier)
            if answer == .queued { state.waiters[ticket] = granted }
            return (ticket, answer)
        }
        if answer == .granted { granted() }
        return answer == .refused ? nil : ticket
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
        let granted = self.state.withLock { $0.takeWaiters($0.accounts.returned(ticket)) }
        for grant in granted { grant() }
    }

    /// Connections of `supplier` that are held now.
    func held(of supplier: SupplierID) -> Int { self.state.withLock { $0.accounts.held(of: supplier) } }
}
