import Dispatch
import Ledger
import Model
import Synchronization

/// Runs slow hashes on two threads of their own, beside the ledger's and the viewers'.
final class PasswordThreads: Sendable {
    typealias Job = @Sendable () -> Void

    /// Hashes at once: each takes a processor and 19 MiB.
    static let runningMax = 2
    /// Below those who play, when processors are scarce.
    private static let nice: CInt = 10

    private struct State {
        var queue = PasswordQueue<Job>()
        var isStopping = false
    }

    /// What the threads hold on to, so that they don't keep their owner.
    private final class Shared: Sendable {
        let state = Mutex(State())
        let wake = DispatchSemaphore(value: 0)

        func run() {
            while true {
                self.wake.wait()
                let (job, isStopping) = self.state.withLock { ($0.queue.next(), $0.isStopping) }
                if isStopping { return }
                job?()
            }
        }
    }

    private let shared = Shared()
    private let threads = Mutex<[DedicatedThread]>([])

    deinit {
        self.shared.state.withLock { $0.isStopping = true }
        for thread in self.threads.withLock({ $0 }) {
            self.shared.wake.signal()
            _ = thread
        }
        for thread in self.threads.withLock({ $0 }) { thread.join() }
    }

    /// Has a viewer's job run; `false` when too many wait, or the system gives no thread.
    func ask(from network: NetworkAddress, _ job: @escaping Job) -> Bool {
        guard self.start(), self.shared.state.withLock({ $0.queue.asked(job, from: network) }) else { return false }
        self.shared.wake.signal()
        return true
    }

    /// Has an operator's job run; `false` when the system gives no thread.
    func order(_ job: @escaping Job) -> Bool {
        guard self.start() else { return false }
        self.shared.state.withLock { $0.queue.ordered(job) }
        self.shared.wake.signal()
        return true
    }

    /// Threads are there from the first job on: most installations have no chosen passwords.
    private func start() -> Bool {
        self.threads.withLock { threads in
            while threads.count < Self.runningMax {
                let shared = self.shared
                let thread = try? DedicatedThread(name: "baton-password", nice: Self.nice) { shared.run() }
                guard let thread else { break }
                threads.append(thread)
            }
            return !threads.isEmpty
        }
    }
}
