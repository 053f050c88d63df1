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
        var lingers: [SupplierID: SlotLinger] = [:]
        /// What tells a holder that its connection goes to a channel that more people watch.
        var takings: [Ticket: @Sendable (ChannelID?) -> Void] = [:]

        mutating func takeWaiters(_ tickets: [Ticket]) -> [@Sendable () -> Void] {
            tickets.compactMap { self.waiters.removeValue(forKey: $0) }
        }

        /// Who loses a connection now, told after the lock is let go.
        mutating func takeTakings(of supplier: SupplierID, now: NIODeadline) -> [@Sendable () -> Void] {
            var told: [@Sendable () -> Void] = []
            while let taking = self.accounts.taken(of: supplier, now: now) {
                guard let tell = self.takings.removeValue(forKey: taking.ticket) else { continue }
                told.append { tell(taking.winner) }
            }
            return told
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
    func request(
        _ supplier: SupplierID,
        for channel: ChannelID? = nil,
        viewers: Int = 0,
        granted: @escaping @Sendable () -> Void
    ) -> Ticket? {
        let now = NIODeadline.now()
        let (ticket, answer, wanted) = self.state.withLock { state in
            let (ticket, answer) = state.accounts.requested(supplier, for: channel, viewers: viewers)
            guard answer == .queued else { return (ticket, answer, [@Sendable () -> Void]()) }
            state.waiters[ticket] = granted
            let offers = state.takeOffers(state.accounts.askedBack(of: supplier))
            return (ticket, answer, offers + state.takeTakings(of: supplier, now: now))
        }
        if answer == .granted { granted() }
        for tell in wanted { tell() }
        return answer == .refused ? nil : ticket
    }

    /// Asks for a connection that nobody waits for and takes it at once, leaving `count` free; `nil` when there is none.
    func requestSpare(_ supplier: SupplierID, for channel: ChannelID? = nil, leaving count: Int) -> Ticket? {
        self.state.withLock { $0.accounts.requestedSpare(supplier, for: channel, leaving: count) }
    }

    /// So many watch the channel of a ticket now, whether it holds or waits.
    func watched(_ ticket: Ticket, viewers: Int) {
        let now = NIODeadline.now()
        let told = self.state.withLock { state in
            state.accounts.watched(ticket, viewers: viewers)
            return state.takeTakings(of: ticket.supplier, now: now)
        }
        for tell in told { tell() }
    }

    /// The holder's source opens; `taken` runs once, on any thread, when its connection goes to another channel.
    func opened(_ ticket: Ticket, taken: @escaping @Sendable (_ winner: ChannelID?) -> Void) {
        let now = NIODeadline.now()
        self.state.withLock { state in
            state.takings[ticket] = taken
            state.accounts.opened(ticket, now: now)
        }
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

    /// We closed a socket of `supplier`; how long the supplier may go on counting it, before it is given back.
    func closed(_ supplier: SupplierID) -> TimeAmount {
        let now = NIODeadline.now()
        return self.state.withLock { state in
            state.lingers[supplier, default: SlotLinger()].closed(now: now)
            return state.lingers[supplier]?.length ?? .zero
        }
    }

    /// A source of `supplier` was refused with this status before it sent anything.
    func refused(_ supplier: SupplierID, _ status: Int, openedAt: NIODeadline) {
        self.state.withLock { $0.lingers[supplier]?.refused(status, openedAt: openedAt) }
    }

    /// Gives a connection back; its socket must be closed.
    func giveBack(_ ticket: Ticket) {
        let granted = self.state.withLock { state in
            state.offers.removeValue(forKey: ticket)
            state.takings.removeValue(forKey: ticket)
            return state.takeWaiters(state.accounts.returned(ticket))
        }
        for grant in granted { grant() }
    }

    /// Connections of `supplier` that are held now.
    func held(of supplier: SupplierID) -> Int { self.state.withLock { $0.accounts.held(of: supplier) } }
}
