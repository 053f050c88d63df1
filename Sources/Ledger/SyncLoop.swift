import Dispatch
import EventLog
import Glibc
import Synchronization

/// Runs the syncs that nobody is answered by on a thread of its own, so that deciding goes on meanwhile.
///
/// One at a time, the log's first: its writer begins no second one before the first is settled.
final class SyncLoop: Sendable {
    private enum Work {
        case log(LogSync)
        case file(String)
    }

    private struct State {
        var waiting: LogSync?
        /// A file that is to be synced when the log's sync is done.
        var waitingFile: String?
        /// Whether the file that was asked for has been synced and nobody has looked.
        var isFileDone = false
        var isStopping = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let thread = Mutex<DedicatedThread?>(nil)

    /// Starts the thread; `done` is called on it after each sync, whatever came of it.
    func start(done: @escaping @Sendable () -> Void) throws {
        let thread = try DedicatedThread(name: "baton-sync", nice: -5) { [self] in
            while let work = self.next() {
                switch work {
                case .log(let sync): sync.run()
                case .file(let path):
                    Self.sync(path)
                    self.state.withLock { $0.isFileDone = true }
                }
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

    /// Has a file synced soon whose owner will sync it too: so that the owner has less to wait for.
    ///
    /// What came of it nobody is told: the owner's own sync tells, since Linux tells every open file of an error.
    func add(file path: String) {
        self.state.withLock { $0.waitingFile = path }
        self.wake.signal()
    }

    /// Whether the file that was asked for has been synced since the last look.
    func takeFileDone() -> Bool {
        self.state.withLock { state in
            defer { state.isFileDone = false }
            return state.isFileDone
        }
    }

    /// Ends after the sync that is under way.
    func stop() {
        self.state.withLock { $0.isStopping = true }
        self.wake.signal()
        self.thread.withLock { $0 }?.join()
    }

    private func next() -> Work? {
        while true {
            let (work, isStopping) = self.state.withLock { state -> (Work?, Bool) in
                if let sync = state.waiting {
                    state.waiting = nil
                    return (.log(sync), false)
                }
                if state.isStopping { return (nil, true) }
                defer { state.waitingFile = nil }
                return (state.waitingFile.map { .file($0) }, false)
            }
            if let work { return work }
            if isStopping { return nil }
            self.wake.wait()
        }
    }

    private static func sync(_ path: String) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = fdatasync(file)
        _ = close(file)
    }
}
