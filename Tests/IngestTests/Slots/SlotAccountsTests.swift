import Model
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Ingest

struct SlotAccountsTests {
    let alpha = SupplierID(rawValue: "alpha")
    let beta = SupplierID(rawValue: "beta")

    @Test func `first come, first served, up to the limit`() {
        var accounts = SlotAccounts(unknownLimit: 1)
        #expect(accounts.limitChanged(2, of: self.alpha) == [])
        let first = accounts.requested(self.alpha)
        let second = accounts.requested(self.alpha)
        let third = accounts.requested(self.alpha)
        let fourth = accounts.requested(self.alpha)
        #expect([first, second, third, fourth].map(\.answer) == [.granted, .granted, .queued, .queued])
        #expect(accounts.returned(second.ticket) == [third.ticket])
        #expect(accounts.returned(second.ticket) == [])
        #expect(accounts.withdrawn(fourth.ticket) == true)
        #expect(accounts.withdrawn(third.ticket) == false)
        #expect(accounts.returned(first.ticket) == [])
        #expect(accounts.held(of: self.alpha) == 1)
    }

    @Test func `suppliers do not share slots, and an unknown one has one`() {
        var accounts = SlotAccounts(unknownLimit: 1)
        #expect(accounts.requested(self.alpha).answer == .granted)
        #expect(accounts.requested(self.alpha).answer == .queued)
        #expect(accounts.requested(self.beta).answer == .granted)
    }

    @Test func `a raised limit lets waiters in, a lowered one lets nobody in until enough have left`() {
        var accounts = SlotAccounts(unknownLimit: 0)
        let tickets = (0..<4).map { _ in accounts.requested(self.alpha).ticket }
        #expect(accounts.limitChanged(3, of: self.alpha) == Array(tickets[..<3]))
        #expect(accounts.limitChanged(1, of: self.alpha) == [])
        #expect(accounts.returned(tickets[0]) == [])
        #expect(accounts.returned(tickets[1]) == [])
        #expect(accounts.returned(tickets[2]) == [tickets[3]])
    }

    /// One connection that a channel holds, its source open for so long, and another channel that waits for it.
    private func contest(
        _ holder: (channel: Int64, viewers: Int),
        _ claimant: (channel: Int64, viewers: Int),
        after seconds: Int64 = 60
    ) -> SlotAccounts.Taking? {
        var accounts = SlotAccounts(unknownLimit: 1)
        let start = NIODeadline.uptimeNanoseconds(0)
        let held = accounts.requested(self.alpha, for: ChannelID(holder.channel), viewers: holder.viewers).ticket
        accounts.opened(held, now: start)
        _ = accounts.requested(self.alpha, for: ChannelID(claimant.channel), viewers: claimant.viewers)
        return accounts.taken(of: self.alpha, now: start + .seconds(seconds))
    }

    @Test func `the channel that more people watch has the connection, ties go to the older`() {
        #expect(self.contest((1, 2), (2, 3))?.winner == ChannelID(2))
        #expect(self.contest((1, 3), (2, 3)) == nil)
        #expect(self.contest((1, 3), (2, 2)) == nil)
        #expect(self.contest((1, 0), (2, 0)) == nil)
        // Another source of the same channel is no other channel.
        #expect(self.contest((1, 0), (1, 3)) == nil)
        // What has just been opened is left alone for a while.
        #expect(self.contest((1, 0), (2, 3), after: 9) == nil)
        #expect(self.contest((1, 0), (2, 3), after: 10)?.winner == ChannelID(2))
    }

    @Test func `the least watched of several goes, the youngest of equals, and one for each that waits`() {
        var accounts = SlotAccounts(unknownLimit: 3)
        let start = NIODeadline.uptimeNanoseconds(0)
        let held = [(1, 5), (2, 1), (3, 1)].map { channel, viewers in
            accounts.requested(self.alpha, for: ChannelID(Int64(channel)), viewers: viewers).ticket
        }
        for ticket in held { accounts.opened(ticket, now: start) }
        let late = start + .seconds(20)
        let fourth = accounts.requested(self.alpha, for: ChannelID(4), viewers: 2).ticket
        #expect(accounts.taken(of: self.alpha, now: late) == .init(ticket: held[2], winner: ChannelID(4)))
        #expect(accounts.taken(of: self.alpha, now: late) == nil)
        // One that more people watch comes before it is free, and is served first.
        let fifth = accounts.requested(self.alpha, for: ChannelID(5), viewers: 9).ticket
        #expect(accounts.taken(of: self.alpha, now: late) == .init(ticket: held[1], winner: ChannelID(4)))
        #expect(accounts.returned(held[2]) == [fifth])
        #expect(accounts.returned(held[1]) == [fourth])
        // Its viewers have left for another.
        accounts.opened(fifth, now: late)
        accounts.watched(held[0], viewers: 0)
        _ = accounts.requested(self.alpha, for: ChannelID(6), viewers: 1)
        #expect(accounts.taken(of: self.alpha, now: late) == .init(ticket: held[0], winner: ChannelID(6)))
        #expect(accounts.held(of: self.alpha) == 3)
    }

