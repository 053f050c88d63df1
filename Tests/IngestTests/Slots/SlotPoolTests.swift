import Model
import NIOCore
import TestSupport
import Testing

@testable import Ingest

/// Several accounts of one supplier.
struct SlotPoolTests {
    let alpha = SupplierID(rawValue: "alpha")

    private static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    /// Accounts 1, 2, … with these limits.
    private func accounts(_ limits: Int..., doubtful: Set<Int64> = []) -> SlotAccounts {
        var accounts = SlotAccounts(unknownLimit: 1)
        let allowances = limits.enumerated().map { index, limit in
            AccountAllowance(
                account: AccountID(Int64(index + 1)),
                limit: limit,
                isDoubtful: doubtful.contains(Int64(index + 1))
            )
        }
        _ = accounts.accountsChanged(allowances, of: self.alpha)
        return accounts
    }

    /// A connection for a source, and the account it is of; `nil` when it has to wait.
    private func ask(_ accounts: inout SlotAccounts, _ source: Int64) -> (ticket: SlotAccounts.Ticket, account: Int64?)
    {
        let (ticket, answer) = accounts.requested(self.alpha, source: SourceID(source))
        return (ticket, answer == .granted ? accounts.account(of: ticket)?.rawValue : nil)
    }

    @Test func `the slots of all accounts together are the supplier's, each its own`() {
        var accounts = self.accounts(1, 2)
        let asked = (1...4).map { self.ask(&accounts, $0) }
        #expect(asked.map(\.account) == [1, 2, 2, nil])
        #expect(accounts.held(of: AccountID(2), at: self.alpha) == 2)
        #expect(accounts.returned(asked[1].ticket) == [asked[3].ticket])
        #expect(accounts.account(of: asked[3].ticket) == AccountID(2))
        #expect(accounts.requestedSpare(self.alpha, leaving: 0) == nil)
    }

    @Test func `the account that ended a connection longest ago is used first`() {
        var accounts = self.accounts(1, 1)
        let first = self.ask(&accounts, 1)
        _ = accounts.returned(first.ticket)
        #expect(first.account == 1)
        let second = self.ask(&accounts, 1)
        #expect(second.account == 2)
        _ = accounts.returned(second.ticket)
        #expect(self.ask(&accounts, 1).account == 1)
    }

