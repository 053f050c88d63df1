import Dispatch
import EventLog
import Synchronization

/// Rewrites closed log files in large frames, one after the other, on a thread with lower priority.
final class SealLoop: Sendable {
    /// Told of a file that was sealed, or why it was not; `nil` when there was nothing to seal.
    typealias Completion = @Sendable (Result<SealedFile?, any Error>) -> Void

    private struct State {
        var jobs: [(SealJob, [Completion])] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let thread = Mutex<DedicatedThread?>(nil)

    /// Starts the thread; `failed` is told of a file that could not be sealed, which stays as it is, readable.
    func start(failed: @escaping @Sendable (UInt64, any Error) -> Void) throws {
        let thread = try DedicatedThread(name: "baton-seal", nice: 10) { [self] in
            while let (job, completions) = self.next() {
                let result = Result<SealedFile?, any Error> { try job.run() }
                if case .failure(let error) = result { failed(job.firstSeq, error) }
                for completion in completions { completion(result) }
            }
        }
        self.thread.withLock { $0 = thread }
    }

    func add(_ jobs: [SealJob], completions: [Completion] = []) {
        guard !jobs.isEmpty else { return }
        self.state.withLock { $0.jobs.append(contentsOf: jobs.map { ($0, completions) }) }
        self.wake.signal()
    }

    /// Ends after the file that is under way; the others are sealed after the next start.
    func stop() {
        self.state.withLock { $0.isStopping = true }
        self.wake.signal()
        self.thread.withLock { $0 }?.join()
        let left = self.state.withLock { $0.jobs }
        for completion in left.flatMap(\.1) { completion(.failure(LedgerError.stopped)) }
    }

    private func next() -> (SealJob, [Completion])? {
        while true {
            let (job, isStopping) = self.state.withLock { state -> ((SealJob, [Completion])?, Bool) in
                if state.isStopping { return (nil, true) }
                return (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), false)
            }
            if isStopping { return nil }
            if let job { return job }
            self.wake.wait()
        }
    }
}
