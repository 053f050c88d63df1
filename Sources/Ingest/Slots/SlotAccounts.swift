import Model

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

    private struct Account {
        var limit: Int
        var holders: Set<Ticket> = []
        var waiting: [Ticket] = []
        /// Holders that would go if somebody asked, longest offered first.
        var offered: [Ticket] = []
        /// Holders that were asked to go and have not gone yet.
        var askedBack: Set<Ticket> = []

        mutating func grantWaiting() -> [Ticket] {
            let free = Swift.max(0, self.limit - self.holders.count)
            let granted = Array(self.waiting.prefix(free))
            self.waiting.removeFirst(granted.count)
            self.holders.formUnion(granted)
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

        mutating func forget(_ ticket: Ticket) {
            self.offered.removeAll { $0 == ticket }
            self.askedBack.remove(ticket)
        }
    }

    private let unknownLimit: Int
    private var accounts: [SupplierID: Account] = [:]
    private var asked: UInt64 = 0

    /// Takes the limit of suppliers that nobody set one for.
    init(unknownLimit: Int) {
        self.unknownLimit = Swift.max(0, unknownLimit)
    }

    /// Changes a supplier's limit; returns who may connect now.
    ///
    /// A lowered limit takes no connection away.
    mutating func limitChanged(_ limit: Int, of supplier: SupplierID) -> [Ticket] {
        self.accounts[supplier, default: Account(limit: self.unknownLimit)].limit = Swift.max(0, limit)
        return self.accounts[supplier]?.grantWaiting() ?? []
    }

    /// Asks for a connection of `supplier`.
    mutating func requested(_ supplier: SupplierID) -> (ticket: Ticket, answer: Answer) {
        self.asked &+= 1
        let ticket = Ticket(supplier: supplier, number: self.asked)
        var account = self.accounts.removeValue(forKey: supplier) ?? Account(limit: self.unknownLimit)
        defer { self.accounts[supplier] = account }
        if account.waiting.isEmpty, account.holders.count < account.limit {
            account.holders.insert(ticket)
            return (ticket, .granted)
        }
        guard account.waiting.count < Self.waitersMax else { return (ticket, .refused) }
        account.waiting.append(ticket)
        return (ticket, .queued)
    }

    /// Asks for a connection that nobody else has a use for: never waits, and leaves `count` free for others.
    ///
    /// `nil` when there is none.
    mutating func requestedSpare(_ supplier: SupplierID, leaving count: Int) -> Ticket? {
        var account = self.accounts.removeValue(forKey: supplier) ?? Account(limit: self.unknownLimit)
        defer { self.accounts[supplier] = account }
        guard account.waiting.isEmpty, account.holders.count + Swift.max(0, count) < account.limit else { return nil }
        self.asked &+= 1
        let ticket = Ticket(supplier: supplier, number: self.asked)
        account.holders.insert(ticket)
        return ticket
    }

    /// The holder would go if somebody waited; returns who is to go now, since somebody does.
    mutating func offered(_ ticket: Ticket) -> [Ticket] {
        guard var account = self.accounts[ticket.supplier], account.holders.contains(ticket),
            !account.offered.contains(ticket), !account.askedBack.contains(ticket)
        else { return [] }
        account.offered.append(ticket)
        let asked = account.takeOffers()
        self.accounts[ticket.supplier] = account
        return asked
    }

    /// The holder needs its connection after all; returns who is to go in its place, when it had been asked.
    mutating func kept(_ ticket: Ticket) -> [Ticket] {
        self.accounts[ticket.supplier]?.forget(ticket)
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
        return true
    }

    /// Gives a connection back; returns who may connect now.
    ///
    /// A ticket that holds nothing changes nothing.
    mutating func returned(_ ticket: Ticket) -> [Ticket] {
        guard self.accounts[ticket.supplier]?.holders.remove(ticket) != nil else { return [] }
        self.accounts[ticket.supplier]?.forget(ticket)
        return self.accounts[ticket.supplier]?.grantWaiting() ?? []
    }

    /// Connections of `supplier` that are held now.
    func held(of supplier: SupplierID) -> Int { self.accounts[supplier]?.holders.count ?? 0 }

    /// How many wait for `supplier`.
    func waiting(for supplier: SupplierID) -> Int { self.accounts[supplier]?.waiting.count ?? 0 }
}