    @Test func `an account is set aside when another one gives what it refused, and longer each time`() {
        var accounts = self.accounts(1, 2)
        for (round, seconds) in [60, 300, 900, 900].enumerated() {
            let now = Self.at(Int64(round) * 10_000)
            _ = accounts.timePassed(to: now, of: self.alpha)
            let first = self.ask(&accounts, 7)
            #expect(first.account == 1)
            let outcome = accounts.refused(first.ticket, 403)
            #expect(outcome == .init(aside: nil, mayTryAnother: true))
            _ = accounts.returned(first.ticket)
            let second = self.ask(&accounts, 7)
            #expect(second.account == 2)
            let length = TimeAmount.seconds(Int64(seconds))
            #expect(
                accounts.delivered(second.ticket) == [.init(account: AccountID(1), status: 403, length: length)]
            )
            // Other sources leave it alone as well, until the time is over.
            let third = self.ask(&accounts, 8)
            #expect(third.account == 2)
            let fourth = self.ask(&accounts, 9)
            #expect(fourth.account == nil)
            #expect(accounts.timePassed(to: now + length - .seconds(1), of: self.alpha) == [])
            #expect(accounts.timePassed(to: now + length, of: self.alpha) == [fourth.ticket])
            // The refusing one first, so that it comes to its turn again.
            for ticket in [fourth.ticket, third.ticket, second.ticket] { _ = accounts.returned(ticket) }
        }
    }

    @Test func `a source that all accounts refuse is at fault itself`() {
        var accounts = self.accounts(1, 1)
        let first = self.ask(&accounts, 7)
        #expect(accounts.refused(first.ticket, 403).mayTryAnother)
        _ = accounts.returned(first.ticket)
        let second = self.ask(&accounts, 7)
        #expect(second.account != first.account)
        #expect(accounts.refused(second.ticket, 403) == .init(aside: nil, mayTryAnother: false))
        _ = accounts.returned(second.ticket)
        #expect([8, 9].map { self.ask(&accounts, $0).account != nil } == [true, true])
    }

    @Test func `an account that refuses two sources is at fault, but not while it plays a third`() {
        var accounts = self.accounts(2, 0)
        let busy = self.ask(&accounts, 1)
        _ = accounts.delivered(busy.ticket)
        for source in [7, 8] as [Int64] {
            let ticket = self.ask(&accounts, source)
            #expect(ticket.account == 1)
            #expect(accounts.refused(ticket.ticket, 401) == .init(aside: nil, mayTryAnother: true))
            _ = accounts.returned(ticket.ticket)
        }
        _ = accounts.returned(busy.ticket)
        let last = self.ask(&accounts, 9)
        #expect(last.account == 1)
        let aside = SlotPool.Aside(account: AccountID(1), status: 401, length: .minutes(1))
        #expect(accounts.refused(last.ticket, 401) == .init(aside: aside, mayTryAnother: true))
    }

    @Test(arguments: [(429, true), (458, true), (509, true), (404, false), (500, false), (503, false)])
    func `full accounts are set aside at once, other answers are not the account's`(_ status: Int, _ isAside: Bool) {
        var accounts = self.accounts(2, 1)
        let first = self.ask(&accounts, 1)
        #expect((accounts.refused(first.ticket, status).aside != nil) == isAside)
        #expect(self.ask(&accounts, 2).account == (isAside ? 2 : 1))
    }

    @Test func `accounts whose panel says no are used where no other is left`() {
        var accounts = self.accounts(1, 1, doubtful: [1])
        #expect(self.ask(&accounts, 1).account == 2)
        #expect(self.ask(&accounts, 2).account == nil)
        var none = self.accounts(1, 1, doubtful: [1, 2])
        #expect(self.ask(&none, 1).account == 1)
    }

    @Test func `a supplier without accounts sets nothing aside`() {
        var accounts = SlotAccounts(unknownLimit: 1)
        let ticket = accounts.requested(self.alpha, source: SourceID(1)).ticket
        #expect(accounts.account(of: ticket) == nil)
        #expect(accounts.refused(ticket, 403) == .init())
        #expect(accounts.delivered(ticket) == [])
    }

    @Test func `what was held before there were accounts counts against each until it is given back`() {
        var accounts = SlotAccounts(unknownLimit: 1)
        let before = accounts.requested(self.alpha, source: SourceID(1)).ticket
        let allowances = [AccountAllowance(account: AccountID(1), limit: 1)]
        #expect(accounts.accountsChanged(allowances, of: self.alpha) == [])
        let waiting = self.ask(&accounts, 2)
        #expect(waiting.account == nil)
        #expect(accounts.returned(before) == [waiting.ticket])
        // And the other way round.
        #expect(accounts.accountsChanged([], of: self.alpha) == [])
        #expect(self.ask(&accounts, 3).account == nil)
        #expect(accounts.held(of: self.alpha) == 1)
    }

    @Test func `the channel that more people watch has an account's connection as well`() {
        var accounts = self.accounts(1, 1)
        let held = [(1, 5), (2, 1)].map { channel, viewers in
            accounts.requested(self.alpha, for: ChannelID(Int64(channel)), viewers: viewers).ticket
        }
        for ticket in held { accounts.opened(ticket, now: Self.at(0)) }
        let third = accounts.requested(self.alpha, for: ChannelID(3), viewers: 2).ticket
        #expect(accounts.taken(of: self.alpha, now: Self.at(20)) == .init(ticket: held[1], winner: ChannelID(3)))
        #expect(accounts.returned(held[1]) == [third])
        #expect(accounts.account(of: third) == AccountID(2))
    }

    @Test(arguments: [0x5EED, 0xBEEF, 0xF00D, 0xCAFE] as [UInt64])
    func `no order of opens, closes with linger, refusals and changes passes any account's limit`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var accounts = SlotAccounts(unknownLimit: 2)
        var limits: [AccountID: Int] = [:]
        var clock: Int64 = 0
        /// What a supplier counts: who holds, and what was closed and lingers.
        var held: [SlotAccounts.Ticket] = []
        var lingering: [(ticket: SlotAccounts.Ticket, until: Int64)] = []
        var waiting: Set<SlotAccounts.Ticket> = []
        func grant(_ tickets: [SlotAccounts.Ticket]) {
            for ticket in tickets {
                let wasWaiting = waiting.remove(ticket) != nil
                #expect(wasWaiting)
                held.append(ticket)
            }
        }
        for _ in 0..<4_000 {
            clock += Int64.random(in: 0...3, using: &random)
            grant(accounts.timePassed(to: Self.at(clock), of: self.alpha))
            for ended in lingering where ended.until <= clock { grant(accounts.returned(ended.ticket)) }
            lingering.removeAll { $0.until <= clock }
            var before: [AccountID: Int] = [:]
            for ticket in held + lingering.map(\.ticket) {
                if let account = accounts.account(of: ticket) { before[account, default: 0] += 1 }
            }
            switch Int.random(in: 0..<12, using: &random) {
            case 0..<5:
                let source = SourceID(Int64.random(in: 1...6, using: &random))
                let (ticket, answer) = accounts.requested(self.alpha, source: source)
                if answer == .granted { held.append(ticket) } else { waiting.insert(ticket) }
            case 5..<8 where !held.isEmpty:
                let ticket = held.remove(at: Int.random(in: 0..<held.count, using: &random))
                lingering.append((ticket, clock + Int64.random(in: 0...5, using: &random)))
            case 8 where !held.isEmpty:
                let ticket = held.remove(at: Int.random(in: 0..<held.count, using: &random))
                _ = accounts.refused(ticket, [401, 403, 458, 404][Int.random(in: 0..<4, using: &random)])
                grant(accounts.returned(ticket))
            case 9 where !held.isEmpty:
                _ = accounts.delivered(held[Int.random(in: 0..<held.count, using: &random)])
            case 10 where !waiting.isEmpty:
                // The youngest, so that the same seed does the same.
                guard let ticket = waiting.max(by: { $0.number < $1.number }) else { break }
                waiting.remove(ticket)
                let isWithdrawn = accounts.withdrawn(ticket)
                #expect(isWithdrawn)
            default:
                let count = Int64.random(in: 0...4, using: &random)
                let allowances = (0..<count).map { number in
                    AccountAllowance(
                        account: AccountID(number + 1),
                        limit: Int.random(in: 0...3, using: &random),
                        isDoubtful: Int.random(in: 0..<5, using: &random) == 0
                    )
                }
                limits = Dictionary(uniqueKeysWithValues: allowances.map { ($0.account, $0.limit) })
                grant(accounts.accountsChanged(allowances, of: self.alpha))
            }
            var counts: [AccountID: Int] = [:]
            for ticket in held + lingering.map(\.ticket) {
                if let account = accounts.account(of: ticket) { counts[account, default: 0] += 1 }
            }
            for (account, count) in counts {
                #expect(count <= Swift.max(limits[account] ?? 0, before[account] ?? 0))
                #expect(accounts.held(of: account, at: self.alpha) == count)
            }
            #expect(accounts.held(of: self.alpha) == held.count + lingering.count)
            #expect(accounts.waiting(for: self.alpha) == waiting.count)
        }
        #expect(clock > 1_000)
    }
}
