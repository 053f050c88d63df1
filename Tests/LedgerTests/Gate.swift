import Dispatch

/// Lets a test hold a thread at a known place.
final class Gate: Sendable {
    private let entered = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    /// On the thread that is held.
    func enterAndWait() {
        self.entered.signal()
        self.opened.wait()
    }

    /// Returns once the thread is held.
    func waitUntilEntered() { self.entered.wait() }

    func open() { self.opened.signal() }
}
