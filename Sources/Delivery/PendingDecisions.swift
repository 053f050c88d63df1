import NIOCore
import Synchronization

/// How many answers of the ledger are still to come, so that a stop can wait for them; any thread.
final class PendingDecisions: Sendable {
    private struct State {
        var count = 0
        var isClosed = false
        var drained: EventLoopPromise<Void>?
    }

    private let state = Mutex(State())

    /// Counts a question; false when none may be asked any more.
    func begin() -> Bool {
        self.state.withLock { state in
            guard !state.isClosed else { return false }
            state.count += 1
            return true
        }
    }

    /// Counts an answer that has been dealt with.
    func end() {
        let drained = self.state.withLock { state -> EventLoopPromise<Void>? in
            state.count -= 1
            guard state.count == 0, state.isClosed else { return nil }
            defer { state.drained = nil }
            return state.drained
        }
        drained?.succeed()
    }

    /// Lets no question be asked any more; done when all answers are there or `deadline` has come.
    func close(on loop: any EventLoop, deadline: NIODeadline) -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        let isDrained = self.state.withLock { state in
            state.isClosed = true
            guard state.count > 0 else { return true }
            state.drained = promise
            return false
        }
        guard !isDrained else {
            promise.succeed()
            return promise.futureResult
        }
        let timer = loop.scheduleTask(deadline: deadline) { self.giveUp() }
        promise.futureResult.whenComplete { _ in timer.cancel() }
        return promise.futureResult
    }

    private func giveUp() {
        let drained = self.state.withLock { state in
            defer { state.drained = nil }
            return state.drained
        }
        drained?.succeed()
    }
}
