import Accounts
import Events
import Ledger
import Logging
import Model
import Synchronization
import Vault

/// Ends credentials at the second they are to end, whatever becomes of the wall clock, and those that ended while nothing ran.
///
/// Who ends when is ``ExpirySchedule``'s to say and what time it is ``CalendarClock``'s; this reads clocks, sleeps and asks
/// the ledger.
final class ExpiryLoop: Sendable {
    /// The longest sleep: what is issued meanwhile may end before the next look.
    private static let sleepMax = Duration.milliseconds(250)
    /// How long it waits after the ledger took nothing.
    private static let retryDelay = Duration.seconds(1)

    private struct State {
        var clock: CalendarClock
        var schedule = ExpirySchedule()
    }

    private let ledger: Ledger
    private let vault: Vault
    private let clocks: Clocks
    private let logger: Logger
    private let state: Mutex<State>
    private let running = Mutex<(observation: Observation?, task: Task<Void, Never>?)>((nil, nil))

    init(ledger: Ledger, vault: Vault, clocks: Clocks = .system, logger: Logger) {
        self.ledger = ledger
        self.vault = vault
        self.clocks = clocks
        self.logger = logger
        self.state = Mutex(State(clock: CalendarClock(wall: clocks.wall(), monotonic: clocks.monotonic())))
    }

    /// The time that credentials end by.
    var now: WallTime { self.state.withLock { self.time(&$0) } }

    /// Ends what has ended, then keeps at it; nobody is to be admitted before.
    func start() async throws {
        // What is recorded while the tables are read waits for the lock, and is taken in after them.
        let observation = try self.state.withLock { state in
            let observation = self.ledger.observe { [weak self] in self?.recorded($0) }
            state.schedule = try self.ledger.read { try ExpirySchedule($0) }
            return observation
        }
        try await self.endReached()
        // Ended by `stop()`.
        let task = Task { [weak self] in
            while !Task.isCancelled, let pause = await self?.step() { try? await Task.sleep(for: pause) }
        }
        self.running.withLock { $0 = (observation, task) }
    }

    func stop() {
        let (observation, task) = self.running.withLock { running in
            defer { running = (nil, nil) }
            return running
        }
        observation?.cancel()
        task?.cancel()
    }

    /// Ends what has ended; how long to sleep then.
    private func step() async -> Duration {
        do {
            try await self.endReached()
        } catch {
            return Self.retryDelay
        }
        let left = self.state.withLock { state in
            let now = self.time(&state)
            return state.schedule.next().map { $0.microseconds &- now.microseconds }
        }
        guard let left else { return Self.sleepMax }
        return min(Self.sleepMax, .microseconds(max(left, 0)))
    }

    private func endReached() async throws {
        let (reached, now) = self.state.withLock { state in
            let now = self.time(&state)
            return (state.schedule.reached(now), now)
        }
        guard !reached.isEmpty else { return }
        do {
            let count = try await self.ledger.perform(ExpireCredentials(reached, at: now, vault: self.vault))
            if count > 0 { self.logger.info("credentials ended", metadata: ["count": "\(count)"]) }
        } catch {
            self.state.withLock { $0.schedule.putBack(reached) }
            throw error
        }
    }

    /// On the ledger's thread.
    private func recorded(_ envelopes: [Envelope]) {
        self.state.withLock { state in
            for envelope in envelopes { state.schedule.recorded(envelope.event) }
        }
    }

    private func time(_ state: inout State) -> WallTime {
        state.clock.time(wall: self.clocks.wall(), monotonic: self.clocks.monotonic())
    }
}
