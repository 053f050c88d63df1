import Accounts
import EventLog
import Events
import Foundation
import Ledger
import Model
import Projections
import Synchronization
import Vault

/// A clock that stands still until it is set forward, and what is to be done later by it.
final class TestClock: Sendable {
    private struct State {
        var microseconds: Int64 = 0
        var timers: [(due: Int64, body: @Sendable () -> Void)] = []
    }

    static let start = WallTime(seconds: 1_795_417_200)
    private let state = Mutex(State())

    var clocks: Clocks {
        Clocks(
            wall: { WallTime(microseconds: Self.start.microseconds + self.now) },
            monotonic: { 1_000_000 + self.now }
        )
    }

    /// Microseconds since the start.
    var now: Int64 { self.state.withLock { $0.microseconds } }

    /// What waits is done when it is due by this clock.
    var timer: WaitTimer {
        WaitTimer { milliseconds, body in
            self.state.withLock { $0.timers.append(($0.microseconds + milliseconds * 1_000, body)) }
        }
    }

    /// Sets the clock forward; does what is due by then.
    func advance(seconds: Double) {
        let due = self.state.withLock { state in
            state.microseconds += Int64(seconds * 1_000_000)
            let now = state.microseconds
            let due = state.timers.filter { $0.due <= now }.sorted { $0.due < $1.due }
            state.timers.removeAll { $0.due <= now }
            return due
        }
        for timer in due { timer.body() }
    }
}

extension WaitTimer {
    /// Everything is due at once: nobody waits.
    static let impatient = WaitTimer { _, body in body() }
}

/// A ledger and a vault in a directory of their own, removed at the end.
final class Office: Sendable {
    let directory: String
    let clock = TestClock()
    let ledger: Ledger
    let vault: Vault
    let passwords: Passwords
    let admission: LedgerAdmission
    private let recorded = Mutex<[Envelope]>([])

    /// Nobody waits for a slot, unless `isPatient`: then by ``clock``.
    init(isPatient: Bool = false) throws {
        self.directory = FileManager.default.temporaryDirectory.appending(path: "accounts-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: true)
        self.vault = try Vault(
            keyFile: KeyFile(path: "\(self.directory)/installation.key"),
            storePath: "\(self.directory)/keys.sqlite"
        )
        var configuration = Ledger.Configuration(
            directory: self.directory,
            node: NodeID(rawValue: "a"),
            version: "test"
        )
        configuration.clocks = self.clock.clocks
        self.ledger = try Ledger(configuration)
        self.passwords = Passwords(ledger: self.ledger, vault: self.vault)
        self.admission = LedgerAdmission(
            ledger: self.ledger,
            vault: self.vault,
            passwords: self.passwords,
            timer: isPatient ? self.clock.timer : .impatient
        )
        _ = self.ledger.observe { [weak self] envelopes in self?.recorded.withLock { $0 += envelopes } }
    }

    deinit {
        self.ledger.stop()
        try? FileManager.default.removeItem(atPath: self.directory)
    }

    /// Everything recorded since the start, in order.
    var events: [Event] { self.recorded.withLock { $0.map(\.event) } }

    var evictions: [ConnectionEvicted] {
        self.events.compactMap { if case .connectionEvicted(let it) = $0 { it } else { nil } }
    }

    var rejections: [LimitRejected] {
        self.events.compactMap { if case .limitRejected(let it) = $0 { it } else { nil } }
    }

    var kinds: [String] { self.events.map(\.kind.rawValue) }

    @discardableResult
    func apply(_ catalogue: Catalogue, prune: Bool = false, dryRun: Bool = false) async throws -> ApplyCatalogue.Reply {
        try await self.ledger.apply(catalogue, prune: prune, dryRun: dryRun, passwords: self.passwords)
    }

    @discardableResult
    func edit(
        _ verb: EditCatalogue.Verb,
        _ noun: CatalogueNoun,
        _ id: String?,
        _ settings: [String: String] = [:]
    ) async throws -> [String] {
        try await self.ledger.edit(verb, noun, id: id, settings: settings, passwords: self.passwords)
    }

    func open(
        _ username: String = "ada",
        _ password: String = "secret",
        channel: Int64 = 101,
        output: Output = .ts,
        agent: String = "television",
        address: NetworkAddress = .loopback,
        deviceID: String? = nil,
        origin: Origin = .unknown,
        token: SessionToken = .random()
    ) async -> Result<Grant, Denial> {
        let request = OpenRequest(
            username: Redacted(username),
            password: Redacted(password),
            channel: ChannelID(channel),
            output: output,
            device: Device(address: address, userAgent: agent, deviceID: deviceID, origin: origin),
            token: token
        )
        return await withCheckedContinuation { continuation in
            self.admission.open(request) { continuation.resume(returning: $0) }
        }
    }

    func reopen(
        _ token: SessionToken,
        agent: String = "television",
        address: NetworkAddress = .loopback
    ) async -> Result<Grant, Denial> {
        await withCheckedContinuation { continuation in
            self.admission.reopen(ReopenRequest(token: token, device: Device(address: address, userAgent: agent))) {
                continuation.resume(returning: $0)
            }
        }
    }

    func close(_ grant: Grant, _ reason: Closing.Reason = .left) async throws {
        self.admission.close(
            Closing(
                connection: grant.connection,
                reason: reason,
                bytes: 1_000,
                watchedMs: 5_000,
                patchedMs: 400,
                slateMs: 30,
                stalls: 2,
                stalledMs: 1_500
            )
        )
        try await self.settle()
    }

    /// Waits until what was asked before is decided: commands are decided in order.
    func settle() async throws {
        _ = try await self.ledger.perform(ExpireCredentials(vault: self.vault))
    }

    func live() throws -> [LiveConnectionRow] { try self.ledger.read { try $0.connections() } }
}

/// The catalogue that most tests begin with: one channel, a plan for `limit` connections, one customer.
func catalogue(limit: Int64 = 1, onLimit: OnLimit? = nil) -> Catalogue {
    var catalogue = Catalogue()
    catalogue.suppliers = [SupplierEntry(name: "alpha", maxConnections: 2, privateNetwork: true)]
    catalogue.channels = [
        ChannelEntry(
            id: 101,
            name: "News One",
            category: "News",
            sources: [
                SourceEntry(supplier: "alpha", url: Redacted("http://canary-host.example/canary-user/canary-pass/1.ts"))
            ]
        ),
        ChannelEntry(id: 102, name: "Sport Two"),
    ]
    catalogue.plans = [PlanEntry(name: "basic", maxConnections: limit, priceMonthCents: 1_000)]
    catalogue.plans[0].terms.onLimit = onLimit?.rawValue
    catalogue.customers = [
        CustomerEntry(
            id: "c1",
            name: "Ada Canary",
            plan: "basic",
            credentials: [CredentialEntry(username: "ada", password: Redacted("secret"))]
        )
    ]
    return catalogue
}
