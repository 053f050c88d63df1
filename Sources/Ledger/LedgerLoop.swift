import Dispatch
import EventLog
import Events
import GRDB
import Model
import Projections
import Synchronization

/// The one writer: takes what waits, decides it, appends it, folds it, commits it, answers it.
///
/// Everything here runs on the ledger's thread (and before that on the one that opens the ledger).
final class LedgerLoop {
    /// Commands and events of one batch.
    ///
    /// What queued up during the last commit is the batch; no timer.
    static let batchMax = 1_024
    /// Bytes of the longest event's line: a quarter of what a frame takes.
    static let eventSizeMax = 1 << 20
    /// Events one command may decide on: an import of a large catalogue.
    static let eventsOfCommandMax = 100_000
    /// Microseconds until connection events are on disk.
    static let connectionSyncAfter: Int64 = 50_000
    /// Microseconds until telemetry is on disk.
    static let telemetrySyncAfter: Int64 = 1_000_000
    /// Microseconds between two looks at what is not urgent: sealing, moving the write-ahead log's pages.
    static let housekeepingEvery: Int64 = 1_000_000

    private let writer: LogWriter
    private let live: ProjectionFile<LiveProjection>
    private let node: NodeID
    private let clocks: Clocks
    private let queue: CommandQueue
    private let shared: LedgerShared

    private var clock: LogClock
    private var failure: LedgerError?
    /// When what was appended has to be on disk, by the monotonic clock.
    private var syncBy: Int64?
    private var housekeepingAt: Int64 = 0
    private let announcesNode: Bool
    private let timezone: String?
    private var json = JSONWriter()

    init(
        writer: LogWriter,
        live: ProjectionFile<LiveProjection>,
        node: NodeID,
        clocks: Clocks,
        queue: CommandQueue,
        shared: LedgerShared,
        announcesNode: Bool,
        timezone: String?
    ) {
        self.timezone = timezone
        self.announcesNode = announcesNode
        self.writer = writer
        self.live = live
        self.node = node
        self.clocks = clocks
        self.queue = queue
        self.shared = shared
        self.clock = LogClock(last: live.checkpoint.at)
    }

    /// Records how the log was found and that the node has started, before anything is decided.
    ///
    /// `lost` events were folded once and are no longer in the log.
    func begin(version: String, lost: Int64) throws {
        var events: [Event] = self.writer.damage.prefix(LedgerShared.damageRecordedMax).map { damage in
            .logDegraded(
                LogDegraded(
                    why: "\(damage.cause)",
                    file: damage.file,
                    offset: Int64(damage.offset),
                    events: damage.firstSeq.flatMap { first in damage.lastSeq.map { Int64(clamping: $0 - first + 1) } }
                )
            )
        }
        if lost > 0 {
            events.append(.logDegraded(LogDegraded(why: "events are missing at the end of the log", events: lost)))
        }
        if self.announcesNode {
            let epoch = Int64(clamping: self.writer.epoch)
            events.append(.nodeStarted(NodeStarted(version: version, epoch: epoch, timezone: self.timezone)))
        }
        self.process([], events: events, durability: .command)
        if let failure { throw failure }
    }

    /// Works until the queue is stopped and empty.
    func run() {
        while true {
            let taken = self.queue.take(max: Self.batchMax, deadline: self.nextDeadline)
            self.settleSync()
            var events: [Event] = []
            if taken.dropped > 0 {
                events.append(.logDegraded(LogDegraded(why: "telemetry dropped", events: taken.dropped)))
            }
            if !taken.items.isEmpty || !events.isEmpty {
                self.process(taken.items, events: events, durability: .telemetry)
            }
            self.keepPromises()
            if taken.isStopping { break }
        }
        self.end()
    }

    private func end() {
        let events: [Event] = self.announcesNode ? [.nodeStopped(NodeStopped(why: self.shared.stopReason))] : []
        self.process([], events: events, durability: .command)
        for completion in self.shared.takeSealRequests(isLast: true) { completion(.failure(LedgerError.stopped)) }
        for completion in self.shared.takeScrubRequests(isLast: true) { completion(.failure(LedgerError.stopped)) }
        // A file that can't be closed in good order is checked at the next start.
        try? self.live.close()
    }
}

/// A batch.
extension LedgerLoop {
    /// Who waits for an answer, and why it is no although the batch is committed.
    private struct Answer {
        var tell: @Sendable (LedgerError?) -> Void
        var refusal: LedgerError?
    }

