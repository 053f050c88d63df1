import Model
import NIOCore

/// Who holds and who waits for each supplier's connections: at no moment do more hold than the supplier allows.
///
/// Pure: grants are returned, and the shell tells those who waited.
struct SlotAccounts: Sendable {
    /// Waiters of one supplier; more than a supplier has channels means that something opens in a loop.
    static let waitersMax = 4_096

    /// One request for a connection, from asking until giving back.
    struct Ticket: Hashable, Sendable {
        var supplier: SupplierID
        var number: UInt64
    }

    enum Answer: Hashable, Sendable {
        case granted
        /// Behind those who asked before.
        case queued
        /// Too many wait already.
        case refused
    }

    /// Which channel a connection is for, and how many watch that.
    private struct Stake: Hashable, Sendable {
        var channel: ChannelID?
        var source: SourceID?
        var viewers = 0
    }

    /// A connection that has to go to a channel that more people watch.
    struct Taking: Hashable, Sendable {
        var ticket: Ticket
        var winner: ChannelID?
    }

    /// How long a connection is kept at least once its source is open: viewers who zap must not make suppliers' sockets
    /// open and close with them.
    static let heldMin = TimeAmount.seconds(10)

    private struct Account {
        var pool: SlotPool
        var waiting: [Ticket] = []
        /// Holders that would go if somebody asked, longest offered first.
        var offered: [Ticket] = []
        /// Holders that were asked to go and have not gone yet.
        var askedBack: Set<Ticket> = []
        var stakes: [Ticket: Stake] = [:]
        /// Holders whose source is open, since when.
        var openSince: [Ticket: NIODeadline] = [:]

        func viewers(_ ticket: Ticket) -> Int { self.stakes[ticket]?.viewers ?? 0 }

        /// Those who wait, as they are to be served: the most watched channel first, among equals who asked first.
        var ranked: [Ticket] {
            self.waiting.sorted { left, right in
                let (first, second) = (self.viewers(left), self.viewers(right))
                return first != second ? first > second : left.number < right.number
            }
        }

        mutating func grantWaiting() -> [Ticket] {
            guard !self.waiting.isEmpty else { return [] }
            var granted: [Ticket] = []
            for ticket in self.ranked where self.pool.take(ticket, for: self.stakes[ticket]?.source) {
                granted.append(ticket)
            }
            guard !granted.isEmpty else { return [] }
            let isGranted = Set(granted)
            self.waiting.removeAll { isGranted.contains($0) }
            return granted
        }

        /// Who is to go so that all who wait are served soon; one holder for each, as far as there are some.
        mutating func takeOffers() -> [Ticket] {
            let missing = self.waiting.count - self.askedBack.count
            guard missing > 0 else { return [] }
            let asked = Array(self.offered.prefix(missing))
            self.offered.removeFirst(asked.count)
            self.askedBack.formUnion(asked)
            return asked
        }

        /// Who is to go because a channel that more people watch waits; ties go to who has it.
        mutating func take(now: NIODeadline) -> Taking? {
            // Those asked already serve the first of those who wait.
            guard let claimant = self.ranked.dropFirst(self.askedBack.count).first else { return nil }
            let claim = self.stakes[claimant] ?? Stake()
            let loser = self.pool.holders(useful: claim.source).filter { holder in
                guard let since = self.openSince[holder], now - since >= SlotAccounts.heldMin else { return false }
                return !self.askedBack.contains(holder)
                    && (claim.channel == nil || self.stakes[holder]?.channel != claim.channel)
            }
            .min { left, right in
                let (first, second) = (self.viewers(left), self.viewers(right))
                return first != second ? first < second : left.number > right.number
            }
            guard let loser, self.viewers(loser) < claim.viewers else { return nil }
            self.offered.removeAll { $0 == loser }
            self.askedBack.insert(loser)
            return Taking(ticket: loser, winner: claim.channel)
        }

