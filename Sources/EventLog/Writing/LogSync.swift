import Synchronization

/// A sync of the open file that another thread than the writer's may run, while the writer goes on appending.
///
/// It is run once, whoever comes first; whoever comes later waits for what came of it. So the writer never asks for a
/// second sync while one is under way, which could be told that all is well by a system that has just told the other one
/// that it is not.
package final class LogSync: Sendable {
    /// The last event that is on the disk when it has succeeded.
    package let through: UInt64

    private let file: DiskFile
    private let disk: any Disk
    private let outcome = Mutex<Result<Void, DiskError>?>(nil)

    init(of file: DiskFile, on disk: any Disk, through: UInt64) {
        self.file = file
        self.disk = disk
        self.through = through
    }

    /// Runs it, or waits until it has run; any thread.
    ///
    /// The writer is told by ``LogWriter/settleSync(waits:)``.
    package func run() {
        _ = self.result()
    }

    /// What came of it; runs it or waits for it.
    func result() -> Result<Void, DiskError> {
        // The lock is held during the sync: that is how others wait.
        self.outcome.withLock { outcome in
            if let outcome { return outcome }
            let found = Result { () throws(DiskError) in try self.disk.sync(self.file) }
            outcome = found
            return found
        }
    }

    /// Whether it has run.
    var isDone: Bool {
        self.outcome.withLockIfAvailable { $0 != nil } ?? false
    }
}
