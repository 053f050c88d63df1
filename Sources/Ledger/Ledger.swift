package import EventLog
package import Events
package import GRDB
package import Model
package import Projections
import Synchronization

/// The one writer of the event log and of `live.sqlite`.
///
/// Any thread may use it. Commands are decided one after the other on a thread of its own, in batches of what waits; a batch is
/// one transaction, one append and at most one sync.
package final class Ledger: Sendable {
    /// What it takes to open a ledger.
    package struct Configuration: Sendable {
        /// Holds `log/`, `live.sqlite` and `history.sqlite`; exists, and is locked by the caller.
        package var directory: String
        package var node: NodeID
        /// The program's version, for `node.started`.
        package var version: String
        /// Where the log is; SQLite's files are always on the real disk.
        package var disk: any Disk = RealDisk()
        package var log = LogSettings()
        package var clocks = Clocks.system
        /// Events without a caller that may wait: half a minute of a busy node; further ones are dropped and counted.
        package var waitingEventsMax = 65_536
        /// Whether a service runs on this: opening records `node.started`, which ends what the node has left open.
        ///
        /// A command that writes while no service runs does neither.
        package var announcesNode = true
        /// The operator's time zone (IANA name), recorded at a start for reports; `nil` where none is known.
        package var timezone: String?

        package init(directory: String, node: NodeID, version: String) {
            self.directory = directory
            self.node = node
            self.version = version
        }

        /// The log's directory.
        package var logDirectory: String { "\(self.directory)/log" }
        /// Path of a projection's file.
        package func path<P: Projection>(of projection: P.Type) -> String { "\(self.directory)/\(P.name).sqlite" }
    }

    /// How the files were found.
    package struct Opening: Hashable, Sendable {
        package var log: LogID
        package var epoch: UInt64
        package var damage: [LogDamage]
        package var live: ProjectionFile<LiveProjection>.Opening
        package var history: ProjectionFile<HistoryProjection>.Opening

        /// Events that were folded once and are no longer in the log, whose last one is `lastSeq`.
        ///
        /// A power loss takes at most a second of them; more means that the log was cut.
        package func lost(after lastSeq: Int64) -> Int64 {
            guard case .rebuilt(.aheadOfLog(let seq), events: _) = self.live else { return 0 }
            return max(seq - lastSeq, 0)
        }
    }

    package let opening: Opening
    /// Holds the log and the projections.
    package let directory: String
    /// Read-only connections to `history.sqlite`, for reports inside this process.
    package let history: DatabasePool

    private let queue: CommandQueue
    private let shared: LedgerShared
    private let thread: DedicatedThread
    private let liveReaders: DatabasePool
    private let isStopped = Mutex(false)

    /// Opens the log after recovery, brings both projections up to it, and records that the node has started.
    ///
    /// Blocks: a rebuild takes a second for some million events.
    package init(_ configuration: Configuration) throws {
        let writer = try LogWriter(
            directory: configuration.logDirectory,
            disk: configuration.disk,
            settings: configuration.log
        )
        let feed = LogFeed(directory: configuration.logDirectory, disk: configuration.disk)
        let lastSeq = Int64(clamping: writer.nextSeq) - 1
        let directory = configuration.directory
        self.directory = directory
        let live = try ProjectionFile<LiveProjection>(
            directory: directory,
            feed: feed,
            log: writer.log,
            lastSeq: lastSeq
        )
        let history = try ProjectionFile<HistoryProjection>(
            directory: directory,
            feed: feed,
            log: writer.log,
            lastSeq: lastSeq
        )
        self.opening = Opening(
            log: writer.log,
            epoch: writer.epoch,
            damage: writer.damage,
            live: live.opening,
            history: history.opening
        )
        let shared = LedgerShared()
        self.shared = shared
        let unsealed = writer.unsealed
        let queue = CommandQueue(eventsMax: configuration.waitingEventsMax)
        self.queue = queue
        self.liveReaders = try SQLiteFile.readers(path: live.path)
        self.history = try SQLiteFile.readers(path: history.path)
        let loop = LedgerLoop(
            writer: writer,
            live: live,
            node: configuration.node,
            clocks: configuration.clocks,
            queue: queue,
            shared: shared,
            announcesNode: configuration.announcesNode,
            timezone: configuration.timezone
        )
        try shared.history.start(history, feed: feed) { error in
            queue.add(.logDegraded(LogDegraded(why: "history.sqlite: \(error)")))
        }
        try shared.seals.start { firstSeq, error in
            queue.add(.logDegraded(LogDegraded(why: "sealing of the file of event \(firstSeq): \(error)")))
        }
        try shared.syncs.start { queue.nudge() }
        do {
            try loop.begin(version: configuration.version, lost: self.opening.lost(after: lastSeq))
        } catch {
            shared.syncs.stop()
            shared.history.stop()
            shared.seals.stop()
            throw error
        }
        shared.seals.add(unsealed)
        let handover = Handover(value: loop)
        self.thread = try DedicatedThread(name: "baton-ledger", nice: -5) { handover.value.run() }
    }

    /// Has a command decided; `completion` runs once, on the ledger's thread (or here, when it is refused at once): it must be quick.
    package func perform<C: Command>(_ command: C, completion: @escaping @Sendable (Result<C.Reply, any Error>) -> Void)
    {
        if let refusal = self.queue.add(Job(command, completion: completion)) { completion(.failure(refusal)) }
    }

    /// Has a command decided and waits for the answer.
    ///
    /// - Throws: ``LedgerError``, or what the command's `decide` throws.
    package func perform<C: Command>(_ command: C) async throws -> C.Reply {
        try await withCheckedThrowingContinuation { continuation in
            self.perform(command) { continuation.resume(with: $0) }
        }
    }

    /// Records something that happened, without an answer.
    ///
    /// On disk within a second. When ``Configuration/waitingEventsMax`` wait, further ones are dropped, and how many is recorded.
    package func record(_ event: Event) {
        self.queue.add(event)
    }

    /// Reads the live tables as of the last commit, on the caller's thread.
    package func read<Answer>(_ body: (LiveState) throws -> Answer) throws -> Answer {
        try self.liveReaders.read { try body(LiveState(reading: $0)) }
    }

    /// Hands every committed batch to `body`, on the ledger's thread: it must be quick.
    package func observe(_ body: @escaping @Sendable ([Envelope]) -> Void) -> Observation {
        Observation(id: self.shared.observe(body), shared: self.shared)
    }

    /// Closes the open log file and compresses it well; answers what came of it, `nil` when there was nothing in it.
    package func seal() async throws -> SealedFile? {
        try await withCheckedThrowingContinuation { continuation in
            self.shared.requestSeal { continuation.resume(with: $0) }
            self.queue.nudge()
        }
    }

    func askToScrubHistory(_ done: @escaping LedgerShared.ScrubCompletion) { self.shared.history.scrub(done) }

    func askToScrubLive(_ done: @escaping LedgerShared.ScrubCompletion) {
        self.shared.requestScrub(done)
        self.queue.nudge()
    }

    /// How the ledger does.
    package var status: LedgerStatus { self.shared.status }

    /// Why `history.sqlite` is not being written, if it isn't; what is missing is folded when it is again.
    package var historyFailure: String? { self.shared.history.failure }

    /// Waits until `history.sqlite` has all that is committed now.
    package func flushHistory() async throws {
        try await withCheckedThrowingContinuation { continuation in
            self.shared.history.flush { continuation.resume(with: $0) }
        }
    }

    /// Writes tables of `history.sqlite` that are not folded from the log, in a transaction of their own.
    ///
    /// `body` runs on the thread that folds, which is kept waiting meanwhile; it must not take longer than a second or two.
    package func changeHistory(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            self.shared.history.change(body) { continuation.resume(with: $0) }
        }
    }

    /// Decides what waits, records `node.stopped`, syncs, and closes all files; blocks until that is done.
    package func stop(why: String = "stopped") {
        let isFirst = self.isStopped.withLock { isStopped -> Bool in
            defer { isStopped = true }
            return !isStopped
        }
        guard isFirst else { return }
        self.shared.setStopReason(why)
        // A reader would keep the files from being closed in good order; readers have nothing to lose.
        try? self.liveReaders.close()
        try? self.history.close()
        self.queue.stop()
        self.thread.join()
        self.shared.syncs.stop()
        self.shared.history.stop()
        self.shared.seals.stop()
    }
}

/// Being handed what is committed, until it is cancelled.
package struct Observation: Sendable {
    let id: Int
    let shared: LedgerShared

    package func cancel() { self.shared.stopObserving(self.id) }
}