        mutating func withdrawOffer(_ ticket: Ticket) {
            self.offered.removeAll { $0 == ticket }
            self.askedBack.remove(ticket)
        }

        mutating func forget(_ ticket: Ticket) {
            self.offered.removeAll { $0 == ticket }
            self.askedBack.remove(ticket)
            self.stakes.removeValue(forKey: ticket)
            self.openSince.removeValue(forKey: ticket)
        }
    }

    private let unknownLimit: Int
    private var accounts: [SupplierID: Account] = [:]
    private var asked: UInt64 = 0

    /// Takes the limit of suppliers that nobody set one for.
    init(unknownLimit: Int) {
        self.unknownLimit = Swift.max(0, unknownLimit)
    }

    private func account(_ supplier: SupplierID) -> Account {
        self.accounts[supplier] ?? Account(pool: SlotPool(limit: self.unknownLimit))
    }

    /// Changes the limit of a supplier that has no accounts; returns who may connect now.
    ///
    /// A lowered limit takes no connection away.
    mutating func limitChanged(_ limit: Int, of supplier: SupplierID) -> [Ticket] {
        var account = self.account(supplier)
        account.pool.limitChanged(Swift.max(0, limit))
        defer { self.accounts[supplier] = account }
        return account.grantWaiting()
    }

    /// Changes a supplier's accounts; returns who may connect now.
    mutating func accountsChanged(_ allowances: [AccountAllowance], of supplier: SupplierID) -> [Ticket] {
        var account = self.account(supplier)
        account.pool.accountsChanged(allowances)
        defer { self.accounts[supplier] = account }
        return account.grantWaiting()
    }

    /// It is so late now; returns who may connect because an account is not set aside any more.
    mutating func timePassed(to now: NIODeadline, of supplier: SupplierID) -> [Ticket] {
        guard self.accounts[supplier] != nil else { return [] }
        self.accounts[supplier]?.pool.now = now
        return self.accounts[supplier]?.grantWaiting() ?? []
    }

    /// Asks for a connection of `supplier`, for a channel that so many watch.
    mutating func requested(
        _ supplier: SupplierID,
        for channel: ChannelID? = nil,
        source: SourceID? = nil,
        viewers: Int = 0
    ) -> (ticket: Ticket, answer: Answer) {
        self.asked &+= 1
        let ticket = Ticket(supplier: supplier, number: self.asked)
        var account = self.account(supplier)
        defer { self.accounts[supplier] = account }
        // Who waits can't use what is free for this one: it would have been served.
        if account.pool.take(ticket, for: source) {
            account.stakes[ticket] = Stake(channel: channel, source: source, viewers: viewers)
            return (ticket, .granted)
        }
        guard account.waiting.count < Self.waitersMax else { return (ticket, .refused) }
        account.stakes[ticket] = Stake(channel: channel, source: source, viewers: viewers)
        account.waiting.append(ticket)
        return (ticket, .queued)
    }

    /// Asks for a connection that nobody else has a use for: never waits, and leaves `count` free for others.
    ///
    /// `nil` when there is none.
    mutating func requestedSpare(
        _ supplier: SupplierID,
        for channel: ChannelID? = nil,
        source: SourceID? = nil,
        leaving count: Int
    ) -> Ticket? {
        var account = self.account(supplier)
        defer { self.accounts[supplier] = account }
        guard account.waiting.isEmpty, account.pool.free(for: source) > Swift.max(0, count) else { return nil }
        self.asked &+= 1
        let ticket = Ticket(supplier: supplier, number: self.asked)
        guard account.pool.take(ticket, for: source) else { return nil }
        account.stakes[ticket] = Stake(channel: channel, source: source)
        return ticket
    }

    /// So many watch the channel of a ticket now.
    mutating func watched(_ ticket: Ticket, viewers: Int) {
        self.accounts[ticket.supplier]?.stakes[ticket]?.viewers = Swift.max(0, viewers)
    }

