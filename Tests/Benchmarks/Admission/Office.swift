import Accounts
import Events
import Ledger
import Model
import Vault

/// A ledger with a catalogue in a directory of its own: as the product runs it, syncs included.
final class Office: Sendable {
    static let channel = ChannelID(7)
    static let password = "secret"

    let ledger: Ledger
    let vault: Vault
    let admission: LedgerAdmission
    private let customers: [CustomerID]

    /// Opens it for `customers` with one credential each, of `limit` connections.
    init(directory: String, customers count: Int, limit: Int64) async throws {
        self.vault = try Vault(
            keyFile: KeyFile(path: "\(directory)/installation.key"),
            storePath: "\(directory)/keys.sqlite"
        )
        self.ledger = try Ledger(
            Ledger.Configuration(directory: directory, node: NodeID(rawValue: "a"), version: "benchmark")
        )
        self.admission = LedgerAdmission(ledger: self.ledger, vault: self.vault)
        self.customers = (0..<count).map { CustomerID(rawValue: "c\($0)") }
        var catalogue = Catalogue()
        catalogue.channels = [ChannelEntry(id: Self.channel.rawValue, name: "Benchmark")]
        catalogue.plans = [PlanEntry(name: "plan", maxConnections: limit)]
        catalogue.customers = (0..<count).map { index in
            var login = CredentialEntry(username: Self.username(index), password: Redacted(Self.password))
            login.isPasswordRandom = true
            return CustomerEntry(id: "c\(index)", plan: "plan", credentials: [login])
        }
        _ = try await self.ledger.perform(
            ApplyCatalogue(catalogue, prune: false, dryRun: false, vault: self.vault)
        )
        // The keys of a week are made once; they are no part of what is measured.
        let week = Clocks.system.wall().isoWeek
        try self.vault.store.prepare(self.customers.map { .clients(of: $0, week: week) })
    }

    static func username(_ index: Int) -> String { "user\(index)" }

    /// A start of credential `credential` by its device `device`.
    func request(credential: Int, device: Int) -> OpenRequest {
        let address = NetworkAddress(
            v4: (10, UInt8(truncatingIfNeeded: credential >> 8), UInt8(truncatingIfNeeded: credential), 1)
        )
        return OpenRequest(
            username: Redacted(Self.username(credential)),
            password: Redacted(Self.password),
            channel: Self.channel,
            output: .hls,
            device: Device(address: address, userAgent: "player \(device)"),
            token: SessionToken.random()
        )
    }
}
