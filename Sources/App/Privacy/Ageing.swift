import Accounts
import Ledger
import Logging
import Model
import Synchronization
import Vault

/// Destroys the keys of weeks that have aged: addresses, user agents and device ids after two weeks, so that none is older
/// than 14 days, and what tells which network a hash is of after thirteen.
///
/// What was equal stays equal in the log and the tables, so that reports of past weeks are the same for ever; but nobody can
/// find out any more what it was, nor that it was the same in two weeks.
struct Ageing: Sendable {
    let ledger: Ledger
    let vault: Vault

    /// Destroys what is due at a moment; answers how many keys that were.
    ///
    /// The event comes first: what a crash leaves is found to be due again.
    func run(now: WallTime) async throws -> Int {
        let calendar = self.vault.calendar
        let week = calendar.week(of: now)
        let clients = calendar.week(KeyCalendar.clientWeeks - 1, before: week).name
        let networks = calendar.week(KeyCalendar.networkWeeks - 1, before: week).name
        let due = try self.vault.store.aged(before: clients, networksBefore: networks)
        guard due > 0 else { return 0 }
        try await self.ledger.perform(RecordAgeing(before: clients, networksBefore: networks, keys: due))
        return try self.vault.store.age(before: clients, networksBefore: networks)
    }
}

/// Ages what is due while the service runs.
final class AgeingUpkeep: Sendable {
    /// Between two looks: a key is destroyed ten minutes late at most.
    static let interval: Duration = .seconds(600)

    private let ageing: Ageing
    private let logger: Logger
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(_ ageing: Ageing, logger: Logger) {
        self.ageing = ageing
        self.logger = logger
    }

    /// Looks at once, and from then on now and again.
    func start() {
        // Ended by `stop()`.
        let task = Task { [weak self] in
            repeat { await self?.look() } while (try? await Task.sleep(for: Self.interval)) != nil
        }
        self.task.withLock { $0 = task }
    }

    /// Waits until nothing is under way.
    func stop() async {
        let task = self.task.withLock { $0 }
        task?.cancel()
        await task?.value
    }

    private func look() async {
        do {
            let keys = try await self.ageing.run(now: Clocks.system.wall())
            if keys > 0 { self.logger.info("old data aged", metadata: ["keys": "\(keys)"]) }
        } catch {
            self.logger.error("old data could not be aged: \(error)")
        }
    }
}