    /// The holder's source is open; from some time later on its connection may go to a channel that more people watch.
    mutating func opened(_ ticket: Ticket, now: NIODeadline) {
        guard self.accounts[ticket.supplier]?.pool.holds(ticket) ?? false else { return }
        self.accounts[ticket.supplier]?.openSince[ticket] = now
    }

    /// The holder's source gives media; returns the accounts that are set aside for having refused it.
    mutating func delivered(_ ticket: Ticket) -> [SlotPool.Aside] {
        let source = self.accounts[ticket.supplier]?.stakes[ticket]?.source
        return self.accounts[ticket.supplier]?.pool.delivered(ticket, source) ?? []
    }

    /// The supplier refused the holder's source with this status; what is held is to be given back after that.
    mutating func refused(_ ticket: Ticket, _ status: Int) -> SlotPool.Outcome {
        let source = self.accounts[ticket.supplier]?.stakes[ticket]?.source
        return self.accounts[ticket.supplier]?.pool.refused(ticket, source, status) ?? SlotPool.Outcome()
    }

    /// Who is to go because more people watch what waits; to be asked again until nobody is.
    mutating func taken(of supplier: SupplierID, now: NIODeadline) -> Taking? {
        self.accounts[supplier]?.take(now: now)
    }

    /// The holder would go if somebody waited; returns who is to go now, since somebody does.
    mutating func offered(_ ticket: Ticket) -> [Ticket] {
        guard var account = self.accounts[ticket.supplier], account.pool.holds(ticket),
            !account.offered.contains(ticket), !account.askedBack.contains(ticket)
        else { return [] }
        account.offered.append(ticket)
        let asked = account.takeOffers()
        self.accounts[ticket.supplier] = account
        return asked
    }

    /// The holder needs its connection after all; returns who is to go in its place, when it had been asked.
    mutating func kept(_ ticket: Ticket) -> [Ticket] {
        self.accounts[ticket.supplier]?.withdrawOffer(ticket)
        return self.accounts[ticket.supplier]?.takeOffers() ?? []
    }

    /// Who is to go for those that wait for `supplier`, because they offered to.
    mutating func askedBack(of supplier: SupplierID) -> [Ticket] {
        self.accounts[supplier]?.takeOffers() ?? []
    }

    /// Stops waiting; `false` when the ticket does not wait (it was granted meanwhile, or given back).
    mutating func withdrawn(_ ticket: Ticket) -> Bool {
        guard let index = self.accounts[ticket.supplier]?.waiting.firstIndex(of: ticket) else { return false }
        self.accounts[ticket.supplier]?.waiting.remove(at: index)
        self.accounts[ticket.supplier]?.forget(ticket)
        return true
    }

    /// Gives a connection back; returns who may connect now.
    ///
    /// A ticket that holds nothing changes nothing.
    mutating func returned(_ ticket: Ticket) -> [Ticket] {
        guard self.accounts[ticket.supplier]?.pool.giveBack(ticket) ?? false else { return [] }
        self.accounts[ticket.supplier]?.forget(ticket)
        return self.accounts[ticket.supplier]?.grantWaiting() ?? []
    }

    /// Connections of `supplier` that are held now.
    func held(of supplier: SupplierID) -> Int { self.accounts[supplier]?.pool.held ?? 0 }

    /// The same for one account.
    func held(of account: AccountID, at supplier: SupplierID) -> Int {
        self.accounts[supplier]?.pool.held(of: account) ?? 0
    }

    /// Whose connection a ticket holds; `nil` where the supplier has no accounts.
    func account(of ticket: Ticket) -> AccountID? { self.accounts[ticket.supplier]?.pool.account(of: ticket) }

    /// How many wait for `supplier`.
    func waiting(for supplier: SupplierID) -> Int { self.accounts[supplier]?.waiting.count ?? 0 }
}
