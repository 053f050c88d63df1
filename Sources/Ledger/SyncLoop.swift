import Dispatch
import EventLog
import Synchronization

/// Runs the syncs that nobody is answered by on a thread of its own, so that deciding goes on meanwhile.
///
/// One at a time: the log's writer begins no second one before the first is settled.
final class SyncLoop: Sendable {
    private struct State {
        var waiting: LogSync?
        var isStopping = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let thread = Mutex<DedicatedThread?>(nil)

    /// Starts the thread; `done` is called on it after each sync, whatever came of it.
    func start(done: @escaping @Sendable () -> Void) throws {
        let thread = try DedicatedThread(name: "baton-sync", nice: -5) { [self] in
            while let sync = self.next() {
                sync.run()
                done()
            }
        }
        self.thread.withLock { $0 = thread }
    }

    /// Has a sync run soon.
    func add(_ sync: LogSync) {
        self.state.withLock { $0.waiting = sync }
        self.wake.signal()
    }

    /// Ends after the sync that is under way.
    func stop() {
        self.state.withLock { $0.isStopping = true }
        self.wake.signal()
        self.thread.withLock { $0 }?.join()
    }

    private func next() -> LogSync? {
        while true {
            let (sync, isStopping) = self.state.withLock { state -> (LogSync?, Bool) in
                defer { state.waiting = nil }
                return (state.waiting, state.isStopping)
            }
            if let sync { return sync }
            if isStopping { return nil }
            self.wake.wait()
        }
    }
}
