import EventLog
import Events
import Model
import Synchronization

/// How the ledger does.
package struct LedgerStatus: Hashable, Sendable {
    /// The last event that is committed.
    package var lastSeq: Int64 = 0
    /// The last event that is on disk.
    package var durableThrough: Int64 = 0
    /// Why nothing is decided any more.
    package var failure: LedgerError?
    /// Commands and events that wait.
    package var waiting = 0
}

/// What the ledger's thread shares with others.
final class LedgerShared: Sendable {
    /// Damaged ranges of the log that are recorded at a start; `baton log verify` lists them all.
    static let damageRecordedMax = 64

    let syncs = SyncLoop()
    let seals = SealLoop()
    let history = HistoryLoop()

    private let observers = Mutex<[(id: Int, body: @Sendable ([Envelope]) -> Void)]>([])
    private let statusNow = Mutex(LedgerStatus())
    private let reason = Mutex("stopped")
    /// `nil` once the ledger's thread takes no more.
    private let sealRequests = Mutex<[SealLoop.Completion]?>([])
    /// The same.
    private let scrubRequests = Mutex<[ScrubCompletion]?>([])

    /// Told whether the file is scrubbed; `false`: readers hold it, to be asked again.
    typealias ScrubCompletion = @Sendable (Result<Bool, any Error>) -> Void

    var status: LedgerStatus { self.statusNow.withLock { $0 } }

    var stopReason: String { self.reason.withLock { $0 } }

    func setStopReason(_ why: String) { self.reason.withLock { $0 = why } }

    /// Asks for the open file to be sealed; told at once when it is too late for that.
    func requestSeal(_ completion: @escaping SealLoop.Completion) {
        let isTooLate = self.sealRequests.withLock { requests -> Bool in
            requests?.append(completion)
            return requests == nil
        }
        if isTooLate { completion(.failure(LedgerError.stopped)) }
    }

    /// Who wants the open file sealed; each is told once.
    func takeSealRequests(isLast: Bool = false) -> [SealLoop.Completion] {
        self.sealRequests.withLock { requests in
            defer { requests = isLast ? nil : [] }
            return requests ?? []
        }
    }

    /// Asks for the live tables' file to be scrubbed; told at once when it is too late for that.
    func requestScrub(_ completion: @escaping ScrubCompletion) {
        let isTooLate = self.scrubRequests.withLock { requests -> Bool in
            requests?.append(completion)
            return requests == nil
        }
        if isTooLate { completion(.failure(LedgerError.stopped)) }
    }

    /// Who wants it scrubbed; each is told once.
    func takeScrubRequests(isLast: Bool = false) -> [ScrubCompletion] {
        self.scrubRequests.withLock { requests in
            defer { requests = isLast ? nil : [] }
            return requests ?? []
        }
    }

    func update(_ status: LedgerStatus) { self.statusNow.withLock { $0 = status } }

    func observe(_ body: @escaping @Sendable ([Envelope]) -> Void) -> Int {
        self.observers.withLock { observers in
            let id = (observers.last?.id ?? 0) + 1
            observers.append((id, body))
            return id
        }
    }

    func stopObserving(_ id: Int) { self.observers.withLock { $0.removeAll { $0.id == id } } }

    func publish(_ envelopes: [Envelope]) {
        self.history.add(envelopes)
        for observer in self.observers.withLock({ $0 }) { observer.body(envelopes) }
    }
}
