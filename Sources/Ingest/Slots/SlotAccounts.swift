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

        mutating func grantWaiting() -> [Ticket] {
            let free = Swift.max(0, self.limit - self.holders.count)
            let granted = Array(self.waiting.prefix(free))
            self.waiting.removeFirst(granted.count)
            self.holders.formUnion(granted)
            return granted
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
        return self.accounts[ticket.supplier]?.grantWaiting() ?? []
    }

    /// Connections of `supplier` that are held now.
    func held(of supplier: SupplierID) -> Int { self.accounts[supplier]?.holders.count ?? 0 }

    /// How many wait for `supplier`.
    func waiting(for supplier: SupplierID) -> Int { self.accounts[supplier]?.waiting.count ?? 0 }
}
