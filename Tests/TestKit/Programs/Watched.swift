import Dispatch
import Synchronization

/// A value that other threads change, and that a test can wait on.
///
/// Waiting has a deadline, so that what never comes is a failure that says what was missing, and not a test that hangs.
package final class Watched<Value: Sendable>: Sendable {
    /// Looks at the value; true when it has answered whoever waits.
    private typealias Waiter = @Sendable (_ value: Value, _ isLate: Bool) -> Bool

    private struct State {
        var value: Value
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
    }

    private let state: Mutex<State>

    package init(_ value: Value) {
        self.state = Mutex(State(value: value))
    }

    /// The value as it is now.
    package var now: Value { self.state.withLock { $0.value } }

    /// Looks at the value without copying it.
    package func look<Result: Sendable>(_ body: (Value) -> Result) -> Result {
        self.state.withLock { body($0.value) }
    }

    /// Changes the value and answers whoever waited for that.
    package func update(_ body: (inout Value) -> Void) {
        self.state.withLock { state in
            body(&state.value)
            for (number, waiter) in state.waiters where waiter(state.value, false) {
                state.waiters[number] = nil
            }
        }
    }

    /// What `find` finds first, now or within `limit`.
    ///
    /// - Throws: ``Missing`` naming `what` when it doesn't come in time.
    package func first<Result: Sendable>(
        _ what: String,
        within limit: Duration,
        _ find: @escaping @Sendable (Value) -> Result?
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let number: Int? = self.state.withLock { state in
                if let result = find(state.value) {
                    continuation.resume(returning: result)
                    return nil
                }
                let number = state.nextWaiter
                state.nextWaiter += 1
                state.waiters[number] = { value, isLate in
                    if let result = find(value) {
                        continuation.resume(returning: result)
                        return true
                    }
                    if isLate { continuation.resume(throwing: Missing(what: what, limit: limit)) }
                    return isLate
                }
                return number
            }
            if let number { self.giveUp(number, after: limit) }
        }
    }

    private func giveUp(_ number: Int, after limit: Duration) {
        let nanoseconds = limit.components.seconds * 1_000_000_000 + limit.components.attoseconds / 1_000_000_000
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(nanoseconds))) {
            self.state.withLock { state in
                guard let waiter = state.waiters.removeValue(forKey: number) else { return }
                _ = waiter(state.value, true)
            }
        }
    }
}

/// What a test waited for in vain.
package struct Missing: Error, CustomStringConvertible {
    package var what: String
    package var limit: Duration

    package init(what: String, limit: Duration) {
        self.what = what
        self.limit = limit
    }

    package var description: String { "\(self.what): not within \(self.limit)" }
}
