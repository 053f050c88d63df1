import Ledger
import Logging
import Model
import Reports
import Synchronization

/// Keeps the reports of every week that is over in `history.sqlite`, by and by, while the service runs.
final class ReportUpkeep: Sendable {
    /// Between two looks, in seconds; a look makes the reports of one week at most, so that a year of them is no burden.
    static let interval: Duration = .seconds(60)

    private let ledger: Ledger
    private let directory: DataDirectory
    private let logger: Logger
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(ledger: Ledger, directory: DataDirectory, logger: Logger) {
        self.ledger = ledger
        self.directory = directory
        self.logger = logger
    }

    func start() {
        // Ended by `stop()`.
        let task = Task { [weak self] in
            while (try? await Task.sleep(for: Self.interval)) != nil { await self?.look() }
        }
        self.task.withLock { $0 = task }
    }

    /// Waits until nothing is being made.
    func stop() async {
        let task = self.task.withLock { $0 }
        task?.cancel()
        await task?.value
    }

    private func look() async {
        do {
            let clock = try OperatorClock.choose(named: nil, in: self.directory)
            let keeper = ReportKeeper(ledger: self.ledger, directory: self.directory, clock: clock)
            let now = Clocks.system.wall()
            guard let week = try await keeper.nextMissing(now: now) else { return }
            let rows = try await keeper.keep(week, now: now)
            self.logger.info("reports kept", metadata: ["week": "\(week.name)", "rows": "\(rows)"])
        } catch is CancellationError {
            return
        } catch {
            self.logger.error("the reports of a week are not kept: \(error)")
        }
    }
}
