import Accounts
import EventLog
import Events
import Foundation
import Ledger
import Model
import Projections
import Synchronization
import Vault

/// A ledger and a vault in a directory of their own, removed at the end.
final class Office: Sendable {
    let directory: String
    let ledger: Ledger
    let vault: Vault
    let admission: LedgerAdmission
    private let recorded = Mutex<[Envelope]>([])

    init() throws {
        self.directory = FileManager.default.temporaryDirectory.appending(path: "accounts-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: true)
        self.vault = try Vault(
            keyFile: KeyFile(path: "\(self.directory)/installation.key"),
            storePath: "\(self.directory)/keys.sqlite"
        )
        self.ledger = try Ledger(
            Ledger.Configuration(directory: self.directory, node: NodeID(rawValue: "a"), version: "test")
        )
        self.admission = LedgerAdmission(ledger: self.ledger, vault: self.vault)
        _ = self.ledger.observe { [weak self] envelopes in self?.recorded.withLock { $0 += envelopes } }
    }

    deinit {
        self.ledger.stop()
        try? FileManager.default.removeItem(atPath: self.directory)
    }

    /// Everything recorded since the start, in order.
    var events: [Event] { self.recorded.withLock { $0.map(\.event) } }

    var kinds: [String] { self.events.map(\.kind.rawValue) }

    @discardableResult
    func apply(_ catalogue: Catalogue, prune: Bool = false, dryRun: Bool = false) async throws -> ApplyCatalogue.Reply {
        try await self.ledger.perform(ApplyCatalogue(catalogue, prune: prune, dryRun: dryRun, vault: self.vault))
    }

    @discardableResult
    func edit(
        _ verb: EditCatalogue.Verb,
        _ noun: CatalogueNoun,
        _ id: String?,
        _ settings: [String: String] = [:]
    ) async throws -> [String] {
        try await self.ledger.perform(EditCatalogue(verb, noun, id: id, settings: settings, vault: self.vault))
    }

    func open(
        _ username: String = "ada",
        _ password: String = "secret",
        channel: Int64 = 101,
        output: Output = .ts,
        agent: String = "television",
        address: NetworkAddress = .loopback,
        token: SessionToken = .random()
    ) async -> Result<Grant, Denial> {
        let request = OpenRequest(
            username: Redacted(username),
            password: Redacted(password),
            channel: ChannelID(channel),
            output: output,
            device: Device(address: address, userAgent: agent),
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
        // Commands are decided in order: when this one is answered, the closing is.
        _ = try await self.ledger.perform(ExpireCredentials(vault: self.vault))
    }

    func live() throws -> [LiveConnectionRow] { try self.ledger.read { try $0.connections() } }
}

/// The catalogue that most tests begin with: one channel, a plan for `limit` connections, one customer.
func catalogue(limit: Int64 = 1) -> Catalogue {
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
