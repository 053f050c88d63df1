import Accounts
import Dispatch
import GRDB
import Ledger
import Logging
import Model
import Reports
import Synchronization

/// Sends weekly reports by schedule while the service runs; each try is an event.
package final class Outbox: Sendable {
    /// Between two looks at what is due.
    static let interval: Duration = .seconds(60)

    private let current: Mutex<[ReportDelivery]>
    private let ledger: Ledger
    private let directory: DataDirectory
    private let logger: Logger
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(_ deliveries: [ReportDelivery], ledger: Ledger, directory: DataDirectory, logger: Logger) {
        self.current = Mutex(deliveries)
        self.ledger = ledger
        self.directory = directory
        self.logger = logger
    }

    private var deliveries: [ReportDelivery] { self.current.withLock { $0 } }

    /// Takes what the configuration says now; answers whether that is something else.
    ///
    /// What is being sent goes on.
    func replace(with deliveries: [ReportDelivery]) -> Bool {
        self.current.withLock { current in
            guard current != deliveries else { return false }
            current = deliveries
            return true
        }
    }

    func start() {
        // Ended by `stop()`.
        let task = Task { [weak self] in
            while (try? await Task.sleep(for: Self.interval)) != nil { await self?.look() }
        }
        self.task.withLock { $0 = task }
    }

    /// Waits until nothing is being sent.
    func stop() async {
        let task = self.task.withLock { $0 }
        task?.cancel()
        await task?.value
    }

    private func look() async {
        guard !self.deliveries.isEmpty else { return }
        do { _ = try await self.sendDue(now: Clocks.system.wall()) } catch {
            self.logger.error("reports are not sent: \(error)")
        }
    }

    /// One report of one delivery, and how far it is.
    struct Item: Sendable {
        var delivery: ReportDelivery
        var kind: ReportTool.Kind
        var step: DeliverySchedule.Step
        var attempts: Int
    }

    /// The last week that is over, and what there is to send of it; `nil` where the log has nothing of that week.
    func items(now: WallTime) async throws -> (week: ReportWeek, clock: LocalClock, items: [Item])? {
        let clock = try OperatorClock.choose(named: nil, in: self.directory)
        let week = ReportWeek(containing: now, clock).previous(clock)
        try await self.ledger.flushHistory()
        let deliveries = self.deliveries
        let items = try await self.ledger.history.read { database -> [Item]? in
            // The first event of a log is the start of its node.
            guard let first = try Int64.fetchOne(database, sql: "SELECT min(at) FROM node_record"),
                first < week.end.microseconds
            else { return nil }
            return try deliveries.flatMap { delivery in
                let due = DeliverySchedule.due(week, at: delivery.at, clock)
                return try delivery.reports.map { kind in
                    let attempts = try Self.attempts(delivery.name, kind, week, in: database)
                    let step = DeliverySchedule.step(attempts, due: due, now: now)
                    return Item(delivery: delivery, kind: kind, step: step, attempts: attempts.count)
                }
            }
        }
        return items.map { (week, clock, $0) }
    }

    private static func attempts(
        _ delivery: String,
        _ kind: ReportTool.Kind,
        _ week: ReportWeek,
        in database: Database
    ) throws -> [DeliverySchedule.Attempt] {
        try Row.fetchAll(
            database,
            sql: "SELECT at, why FROM report_delivery WHERE span = ? AND delivery = ? AND report = ? ORDER BY seq",
            arguments: [week.name, delivery, kind.rawValue]
        ).map { row in
            DeliverySchedule.Attempt(at: WallTime(microseconds: row[0]), isSent: row[1] == nil)
        }
    }

    /// Sends what is due, one after the other, and says so, a line each; `isNow` sends all of a delivery whatever was sent before.
    @discardableResult
    func sendDue(now: WallTime, isNow: Bool = false, only name: String? = nil) async throws -> [String] {
        if let name, !self.deliveries.contains(where: { $0.name == name }) { throw OutboxError.unknown(name) }
        guard let (week, clock, items) = try await self.items(now: now) else { return [] }
        var messages: [String] = []
        for item in items where name == nil || item.delivery.name == name {
            guard !Task.isCancelled else { break }
            let number: Int64
            if case .send(let attempt) = item.step {
                number = attempt
            } else if isNow {
                number = Int64(item.attempts) + 1
            } else {
                continue
            }
            messages.append(try await self.send(item, week, clock, number: number, now: now))
        }
        return messages
    }

    private func send(
        _ item: Item,
        _ week: ReportWeek,
        _ clock: LocalClock,
        number: Int64,
        now: WallTime
    ) async throws -> String {
        let attempt = RecordDelivery.Attempt(
            delivery: item.delivery.name,
            way: item.delivery.way.word,
            report: item.kind.rawValue,
            span: week.name,
            format: item.delivery.format.rawValue,
            number: number
        )
        let what = "\(item.kind.rawValue) \(week.name) to \(item.delivery.name)"
        let sender = ReportSender(directory: self.directory, clock: clock)
        do {
            try await Self.aside { try sender.send(item.kind, week, by: item.delivery, attempt: number, now: now) }
        } catch {
            let retry = DeliverySchedule.retry(after: Int(number), failedAt: now)
            try await self.ledger.perform(RecordDelivery(attempt, why: "\(error)", retry: retry))
            self.logger.error("\(what) was not sent: \(error)")
            return "\(what): \(error)" + (retry == nil ? "" : "; it is tried again")
        }
        try await self.ledger.perform(RecordDelivery(attempt))
        self.logger.info("\(what) was sent")
        return "\(what): sent"
    }

    /// On a thread that serves nobody: making a report takes seconds, and a server may be slow.
    private static func aside(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global(qos: .utility).async { continuation.resume(with: Result { try body() }) }
        }
    }
}

/// Why reports can't be sent as asked.
enum OutboxError: Error, Hashable, CustomStringConvertible {
    case unknown(String)

    var description: String {
        switch self {
        case .unknown(let name): "there is no delivery `\(name)` in the configuration (reports: deliveries)"
        }
    }
}
