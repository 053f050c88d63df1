import Model
import NIOCore
import Synchronization

/// The suppliers' connections, shared by all event loops.
///
/// A lock around ``SlotAccounts``; whoever is granted is told on its own loop, after the lock is let go.
final class SupplierSlots: Sendable {
    typealias Ticket = SlotAccounts.Ticket

    /// Who counts a connection: a supplier's account, or the supplier where it has none.
    private struct Payer: Hashable {
        var supplier: SupplierID
        var account: AccountID?
    }

    private struct State {
        var accounts: SlotAccounts
        var waiters: [Ticket: @Sendable () -> Void] = [:]
        /// What tells a holder that its connection is wanted, by those who offered theirs.
        var offers: [Ticket: @Sendable () -> Void] = [:]
        var lingers: [Payer: SlotLinger] = [:]
        /// Who one is with each account.
        var logins: [AccountID: AccountLogin] = [:]
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

        func payer(_ ticket: Ticket) -> Payer {
            Payer(supplier: ticket.supplier, account: self.accounts.account(of: ticket))
        }

        mutating func takeOffers(_ tickets: [Ticket]) -> [@Sendable () -> Void] {
            tickets.compactMap { self.offers.removeValue(forKey: $0) }
        }
    }

    private let state: Mutex<State>
    private let setAside: @Sendable (AccountAside) -> Void

    /// `setAside` is told of accounts that are left alone for a while, on any thread.
    init(unknownLimit: Int, setAside: @escaping @Sendable (AccountAside) -> Void = { _ in }) {
        self.setAside = setAside
        self.state = Mutex(State(accounts: SlotAccounts(unknownLimit: unknownLimit)))
    }

    func setLimit(_ limit: Int, of supplier: SupplierID) {
        let granted = self.state.withLock { $0.takeWaiters($0.accounts.limitChanged(limit, of: supplier)) }
        for grant in granted { grant() }
    }

    /// Makes these the accounts of a supplier; none where its sources' addresses say who one is.
    func setAccounts(_ accounts: [SupplierAccount], of supplier: SupplierID) {
        let granted = self.state.withLock { state in
            for account in accounts { state.logins[account.id] = account.login }
            let allowances = accounts.map {
                AccountAllowance(account: $0.id, limit: $0.limit, isDoubtful: $0.isDoubtful)
            }
            return state.takeWaiters(state.accounts.accountsChanged(allowances, of: supplier))
        }
        for grant in granted { grant() }
    }

    /// Who one is with the account whose connection a ticket holds; `nil` where the source's address says it.
    func login(of ticket: Ticket) -> AccountLogin? {
        self.state.withLock { state in state.accounts.account(of: ticket).flatMap { state.logins[$0] } }
    }

    /// Asks for a connection; `granted` runs once, on any thread, perhaps before this returns.
    ///
    /// - Returns: The ticket to give back or withdraw; `nil` when too many wait already (`granted` never runs).
    func request(
        _ supplier: SupplierID,
        for channel: ChannelID? = nil,
        source: SourceID? = nil,
        viewers: Int = 0,
        granted: @escaping @Sendable () -> Void
    ) -> Ticket? {
        let now = NIODeadline.now()
        let (ticket, answer, wanted) = self.state.withLock { state in
            let others = state.takeWaiters(state.accounts.timePassed(to: now, of: supplier))
            let (ticket, answer) = state.accounts.requested(supplier, for: channel, source: source, viewers: viewers)
            guard answer == .queued else { return (ticket, answer, others) }
            state.waiters[ticket] = granted
            let offers = state.takeOffers(state.accounts.askedBack(of: supplier))
            return (ticket, answer, others + offers + state.takeTakings(of: supplier, now: now))
        }
        if answer == .granted { granted() }
        for tell in wanted { tell() }
        return answer == .refused ? nil : ticket
    }

    /// Asks for a connection that nobody waits for and takes it at once, leaving `count` free; `nil` when there is none.
    func requestSpare(
        _ supplier: SupplierID,
        for channel: ChannelID? = nil,
        source: SourceID? = nil,
        leaving count: Int
    ) -> Ticket? {
        let now = NIODeadline.now()
        let (ticket, others) = self.state.withLock { state in
            let others = state.takeWaiters(state.accounts.timePassed(to: now, of: supplier))
            return (state.accounts.requestedSpare(supplier, for: channel, source: source, leaving: count), others)
        }
        for grant in others { grant() }
        return ticket
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

    /// We closed the socket of a ticket; how long its supplier may go on counting it, before it is given back.
    func closed(_ ticket: Ticket) -> TimeAmount {
        let now = NIODeadline.now()
        return self.state.withLock { state in
            let payer = state.payer(ticket)
            state.lingers[payer, default: SlotLinger()].closed(now: now)
            return state.lingers[payer]?.length ?? .zero
        }
    }

    /// The source of a ticket gives media.
    func delivered(_ ticket: Ticket) {
        let now = NIODeadline.now()
        let (asides, granted) = self.state.withLock { state in
            let granted = state.accounts.timePassed(to: now, of: ticket.supplier)
            return (state.accounts.delivered(ticket), state.takeWaiters(granted))
        }
        for grant in granted { grant() }
        for aside in asides { self.tell(aside, of: ticket.supplier) }
    }

    /// The source of a ticket was refused with this status before it sent anything.
    ///
    /// - Returns: Whether the same source may be had with another account of its supplier.
    func refused(_ ticket: Ticket, _ status: Int, openedAt: NIODeadline) -> Bool {
        let now = NIODeadline.now()
        let (outcome, granted) = self.state.withLock { state in
            // What we closed ourselves is still counted: no fault of the account.
            if state.lingers[state.payer(ticket)]?.refused(status, openedAt: openedAt) ?? false {
                return (SlotPool.Outcome(), [@Sendable () -> Void]())
            }
            let granted = state.takeWaiters(state.accounts.timePassed(to: now, of: ticket.supplier))
            return (state.accounts.refused(ticket, status), granted)
        }
        for grant in granted { grant() }
        if let aside = outcome.aside { self.tell(aside, of: ticket.supplier) }
        return outcome.mayTryAnother
    }

    private func tell(_ aside: SlotPool.Aside, of supplier: SupplierID) {
        let cause = SourceFailure.Cause.httpStatus(aside.status).description
        let milliseconds = aside.length.nanoseconds / 1_000_000
        self.setAside(
            AccountAside(supplier: supplier, account: aside.account, cause: cause, milliseconds: milliseconds)
        )
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

    /// The same for one account.
    func held(of account: AccountID, at supplier: SupplierID) -> Int {
        self.state.withLock { $0.accounts.held(of: account, at: supplier) }
    }
}