    /// What a batch has come to so far.
    private struct Batch {
        var envelopes: [Envelope] = []
        var lines: [UInt8] = []
        var answers: [Answer] = []
        var durability = Durability.telemetry
        /// Items that have been decided, from the front.
        var done = 0
        /// Whether the log may have the lines.
        var isAppended = false
    }

    private func process(_ items: [CommandQueue.Item], events: [Event], durability: Durability) {
        var batch = Batch()
        batch.durability = durability
        guard self.failure == nil else {
            self.refuse(items)
            return
        }
        do {
            try self.live.transaction { tables, projection in
                try self.decide(items, events: events, &batch, &projection, tables)
                guard let last = batch.envelopes.last else { return ((), nil) }
                batch.isAppended = true
                try self.append(batch)
                var checkpoint = self.live.checkpoint
                checkpoint.seq = last.seq
                checkpoint.at = last.at
                return ((), checkpoint)
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && batch.envelopes.isEmpty {
            // Nothing was begun, so nothing is lost but this batch; the next one may find the file free again.
            let busy = LedgerError.projectionBusy
            for case .job(let job) in items { job.refuse(busy) }
            return
        } catch {
            self.fail(error)
        }
        let failure = self.failure
        self.shared.update(self.status)
        if failure == nil, !batch.envelopes.isEmpty { self.shared.publish(batch.envelopes) }
        for answer in batch.answers { answer.tell(failure ?? answer.refusal) }
        // What the batch did not come to, when it failed on the way.
        if failure != nil { self.refuse(Array(items.dropFirst(batch.done))) }
    }

    private func decide(
        _ items: [CommandQueue.Item],
        events: [Event],
        _ batch: inout Batch,
        _ projection: inout LiveProjection,
        _ tables: TableDatabase
    ) throws {
        for event in events { try self.add([event], to: &batch, &projection, tables) }
        for item in items {
            switch item {
            case .event(let event):
                try self.add([event], to: &batch, &projection, tables)
                batch.done += 1
            case .job(let job):
                let state = LiveState(tables: tables, counters: projection.counters)
                let decided = job.decide(state, self.clocks.wall())
                let refusal = try self.add(decided.events, to: &batch, &projection, tables)
                batch.answers.append(Answer(tell: decided.answer, refusal: refusal))
                batch.done += 1
                if !decided.events.isEmpty { batch.durability = max(batch.durability, job.durability) }
            }
        }
    }

    /// Gives events their place, writes their lines and folds them; answers why not, all or none.
    @discardableResult
    private func add(
        _ events: [Event],
        to batch: inout Batch,
        _ projection: inout LiveProjection,
        _ tables: TableDatabase
    ) throws -> LedgerError? {
        guard !events.isEmpty else { return nil }
        guard events.count <= Self.eventsOfCommandMax else {
            return .tooManyEvents(count: events.count, allowed: Self.eventsOfCommandMax)
        }
        let tick = self.clock.tick(LogClock.Reading(wall: self.clocks.wall(), monotonic: self.clocks.monotonic()))
        let first = batch.envelopes.count
        self.json.removeAll()
        if let step = tick.step { self.place(.clockStepped(ClockStepped(by: step)), at: tick.at, in: &batch) }
        for event in events {
            let start = self.json.count
            self.place(event, at: tick.at, in: &batch)
            let size = self.json.count - start
            guard size <= Self.eventSizeMax else {
                batch.envelopes.removeSubrange(first...)
                return .eventTooLarge(size: size, allowed: Self.eventSizeMax)
            }
        }
        // By index: an iterator would copy each of these large values.
        for index in first..<batch.envelopes.count {
            try projection.apply(batch.envelopes[index], in: .stored(tables))
        }
        // The next command reads the tables.
        try projection.writeRows(to: tables)
        self.json.withUnsafeBytes { batch.lines.append(contentsOf: $0) }
        return nil
    }

    /// Gives an event the next place of a batch, and writes its line.
    private func place(_ event: Event, at: WallTime, in batch: inout Batch) {
        let seq = Int64(clamping: self.writer.nextSeq) + Int64(batch.envelopes.count)
        let envelope = Envelope(seq: seq, at: at, node: self.node, event: event)
        envelope.write(to: &self.json)
        batch.envelopes.append(envelope)
    }

    private func append(_ batch: Batch) throws {
        guard let first = batch.envelopes.first, let last = batch.envelopes.last else { return }
        try self.writer.append(
            lines: batch.lines,
            count: batch.envelopes.count,
            firstSeq: UInt64(clamping: first.seq),
            firstTime: first.at,
            lastTime: last.at
        )
        switch batch.durability {
        case .command:
            try self.writer.sync()
            self.syncBy = nil
        case .connection: self.sync(within: Self.connectionSyncAfter)
        case .telemetry: self.sync(within: Self.telemetrySyncAfter)
        }
    }

    /// Nothing is decided after this: what the log has, nobody knows before it is opened anew.
    private func fail(_ error: any Error) {
        if error is EventLogError {
            self.failure = .logFailed("\(error)")
        } else {
            self.failure = .projectionFailed("\(error)")
        }
        self.syncBy = nil
    }

    private func refuse(_ items: [CommandQueue.Item]) {
        let failure = self.failure ?? .stopped
        for case .job(let job) in items { job.refuse(failure) }
    }

    private var status: LedgerStatus {
        LedgerStatus(
            lastSeq: self.live.checkpoint.seq,
            durableThrough: Int64(clamping: self.writer.durableThrough),
            failure: self.failure,
            waiting: self.queue.count
        )
    }
}

/// What is promised for later.
extension LedgerLoop {
    private func sync(within microseconds: Int64) {
        let by = self.clocks.monotonic() + microseconds
        self.syncBy = min(self.syncBy ?? by, by)
    }

    private var nextDeadline: DispatchTime {
        // A sync that is under way ends the wait when it is done.
        guard let syncBy, !self.writer.isSyncing else { return .now() + .microseconds(Int(Self.housekeepingEvery)) }
        return .now() + .microseconds(Int(max(syncBy - self.clocks.monotonic(), 0)))
    }

    /// Syncs what is due, and does what is not urgent while nobody waits.
    private func keepPromises() {
        self.sealAsAsked()
        self.scrubAsAsked()
        let now = self.clocks.monotonic()
        if let syncBy, now >= syncBy { self.beginSync() }
        if self.shared.syncs.takeFileDone(), self.failure == nil {
            // A write-ahead log that can't be moved only grows; commits go on.
            try? self.live.checkpointWAL()
        }
        guard now >= self.housekeepingAt else { return }
        self.housekeepingAt = now + Self.housekeepingEvery
        self.keepHouse()
    }

    /// Has what was appended synced on the other thread; while that is busy, what came later waits for it.
    private func beginSync() {
        guard self.failure == nil else { return }
        do {
            let sync = try self.writer.beginSync()
            if sync != nil || self.writer.isDurable { self.syncBy = nil }
            if let sync { self.shared.syncs.add(sync) }
        } catch {
            self.fail(error)
            self.shared.update(self.status)
        }
    }

    /// Takes in what came of the sync that was begun, before anything else is decided.
    private func settleSync() {
        guard self.failure == nil else { return }
        let through = self.writer.durableThrough
        do {
            try self.writer.settleSync(waits: false)
        } catch {
            self.fail(error)
        }
        if self.failure != nil || self.writer.durableThrough != through { self.shared.update(self.status) }
    }

    private func scrubAsAsked() {
        let completions = self.shared.takeScrubRequests()
        guard !completions.isEmpty else { return }
        // A file that can't be scrubbed is as good as before: that ends nothing.
        let result = Result { try self.live.scrub() }
        for completion in completions { completion(result) }
    }

    private func sealAsAsked() {
        let completions = self.shared.takeSealRequests()
        guard !completions.isEmpty else { return }
        do {
            if let failure { throw failure }
            if let job = try self.writer.prepareSeal() {
                self.syncBy = nil
                self.shared.seals.add([job], completions: completions)
            } else {
                for completion in completions { completion(.success(nil)) }
            }
        } catch {
            if self.failure == nil { self.fail(error) }
            for completion in completions { completion(.failure(error)) }
        }
    }

    private func keepHouse() {
        guard self.failure == nil else { return }
        do {
            if let job = try self.writer.sealIfDue(now: self.clocks.wall()) { self.shared.seals.add([job]) }
        } catch {
            self.fail(error)
            self.shared.update(self.status)
        }
        // Its pages are moved when it is on the disk, so that nobody waits for more than the last commits of it.
        self.shared.syncs.add(file: self.live.walPath)
    }
}
