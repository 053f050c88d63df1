import Model
import NIOCore

/// The accounts of one supplier, who holds connections of each, and which of them may be used.
///
/// Pure. A supplier without accounts has one nameless one: its addresses say which it is.
struct SlotPool: Sendable {
    typealias Ticket = SlotAccounts.Ticket

    /// For how long an account is set aside, one step after each time without media in between.
    static let asideSteps: [TimeAmount] = [.minutes(1), .minutes(5), .minutes(15)]
    /// How long an account is not asked again for a source that it refused, while others can be asked.
    static let refusalAge = TimeAmount.minutes(1)
    /// Sources that an account has to have refused, with no media in between, to be at fault itself.
    static let refusedSourcesMin = 2
    /// With these a supplier says who may not; it may be about the account or about the source.
    static let deniedStatuses: Set<Int> = [401, 403]
    /// With these panels say that all connections of an account are taken, by somebody else then.
    static let fullStatuses: Set<Int> = [429, 458, 509]

    private struct Refusal {
        var until: NIODeadline
        var status: Int
    }

    private struct Account {
        /// `nil` for the nameless one.
        var id: AccountID?
        var limit: Int
        /// Whether its panel says that it may not be used.
        var isDoubtful = false
        var holders: Set<Ticket> = []
        /// Holders of accounts that were there before and may be the same one by another number.
        var inherited: Set<Ticket> = []
        /// The sources it refused lately.
        var refusals: [SourceID: Refusal] = [:]
        var asideUntil: NIODeadline?
        /// How often it was set aside without media in between.
        var asides = 0
        /// When it last gave a connection back, in the order of such times.
        var lastReturn: UInt64 = 0

        var free: Int { Swift.max(0, self.limit - self.holders.count - self.inherited.count) }

        func isAside(_ now: NIODeadline) -> Bool { self.isDoubtful || (self.asideUntil.map { now < $0 } ?? false) }

        func refuses(_ source: SourceID?, _ now: NIODeadline) -> Bool {
            guard let source, let refusal = self.refusals[source] else { return false }
            return now < refusal.until
        }
    }

    /// What an account's refusal led to.
    struct Outcome: Hashable, Sendable {
        var aside: Aside?
        /// Whether another account may be asked for the same source.
        var mayTryAnother = false
    }

    /// An account that was set aside.
    struct Aside: Hashable, Sendable {
        var account: AccountID
        var status: Int
        var length: TimeAmount
    }

    /// Connections of a supplier without accounts.
    private var plainLimit: Int
    /// In the order of their numbers.
    private var accounts: [Account]
    /// Holders of accounts that are there no more.
    private var departed: Set<Ticket> = []
    /// Holders whose source has given media.
    private var delivering: Set<Ticket> = []
    private var returns: UInt64 = 0
    var now = NIODeadline.uptimeNanoseconds(0)

    init(limit: Int) {
        self.plainLimit = limit
        self.accounts = [Account(id: nil, limit: limit)]
    }

    var held: Int { self.accounts.reduce(self.departed.count) { $0 + $1.holders.count } }

    var holders: Set<Ticket> { self.accounts.reduce(into: self.departed) { $0.formUnion($1.holders) } }

    func holds(_ ticket: Ticket) -> Bool { self.departed.contains(ticket) || self.index(of: ticket) != nil }

    func held(of account: AccountID) -> Int { self.accounts.first { $0.id == account }?.holders.count ?? 0 }

    /// Whose connection a ticket holds; `nil` for the nameless account.
    func account(of ticket: Ticket) -> AccountID? { self.index(of: ticket).flatMap { self.accounts[$0].id } }

    private func index(of ticket: Ticket) -> Int? { self.accounts.firstIndex { $0.holders.contains(ticket) } }

    /// Sets the limit of the nameless account.
    mutating func limitChanged(_ limit: Int) {
        self.plainLimit = limit
        if self.accounts.count == 1, self.accounts[0].id == nil { self.accounts[0].limit = limit }
    }

    /// Makes these the accounts; with none, the nameless one.
    ///
    /// Nothing is taken away from who holds. What is held of an account that goes counts against those that are new until
    /// it is given back: an account may be had under another number, and before there were any, an address was one of them.
    mutating func accountsChanged(_ allowances: [AccountAllowance]) {
        let ids: [AccountID?] = allowances.isEmpty ? [nil] : allowances.map(\.account)
        for account in self.accounts where !ids.contains(account.id) { self.departed.formUnion(account.holders) }
        let known = self.accounts.filter { ids.contains($0.id) }
        guard !allowances.isEmpty else {
            self.accounts = known.isEmpty ? [Account(id: nil, limit: self.plainLimit, inherited: self.departed)] : known
            return
        }
        self.accounts = allowances.map { allowance in
            var account =
                known.first { $0.id == allowance.account }
                ?? Account(id: allowance.account, limit: 0, inherited: self.departed)
            account.limit = Swift.max(0, allowance.limit)
            account.isDoubtful = allowance.isDoubtful
            return account
        }
    }

