import Dispatch
import EventLog
import Events
import GRDB
import Projections
import Synchronization

/// Folds committed events into `history.sqlite`, in batches, on a thread of its own, behind the ledger.
///
/// It gets the events in memory. When more wait than it keeps, or a batch failed, it forgets them and reads the log, which has them all.
final class HistoryLoop: Sendable {
    /// Events that make a batch, however young.
    static let batchEvents = 10_000
    /// Age of the oldest waiting event that makes a batch, in seconds: reports are at most this far behind.
    static let batchAge = 2.0
    /// Events kept in memory; beyond it the log is read instead.
    static let waitingMax = 200_000
    /// Seconds until the next attempt after a failure.
    static let retryAfter = 5.0

    private struct State {
        /// Batches as the ledger made them: handed on whole, so that its thread touches no event again.
        var waiting: [[Envelope]] = []
        /// Events in them.
        var waitingCount = 0
        var isBehind = false
        var firstAt: DispatchTime?
        var retryAt: DispatchTime?
        var flushes: [@Sendable (Result<Void, any Error>) -> Void] = []
        var changes: [Change] = []
        var scrubs: [LedgerShared.ScrubCompletion] = []
        var isStopping = false
        /// The last failure, until a batch succeeds.
        var failure: String?
    }

    private struct Work {
        var batches: [[Envelope]]
        var isBehind: Bool
        var flushes: [@Sendable (Result<Void, any Error>) -> Void]
        var changes: [Change]
        var scrubs: [LedgerShared.ScrubCompletion]
        var isStopping: Bool
    }

    /// A writing to tables that are not folded.
    private struct Change {
        var body: @Sendable (Database) throws -> Void
        var done: @Sendable (Result<Void, any Error>) -> Void
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let thread = Mutex<DedicatedThread?>(nil)

    /// The last failure, until a batch succeeds.
    var failure: String? { self.state.withLock { $0.failure } }

    /// Starts the thread; `failed` is told of each failure, after which the loop tries again.
    func start(
        _ file: ProjectionFile<HistoryProjection>,
        feed: LogFeed,
        failed: @escaping @Sendable (any Error) -> Void
    ) throws {
        let folder = Handover(value: HistoryFolder(file: file, feed: feed))
        let thread = try DedicatedThread(name: "baton-history") { [self] in
            self.run(folder.value, failed)
        }
        self.thread.withLock { $0 = thread }
    }

    /// Takes over what was committed.
    func add(_ envelopes: [Envelope]) {
        let wakes = self.state.withLock { state -> Bool in
            if state.firstAt == nil { state.firstAt = .now() }
            if state.isBehind || state.waitingCount + envelopes.count > Self.waitingMax {
                state.isBehind = true
                state.waiting.removeAll()
                state.waitingCount = 0
            } else {
                state.waiting.append(envelopes)
                state.waitingCount += envelopes.count
            }
            return state.isBehind || state.waitingCount >= Self.batchEvents || state.waiting.count == 1
        }
        if wakes { self.wake.signal() }
    }

    /// Folds everything that was added before; `done` runs on the loop's thread.
    func flush(_ done: @escaping @Sendable (Result<Void, any Error>) -> Void) {
        let isStopped = self.state.withLock { state -> Bool in
            if !state.isStopping { state.flushes.append(done) }
            return state.isStopping
        }
        if isStopped { done(.failure(LedgerError.stopped)) } else { self.wake.signal() }
    }

    /// Has tables that are not folded written, in a transaction of their own; both run on the loop's thread.
    func change(
        _ body: @escaping @Sendable (Database) throws -> Void,
        _ done: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        let isStopped = self.state.withLock { state -> Bool in
            if !state.isStopping { state.changes.append(Change(body: body, done: done)) }
            return state.isStopping
        }
        if isStopped { done(.failure(LedgerError.stopped)) } else { self.wake.signal() }
    }

