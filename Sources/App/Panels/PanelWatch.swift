import Accounts
import Events
import Ingest
import Ledger
import Logging
import Model
import Projections
import Synchronization
import Vault

/// Asks suppliers' panels how our accounts there stand: when the service starts, when one is added, and some times a day.
///
/// No connection of an account is taken for it, and nothing that goes wrong here ends a stream.
final class PanelWatch: Sendable {
    /// How often it is looked whether somebody is to be asked.
    private static let tick: Duration = .seconds(1)
    /// The whole answer of a panel about an account.
    private static let answerMilliseconds = 30_000

    private let ledger: Ledger
    private let vault: Vault
    private let ingest: IngestEngine
    private let logger: Logger
    private let task = Mutex<(task: Task<Void, Never>?, observation: Observation?)>((nil, nil))
    /// What has changed since it was looked at; everything at the start.
    private let changes = Mutex<(isDue: Bool, accounts: Set<AccountID>)>((true, []))

    init(ledger: Ledger, vault: Vault, ingest: IngestEngine, logger: Logger) {
        self.ledger = ledger
        self.vault = vault
        self.ingest = ingest
        self.logger = logger
    }

    func start() {
        let observation = self.ledger.observe { [weak self] envelopes in
            for envelope in envelopes { self?.recorded(envelope.event) }
        }
        // Ended by `stop()`.
        let task = Task { [weak self] in
            var schedule = PanelSchedule()
            while !Task.isCancelled {
                await self?.round(&schedule)
                try? await Task.sleep(for: Self.tick)
            }
        }
        self.task.withLock { $0 = (task, observation) }
    }

    func stop() async {
        let (task, observation) = self.task.withLock { task in
            defer { task = (nil, nil) }
            return task
        }
        observation?.cancel()
        task?.cancel()
        await task?.value
    }

    /// On the ledger's thread.
    private func recorded(_ event: Event) {
        switch event {
        case .accountAdded, .accountRemoved, .supplierRemoved: self.changes.withLock { $0.isDue = true }
        // A password or a place may be another.
        case .accountChanged(let it): self.changes.withLock { $0 = (true, $0.accounts.union([it.account])) }
        default: break
        }
    }

    private func round(_ schedule: inout PanelSchedule) async {
        let now = Self.seconds
        let (isDue, changed) = self.changes.withLock { changes in
            defer { changes = (false, []) }
            return changes
        }
        if isDue, let rows = try? self.ledger.read({ try $0.accounts() }) {
            schedule.accounts(are: Set(rows.map(\.account)), changed: changed, now: now)
        }
        let due = schedule.due(now: now)
        guard !due.isEmpty else { return }
        let fetcher = Fetcher()
        for account in due {
            guard !Task.isCancelled else { break }
            await self.read(account, &schedule, fetcher)
        }
        await fetcher.stop()
    }

    private static var seconds: Int64 { Clocks.system.monotonic() / WallTime.microsecondsPerSecond }

    private func read(_ account: AccountID, _ schedule: inout PanelSchedule, _ fetcher: Fetcher) async {
        var random = SystemRandomNumberGenerator()
        guard let question = try? self.ledger.read({ try Question(account, in: $0, vault: self.vault) }) else {
            // No panel is known, or nothing can be opened: nothing to be said every few minutes.
            return schedule.succeeded(account, countsMore: false, now: Self.seconds, random: &random)
        }
        let before = self.ingest.heldConnections(of: account, at: question.supplier)
        let reading = await self.ask(question, fetcher)
        guard !Task.isCancelled else { return }
        // What opened or closed meanwhile may be counted or not.
        let own = max(before, self.ingest.heldConnections(of: account, at: question.supplier))
        var countsMore = false
        if case .told(let facts) = reading { countsMore = (facts.activeConnections ?? 0) > Int64(own) }
        let command = RecordAccountReading(
            reading,
            of: account,
            own: Int64(own),
            isSharingSure: schedule.isSuspect(account)
        )
        if case .unreadable = reading {
            schedule.failed(account, now: Self.seconds, random: &random)
        } else {
            schedule.succeeded(account, countsMore: countsMore, now: Self.seconds, random: &random)
        }
        guard let events = try? await self.ledger.perform(command) else { return }
        for case .accountWarned(let warning) in events { self.logger.warning("\(warning.words)") }
    }

    private func ask(_ question: Question, _ fetcher: Fetcher) async -> AccountReading {
        let reader = PanelReader(
            login: question.login,
            isHLS: false,
            allowsPrivateNetwork: question.allowsPrivateNetwork,
            fetcher: fetcher,
            totalMilliseconds: Self.answerMilliseconds
        )
        do {
            let account = try await reader.account()
            return .told(
                .init(
                    status: account.status.isEmpty ? "known" : String(account.status.prefix(40)),
                    maxConnections: account.maxConnections,
                    activeConnections: account.activeConnections,
                    expires: account.expires
                )
            )
        } catch PanelError.refused {
            return .refused
        } catch let cause as SourceFailure.Cause {
            return .unreadable(cause.description)
        } catch {
            // Words of a panel, or what a parser says of them, are not repeated.
            return .unreadable("not-a-panel")
        }
    }
}

/// Whom to ask about an account.
private struct Question: Sendable {
    var supplier: SupplierID
    var login: PanelLogin
    var allowsPrivateNetwork: Bool

    /// - Throws: ``AccountError``; `nil` where no panel is known.
    init?(_ account: AccountID, in state: LiveState, vault: Vault) throws {
        guard let row = try state.account(account), let supplier = try state.supplier(row.supplier) else { return nil }
        let secrets = try AccountSecrets.open(row, with: vault)
        guard let base = try secrets.panel ?? PanelPlace(of: row.supplier, in: state, vault: vault).base else {
            return nil
        }
        self.supplier = row.supplier
        self.allowsPrivateNetwork = supplier.privateNetwork
        self.login = PanelLogin(base: base, username: secrets.username, password: secrets.password)
    }
}