    /// The accounts that may be asked for a source, as far as is known.
    ///
    /// Where all are aside, all may: the worst that can come of it is one more refusal.
    private func usable(for source: SourceID?) -> [Int] {
        let sound = self.accounts.indices.filter { !self.accounts[$0].isAside(self.now) }
        let asked = sound.isEmpty ? Array(self.accounts.indices) : sound
        let willing = asked.filter { !self.accounts[$0].refuses(source, self.now) }
        return willing.isEmpty ? asked : willing
    }

    /// Connections that are free for a source.
    func free(for source: SourceID?) -> Int { self.usable(for: source).reduce(0) { $0 + self.accounts[$1].free } }

    /// Who holds what a source could use.
    func holders(useful source: SourceID?) -> Set<Ticket> {
        self.usable(for: source).reduce(into: []) { $0.formUnion(self.accounts[$1].holders) }
    }

    /// Gives a free connection to a ticket; `false` when there is none.
    ///
    /// Of the account whose last connection ended longest ago: a supplier may still count one that has just ended.
    mutating func take(_ ticket: Ticket, for source: SourceID?) -> Bool {
        let free = self.usable(for: source).filter { self.accounts[$0].free > 0 }
        guard let index = free.min(by: { self.accounts[$0].lastReturn < self.accounts[$1].lastReturn }) else {
            return false
        }
        self.accounts[index].holders.insert(ticket)
        return true
    }

    /// Takes a connection back; `false` when the ticket holds none.
    mutating func giveBack(_ ticket: Ticket) -> Bool {
        self.delivering.remove(ticket)
        self.returns &+= 1
        for index in self.accounts.indices { self.accounts[index].inherited.remove(ticket) }
        if self.departed.remove(ticket) != nil { return true }
        guard let index = self.index(of: ticket) else { return false }
        self.accounts[index].holders.remove(ticket)
        self.accounts[index].lastReturn = self.returns
        return true
    }

    /// The ticket's source gives media: its account is well, and those that refused the same source are not.
    mutating func delivered(_ ticket: Ticket, _ source: SourceID?) -> [Aside] {
        guard let own = self.index(of: ticket) else { return [] }
        self.delivering.insert(ticket)
        self.accounts[own].refusals = [:]
        self.accounts[own].asideUntil = nil
        self.accounts[own].asides = 0
        return self.accounts.indices.compactMap { index in
            guard index != own, self.accounts[index].refuses(source, self.now),
                let status = source.flatMap({ self.accounts[index].refusals[$0]?.status })
            else { return nil }
            return self.setAside(index, status)
        }
    }

    /// The supplier refused the ticket's source with this status.
    mutating func refused(_ ticket: Ticket, _ source: SourceID?, _ status: Int) -> Outcome {
        guard let own = self.index(of: ticket), self.accounts[own].id != nil else { return Outcome() }
        var outcome = Outcome()
        if Self.fullStatuses.contains(status) {
            outcome.aside = self.setAside(own, status)
        } else if Self.deniedStatuses.contains(status), let source {
            self.accounts[own].refusals = self.accounts[own].refusals.filter { self.now < $0.value.until }
            self.accounts[own].refusals[source] = Refusal(until: self.now + Self.refusalAge, status: status)
            let isWell = self.accounts[own].holders.contains { $0 != ticket && self.delivering.contains($0) }
            if !isWell, self.accounts[own].refusals.count >= Self.refusedSourcesMin {
                outcome.aside = self.setAside(own, status)
            }
        } else {
            return outcome
        }
        outcome.mayTryAnother = self.accounts.indices.contains {
            $0 != own && !self.accounts[$0].isAside(self.now) && !self.accounts[$0].refuses(source, self.now)
        }
        // Whom all refuse is at fault itself.
        if !outcome.mayTryAnother, let source {
            for index in self.accounts.indices { self.accounts[index].refusals.removeValue(forKey: source) }
        }
        return outcome
    }

    private mutating func setAside(_ index: Int, _ status: Int) -> Aside? {
        guard let id = self.accounts[index].id, !self.accounts[index].isAside(self.now) else { return nil }
        let length = Self.asideSteps[Swift.min(self.accounts[index].asides, Self.asideSteps.count - 1)]
        self.accounts[index].asides += 1
        self.accounts[index].asideUntil = self.now + length
        self.accounts[index].refusals = [:]
        return Aside(account: id, status: status, length: length)
    }
}

/// What one account of a supplier allows.
struct AccountAllowance: Hashable, Sendable {
    var account: AccountID
    /// Connections at once.
    var limit: Int
    /// Whether its panel says that it may not be used: then only where no other may be.
    var isDoubtful = false
}
