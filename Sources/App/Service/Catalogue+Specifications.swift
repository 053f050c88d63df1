import Accounts
import Events
import Guide
import Ingest
import LiveChannels
import Model
import Projections
import Vault

/// What the catalogue says of channels and suppliers, in the form the media path takes.
struct MediaCatalogue: Sendable {
    var channels: [ChannelSpecification] = []
    /// Connections each supplier allows.
    var supplierLimits: [SupplierID: Int] = [:]
    /// The accounts of each, where there are some.
    var supplierAccounts: [SupplierID: [SupplierAccount]] = [:]
    /// Accounts whose name and password can't be opened with this key file; they are left out.
    var sealedAccounts: [AccountID] = []
    /// What they are called in guides.
    var guideChannels: [GuideMatcher.Channel] = []
    /// Sources whose address can't be opened with this key file; they are left out.
    var sealedSources: [SourceID] = []

    init(_ state: LiveState, vault: Vault) throws {
        let suppliers = try state.suppliers()
        let allowed = Dictionary(uniqueKeysWithValues: suppliers.map { ($0.supplier, $0.privateNetwork) })
        self.supplierLimits = Dictionary(uniqueKeysWithValues: suppliers.map { ($0.supplier, Int($0.maxConnections)) })
        for supplier in suppliers {
            let rows = try state.accounts(of: supplier.supplier)
            let accounts = rows.map { ($0.account, SupplierAccount($0, of: supplier, vault: vault)) }
            self.sealedAccounts += accounts.filter { $0.1 == nil }.map(\.0)
            self.supplierAccounts[supplier.supplier] = accounts.compactMap(\.1)
        }
        let sources = Dictionary(grouping: try state.sources(), by: \.channel)
        for row in try state.channels() {
            self.guideChannels.append(.init(id: row.channel, name: row.name, epg: row.epg))
            var specifications: [SourceSpecification] = []
            for source in sources[row.channel] ?? [] {
                guard let url = try? SourceAddress.open(source, with: vault) else {
                    self.sealedSources.append(source.source)
                    continue
                }
                specifications.append(
                    SourceSpecification(
                        id: source.source,
                        channel: row.channel,
                        supplier: source.supplier,
                        url: url,
                        allowsPrivateNetwork: allowed[source.supplier] ?? false
                    )
                )
            }
            self.channels.append(
                ChannelSpecification(
                    id: row.channel,
                    name: row.name,
                    // What nobody watched would be missing from what can be caught up.
                    keep: row.keepDays == nil ? row.keep : .always,
                    returns: row.returns ?? .better,
                    archive: row.keepDays.map { ArchivePolicy(days: $0, bytes: row.keepBytes?.rawValue) },
                    sources: specifications
                )
            )
        }
    }
}
