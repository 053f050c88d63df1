import Dispatch
import Events
import Model
import Projections
import Synchronization

/// A command with its caller, their types erased.
struct Job: Sendable {
    /// What a command came to; the answer waits for the batch.
    struct Decided: Sendable {
        var events: [Event]
        /// Answers the caller; `nil` when the batch is committed, else why it is not.
        var answer: @Sendable (LedgerError?) -> Void
    }

    let durability: Durability
    let decide: @Sendable (LiveState, WallTime) -> Decided
    /// Answers without a decision.
    let refuse: @Sendable (LedgerError) -> Void

    init<C: Command>(_ command: C, completion: @escaping @Sendable (Result<C.Reply, any Error>) -> Void) {
        self.durability = command.durability
        self.refuse = { completion(.failure($0)) }
        self.decide = { state, now in
            do {
                let decision = try command.decide(state, now: now)
                return Decided(events: decision.events) { error in
                    if let error { completion(.failure(error)) } else { completion(.success(decision.reply)) }
                }
            } catch {
                // Judged by what others in the batch have decided, so a failed batch takes this answer with it.
                return Decided(events: []) { completion(.failure($0 ?? error)) }
            }
        }
    }
}

/// What waits for the ledger's thread: many threads put in, one takes out.
final class CommandQueue: Sendable {
    enum Item: Sendable {
        case job(Job)
        case event(Event)
    }

    /// What one look at the queue gives.
    struct Taken: Sendable {
        var items: [Item] = []
        /// Events that found the queue full since the last look.
        var dropped: Int64 = 0
        var isStopping = false
    }

    /// Events without a caller that may wait; further ones are dropped and counted.
    private let eventsMax: Int
    /// Commands that may wait; further ones are refused.
    static let jobsMax = 65_536

    private struct State {
        var items: [Item] = []
        /// Items at the front that are taken already.
        var taken = 0
        var jobs = 0
        var events = 0
        var dropped: Int64 = 0
        var isWaiting = false
        /// Whether the ledger's thread is to look once more before it waits.
        var isNudged = false
        var isStopping = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    init(eventsMax: Int) {
        self.eventsMax = eventsMax
    }

    /// Puts a command in; answers why not.
    func add(_ job: Job) -> LedgerError? {
        let (error, wakes) = self.state.withLock { state -> (LedgerError?, Bool) in
            if state.isStopping { return (.stopped, false) }
            guard state.jobs < Self.jobsMax else {
                return (.overloaded(waiting: state.jobs, allowed: Self.jobsMax), false)
            }
            state.jobs += 1
            state.items.append(.job(job))
            return (nil, Self.wakes(&state))
        }
        if wakes { self.wake.signal() }
        return error
    }

    /// Puts an event in, or counts it as dropped.
    func add(_ event: Event) {
        let wakes = self.state.withLock { state -> Bool in
            guard state.events < self.eventsMax, !state.isStopping else {
                state.dropped += 1
                return false
            }
            state.events += 1
            state.items.append(.event(event))
            return Self.wakes(&state)
        }
        if wakes { self.wake.signal() }
    }

    /// Has the ledger's thread look at what else there is to do.
    func nudge() {
        let wakes = self.state.withLock { state -> Bool in
            state.isNudged = true
            return Self.wakes(&state)
        }
        if wakes { self.wake.signal() }
    }

    /// Takes in nothing any more; what waits is still taken out.
    func stop() {
        let wakes = self.state.withLock { state -> Bool in
            state.isStopping = true
            return Self.wakes(&state)
        }
        if wakes { self.wake.signal() }
    }

    /// Commands and events that wait.
    var count: Int { self.state.withLock { $0.items.count - $0.taken } }

    /// Takes out what waits, at most `max`; waits for it up to `deadline` when there is nothing.
    ///
    /// On the ledger's thread only.
    func take(max: Int, deadline: DispatchTime) -> Taken {
        let taken = self.state.withLock { state -> Taken? in
            if state.items.isEmpty, !state.isStopping, !state.isNudged, state.dropped == 0 {
                state.isWaiting = true
                return nil
            }
            return Self.take(max, from: &state)
        }
        if let taken { return taken }
        _ = self.wake.wait(timeout: deadline)
        return self.state.withLock { state in
            // After a time-out a signal may still come; it ends a later wait early, which does no harm.
            state.isWaiting = false
            return Self.take(max, from: &state)
        }
    }

    private static func take(_ max: Int, from state: inout State) -> Taken {
        state.isNudged = false
        if state.taken == 0, state.items.count <= max { return Self.takeAll(from: &state) }
        let end = min(state.taken + max, state.items.count)
        var taken = Taken(
            items: Array(state.items[state.taken..<end]),
            dropped: state.dropped,
            isStopping: state.isStopping
        )
        state.dropped = 0
        for item in taken.items {
            switch item {
            case .job: state.jobs -= 1
            case .event: state.events -= 1
            }
        }
        state.taken = end
        if state.taken == state.items.count {
            state.items.removeAll(keepingCapacity: state.items.count <= 8_192)
            state.taken = 0
        } else if state.taken >= 8_192 {
            state.items.removeFirst(state.taken)
            state.taken = 0
        }
        if !state.items.isEmpty { taken.isStopping = false }
        return taken
    }

    /// The usual case: what waits is handed over as it is.
    private static func takeAll(from state: inout State) -> Taken {
        let taken = Taken(items: state.items, dropped: state.dropped, isStopping: state.isStopping)
        state.items = []
        state.items.reserveCapacity(taken.items.count)
        state.dropped = 0
        state.jobs = 0
        state.events = 0
        return taken
    }

    private static func wakes(_ state: inout State) -> Bool {
        defer { state.isWaiting = false }
        return state.isWaiting
    }
}