    /// Folds everything that was added before and scrubs the file; `done` runs on the loop's thread.
    func scrub(_ done: @escaping LedgerShared.ScrubCompletion) {
        let isStopped = self.state.withLock { state -> Bool in
            if !state.isStopping { state.scrubs.append(done) }
            return state.isStopping
        }
        if isStopped { done(.failure(LedgerError.stopped)) } else { self.wake.signal() }
    }

    /// Folds what waits, closes the file and ends the thread.
    func stop() {
        self.state.withLock { $0.isStopping = true }
        self.wake.signal()
        self.thread.withLock { $0 }?.join()
    }

    private func run(_ folder: HistoryFolder, _ failed: @Sendable (any Error) -> Void) {
        while true {
            let work = self.next()
            let result = Result { try folder.fold(work.batches, isBehind: work.isBehind) }
            self.state.withLock { state in
                switch result {
                case .success: state.failure = nil
                case .failure(let error):
                    state.failure = "\(error)"
                    state.isBehind = true
                    state.waiting.removeAll()
                    state.waitingCount = 0
                    state.retryAt = .now() + Self.retryAfter
                }
            }
            if case .failure(let error) = result { failed(error) }
            for done in work.flushes { done(result) }
            for change in work.changes { change.done(Result { try folder.change(change.body) }) }
            if !work.scrubs.isEmpty {
                let scrubbed = result.flatMap { Result { try folder.scrub() } }
                for done in work.scrubs { done(scrubbed) }
            }
            if work.isStopping {
                folder.close()
                return
            }
        }
    }

    /// Waits until there is a batch to fold.
    private func next() -> Work {
        while true {
            let now = DispatchTime.now()
            let (work, until) = self.state.withLock { state -> (Work?, DispatchTime) in
                let due = state.retryAt ?? state.firstAt.map { $0 + Self.batchAge } ?? .distantFuture
                let isFull = state.retryAt == nil && (state.waitingCount >= Self.batchEvents || state.isBehind)
                let isAsked = !state.flushes.isEmpty || !state.changes.isEmpty || !state.scrubs.isEmpty
                guard state.isStopping || isAsked || isFull || now >= due else { return (nil, due) }
                let work = Work(
                    batches: state.waiting,
                    isBehind: state.isBehind,
                    flushes: state.flushes,
                    changes: state.changes,
                    scrubs: state.scrubs,
                    isStopping: state.isStopping
                )
                state.waiting = []
                state.waitingCount = 0
                state.isBehind = false
                state.flushes = []
                state.changes = []
                state.scrubs = []
                state.firstAt = nil
                state.retryAt = nil
                return (work, due)
            }
            if let work { return work }
            _ = self.wake.wait(timeout: until)
        }
    }
}

/// The file and what it takes to fold into it; on the loop's thread only.
private final class HistoryFolder {
    private let file: ProjectionFile<HistoryProjection>
    private let feed: LogFeed

    init(file: ProjectionFile<HistoryProjection>, feed: LogFeed) {
        self.file = file
        self.feed = feed
    }

    func fold(_ batches: [[Envelope]], isBehind: Bool) throws {
        if isBehind {
            while try self.foldFromLog() > 0 {}
        } else if !batches.isEmpty {
            try self.file.fold(batches.joined())
        }
        try self.file.checkpointWAL()
    }

    func change(_ body: (Database) throws -> Void) throws {
        try self.file.change(body)
        try self.file.checkpointWAL()
    }

    private func foldFromLog() throws -> Int {
        var batch: [Envelope] = []
        try self.feed.forEach(after: self.file.checkpoint.seq) { envelope in
            batch.append(envelope)
            return batch.count < HistoryLoop.batchEvents
        }
        if !batch.isEmpty { try self.file.fold(batch) }
        return batch.count
    }

    func scrub() throws -> Bool { try self.file.scrub() }

    func close() {
        // A file that can't be closed in good order is checked at the next start.
        try? self.file.close()
    }
}
