import Dispatch
import Events
import Model
import Synchronization

/// Calls something later; a test's does so when it is told to.
package struct WaitTimer: Sendable {
    /// Runs a body once, on any thread, so many milliseconds from now.
    package var after: @Sendable (_ milliseconds: Int64, _ body: @escaping @Sendable () -> Void) -> Void

    package init(after: @escaping @Sendable (Int64, @escaping @Sendable () -> Void) -> Void) {
        self.after = after
    }

    /// By the monotonic clock.
    package static let system = WaitTimer { milliseconds, body in
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(milliseconds)), execute: body)
    }
}

/// Starts that wait for a slot of their credential to be freed; any thread.
///
/// They wait outside the ledger and are asked again there: whoever came first when a slot is freed, and each for the
/// last time when its time is over.
final class WaitingRoom: Sendable {
    /// Starts that wait in all; further ones are decided at once.
    static let countMax = 4_096
    /// Starts of one credential that wait: more slots are never about to be freed.
    static let perCredentialMax = 8

    /// Has a start decided again; `waiter` is its place here, `nil` when it has none any more.
    typealias Ask = @Sendable (_ wait: SlotWait, _ waiter: UInt64?) -> Void

    fileprivate struct Waiter {
        var credential: CredentialID
        var ask: Ask
        /// Whether its time was over while it was being decided.
        var isOver = false
        /// The event up to which it has been decided.
        var askedAfter: Int64 = 0
    }

    fileprivate struct State {
        var waiters: [UInt64: Waiter] = [:]
        /// Those that are not being decided now, oldest first.
        var queues: [CredentialID: [UInt64]] = [:]
        var last: UInt64 = 0
        /// What was committed last: a slot that is freed in the batch that says "wait" is told before that answer.
        var newest: [Envelope] = []
    }

    private let timer: WaitTimer
    private let state = Mutex(State())

    init(timer: WaitTimer) {
        self.timer = timer
    }

    var count: Int { self.state.withLock { $0.waiters.count } }

    /// The ledger said that a start is to wait; on its thread, in the answer.
    ///
    /// `waiter` is the place that it has, `nil` the first time.
    func wait(_ waiter: UInt64?, for credential: CredentialID, _ ask: @escaping Ask) {
        guard let number = waiter ?? self.enter(credential, ask) else { return ask(.crowded, nil) }
        let next = self.state.withLock { $0.next(for: number) }
        switch next {
        case .stay: break
        case .askAgain: ask(.allowed, number)
        case .askLast: ask(.over, nil)
        }
    }

    /// The start has been decided.
    func left(_ waiter: UInt64) {
        self.state.withLock { _ = $0.waiters.removeValue(forKey: waiter) }
    }

    /// Something was committed; on the ledger's thread.
    func committed(_ envelopes: [Envelope]) {
        let woken = self.state.withLock { state -> [(Ask, UInt64)] in
            state.newest = envelopes
            guard !state.queues.isEmpty else { return [] }
            return envelopes.compactMap { $0.event.freedSlot }.compactMap { state.wake($0) }
        }
        for (ask, waiter) in woken { ask(.allowed, waiter) }
    }

    private func enter(_ credential: CredentialID, _ ask: @escaping Ask) -> UInt64? {
        let number = self.state.withLock { state -> UInt64? in
            guard state.waiters.count < Self.countMax, (state.queues[credential]?.count ?? 0) < Self.perCredentialMax
            else { return nil }
            state.last += 1
            state.waiters[state.last] = Waiter(credential: credential, ask: ask)
            return state.last
        }
        if let number {
            self.timer.after(SlotWait.lengthMs) { [weak self] in self?.timedOut(number) }
        }
        return number
    }

    private func timedOut(_ number: UInt64) {
        let ask = self.state.withLock { $0.timedOut(number) }
        ask?(.over, nil)
    }
}

extension WaitingRoom.State {
    enum Next { case stay, askAgain, askLast }

    mutating func next(for number: UInt64) -> Next {
        guard var waiter = self.waiters[number], !waiter.isOver else {
            self.waiters[number] = nil
            return .askLast
        }
        if let last = self.newest.last?.seq, last > waiter.askedAfter,
            self.newest.contains(where: { $0.event.freedSlot == waiter.credential })
        {
            waiter.askedAfter = last
            self.waiters[number] = waiter
            return .askAgain
        }
        self.queues[waiter.credential, default: []].append(number)
        return .stay
    }

    mutating func wake(_ credential: CredentialID) -> (WaitingRoom.Ask, UInt64)? {
        guard let number = self.queues[credential]?.first, let waiter = self.waiters[number] else { return nil }
        self.removeFromQueue(number, credential)
        return (waiter.ask, number)
    }

    mutating func timedOut(_ number: UInt64) -> WaitingRoom.Ask? {
        guard let waiter = self.waiters[number] else { return nil }
        guard self.queues[waiter.credential]?.contains(number) ?? false else {
            self.waiters[number]?.isOver = true
            return nil
        }
        self.removeFromQueue(number, waiter.credential)
        self.waiters[number] = nil
        return waiter.ask
    }

    private mutating func removeFromQueue(_ number: UInt64, _ credential: CredentialID) {
        self.queues[credential]?.removeAll { $0 == number }
        if self.queues[credential]?.isEmpty ?? false { self.queues[credential] = nil }
    }
}

extension Event {
    /// Whose slot is free after it.
    fileprivate var freedSlot: CredentialID? {
        switch self {
        case .connectionClosed(let it): it.credential
        // Who pushed somebody out has the slot.
        case .connectionEvicted(let it): it.by == nil ? it.credential : nil
        default: nil
        }
    }
}