    @Test func `refuses when too many wait`() {
        var accounts = SlotAccounts(unknownLimit: 0)
        for _ in 0..<SlotAccounts.waitersMax { _ = accounts.requested(self.alpha) }
        #expect(accounts.requested(self.alpha).answer == .refused)
    }

    @Test func `a spare connection is one that nobody waits for, and leaves as many as it is told`() {
        var accounts = SlotAccounts(unknownLimit: 2)
        #expect(accounts.requestedSpare(self.alpha, leaving: 2) == nil)
        let spare = accounts.requestedSpare(self.alpha, leaving: 1)
        #expect(spare != nil)
        #expect(accounts.requestedSpare(self.alpha, leaving: 1) == nil)
        #expect(accounts.requested(self.alpha).answer == .granted)
        #expect(accounts.requestedSpare(self.alpha, leaving: 0) == nil)
        #expect(accounts.requestedSpare(self.alpha, leaving: -1) == nil)
        let waiting = accounts.requested(self.alpha)
        #expect(waiting.answer == .queued)
        #expect(accounts.limitChanged(2, of: self.alpha) == [])
        #expect(accounts.held(of: self.alpha) == 2)
    }

    @Test func `who offered a connection is asked for it when somebody waits, once each`() {
        var accounts = SlotAccounts(unknownLimit: 3)
        let tickets = (0..<3).map { _ in accounts.requested(self.alpha).ticket }
        #expect(accounts.offered(tickets[1]) == [])
        #expect(accounts.offered(tickets[2]) == [])
        let first = accounts.requested(self.alpha)
        #expect(accounts.askedBack(of: self.alpha) == [tickets[1]])
        #expect(accounts.askedBack(of: self.alpha) == [], "one is on its way")
        // It is needed after all: the next one that was offered goes.
        #expect(accounts.kept(tickets[1]) == [tickets[2]])
        #expect(accounts.returned(tickets[2]) == [first.ticket])
        let second = accounts.requested(self.alpha)
        #expect(accounts.askedBack(of: self.alpha) == [])
        // Somebody waits already when it is offered.
        #expect(accounts.offered(tickets[0]) == [tickets[0]])
        #expect(accounts.offered(tickets[0]) == [])
        #expect(accounts.returned(tickets[0]) == [second.ticket])
        #expect(accounts.offered(tickets[0]) == [], "it holds nothing any more")
    }

    @Test(arguments: [0x5EED, 0xBEEF, 0xF00D] as [UInt64])
    func `no order of opens, closes, reconnects and changed limits passes the limit or loses a slot`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var accounts = SlotAccounts(unknownLimit: 1)
        var limit = 1
        var held: [SlotAccounts.Ticket] = []
        var waiting: [SlotAccounts.Ticket] = []
        func grant(_ tickets: [SlotAccounts.Ticket]) {
            #expect(Array(waiting.prefix(tickets.count)) == tickets)
            waiting.removeFirst(tickets.count)
            held += tickets
        }
        func request() {
            let (ticket, answer) = accounts.requested(self.alpha)
            if answer == .granted { held.append(ticket) } else { waiting.append(ticket) }
        }
        for _ in 0..<5_000 {
            let before = held.count
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4: request()
            case 4..<6 where !held.isEmpty:
                grant(accounts.returned(held.remove(at: Int.random(in: 0..<held.count, using: &random))))
            case 6..<8 where !held.isEmpty:
                // A reconnect gives the slot back before it asks again.
                grant(accounts.returned(held.removeFirst()))
                request()
            case 8 where !waiting.isEmpty:
                let index = Int.random(in: 0..<waiting.count, using: &random)
                let isWithdrawn = accounts.withdrawn(waiting.remove(at: index))
                #expect(isWithdrawn)
            default:
                limit = Int.random(in: 0...5, using: &random)
                grant(accounts.limitChanged(limit, of: self.alpha))
            }
            #expect(accounts.held(of: self.alpha) == held.count)
            #expect(held.count <= Swift.max(limit, before))
            #expect(held.count >= limit || waiting.isEmpty, "a slot is free while somebody waits")
        }
    }

    @Test func `threads that ask and give back at once never hold more than the limit`() async throws {
        let slots = SupplierSlots(unknownLimit: 3)
        let alpha = self.alpha
        let gauge = Gauge()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    for _ in 0..<200 {
                        let hold = Hold()
                        await withCheckedContinuation { continuation in
                            hold.ticket.withLock { $0 = slots.request(alpha) { continuation.resume() } }
                        }
                        gauge.entered()
                        gauge.left()
                        if let ticket = hold.ticket.withLock({ $0 }) { slots.giveBack(ticket) }
                    }
                }
            }
        }
        #expect(gauge.most <= 3)
        #expect(gauge.most > 0)
        #expect(slots.held(of: alpha) == 0)
    }
}

/// What a task holds.
private final class Hold: Sendable {
    let ticket = Mutex<SupplierSlots.Ticket?>(nil)
}

/// How many are inside, and the most there ever were.
private final class Gauge: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { self.state.withLock { $0.most } }

    func entered() {
        self.state.withLock { state in
            state.now += 1
            state.most = Swift.max(state.most, state.now)
        }
    }

    func left() { self.state.withLock { $0.now -= 1 } }
}
