import Accounts
import Events
import Model
import Projections
import Vault

/// The catalogue as tables for people and machines.
struct CatalogueTables {
    let state: LiveState
    let vault: Vault
    /// What time it is for who has an end.
    let now: WallTime

    private var lookup: CatalogueLookup { CatalogueLookup(state: self.state, vault: self.vault) }

    func list(_ noun: CatalogueNoun) throws -> Table {
        switch noun {
        case .supplier: try Self.table(Self.supplierColumns, self.state.suppliers().map(self.supplier))
        case .channel: try Self.table(Self.channelColumns, self.state.channels().map(self.channel))
        case .source: try Self.table(Self.sourceColumns, self.state.sources().map(self.source))
        case .plan: try Self.table(Self.planColumns, self.state.plans().map(self.plan))
        case .customer: try Self.table(Self.customerColumns, self.state.customers().map(self.customer))
        case .credential: try Self.table(Self.credentialColumns, self.state.credentials().map(self.credential))
        }
    }

    func show(_ noun: CatalogueNoun, _ id: String) throws -> Table {
        switch noun {
        case .supplier: try Self.table(Self.supplierColumns, [self.supplier(self.lookup.supplier(id))])
        case .channel: try Self.table(Self.channelColumns, [self.channel(self.lookup.channel(id))])
        case .source: try Self.table(Self.sourceColumns, [self.source(self.lookup.source(id))])
        case .plan: try Self.table(Self.planColumns, [self.plan(self.lookup.plan(id))])
        case .customer: try Self.table(Self.customerColumns, [self.customer(self.lookup.customer(id))])
        case .credential: try Self.table(Self.credentialColumns, [self.credential(self.lookup.credential(id))])
        }
    }

    private static func table(_ columns: [String], _ rows: [[Table.Cell]]) -> Table {
        Table(columns: columns, rows: rows)
    }

    private static let supplierColumns = [
        "supplier", "max_connections", "private_network", "sources", "accounts", "slots", "trouble",
    ]

    private func supplier(_ row: SupplierRow) throws -> [Table.Cell] {
        let accounts = try self.state.accounts(of: row.supplier)
        let slots = accounts.isEmpty ? row.maxConnections : accounts.reduce(0) { $0 + $1.limit(row) }
        let trouble = accounts.flatMap { account in
            account.trouble(row, now: self.now).map { "account \(account.account): \($0)" }
        }
        return [
            .text(row.supplier.rawValue), .number(row.maxConnections), .bool(row.privateNetwork),
            .number(Int64(try self.state.sources(of: row.supplier).count)), .number(Int64(accounts.count)),
            .number(slots), .init(trouble.isEmpty ? nil : trouble.joined(separator: "; ")),
        ]
    }

    private static let channelColumns = [
        "channel", "name", "category", "keep", "return", "sources", "viewers", "number", "logo", "epg",
    ]

    private func channel(_ row: ChannelRow) throws -> [Table.Cell] {
        let viewers = try self.state.connections().count { $0.channel == row.channel }
        return [
            .number(row.channel.rawValue), .text(row.name), .init(row.category), .text(row.keep.rawValue),
            .text((row.returns ?? .better).rawValue),
            .number(Int64(try self.state.sources(of: row.channel).count)), .number(Int64(viewers)),
            .init(row.number), .bool(row.logo != nil), .init(row.epg),
        ]
    }

    private static let sourceColumns = ["source", "channel", "position", "supplier", "kind"]

    /// The kind of address tells all that may be told: the rest is the supplier's.
    private func source(_ row: SourceRow) -> [Table.Cell] {
        let scheme = (try? SourceAddress.open(row, with: self.vault))?.clear.split(separator: ":").first.map(
            String.init
        )
        return [
            .number(row.source.rawValue), .number(row.channel.rawValue), .number(row.position),
            .text(row.supplier.rawValue), .text(scheme ?? "sealed with another key"),
        ]
    }

    private static let planColumns =
        ["plan", "max_connections", "price_month"] + CatalogueTables.termsColumns

    private func plan(_ row: PlanRow) -> [Table.Cell] {
        [.text(row.plan.rawValue), .number(row.maxConnections), .text(Money.text(row.priceMonth.rawValue))]
            + Self.terms(row.terms)
    }

    private static let termsColumns = ["tier", "outputs", "channels", "categories", "on_limit", "locks"]

    /// What is said of each; nothing where nothing is said.
    private static func terms(_ terms: Terms) -> [Table.Cell] {
        [
            .init(terms.tier?.rawValue), .init(Self.list(terms.outputs?.map(\.rawValue))),
            .init(Self.list(terms.channels?.map(\.description))), .init(Self.list(terms.categories)),
            .init(terms.onLimit?.rawValue), .init(Self.locks(terms.locks)),
        ]
    }

    private static func list(_ texts: [String]?) -> String? {
        texts.map { $0.isEmpty ? "any" : $0.joined(separator: ",") }
    }

    /// Which locks there are, and how many things each names.
    private static func locks(_ locks: Locks) -> String? {
        let counts: KeyValuePairs<String, Int?> = [
            "allowed_addresses": locks.addresses?.count, "first_networks": locks.firstNetworks.map(Int.init),
            "allowed_countries": locks.allowedCountries?.count, "blocked_countries": locks.blockedCountries?.count,
            "allowed_asns": locks.allowedASNs?.count, "blocked_asns": locks.blockedASNs?.count,
            "allowed_agents": locks.allowedAgents?.count, "blocked_agents": locks.blockedAgents?.count,
        ]
        let said = counts.compactMap { name, count in count.map { "\(name):\($0)" } }
        return said.isEmpty ? nil : said.joined(separator: ",")
    }

    private static let customerColumns = [
        "customer", "name", "plan", "state", "timezone", "language", "credentials",
    ]

    private func customer(_ row: CustomerRow) throws -> [Table.Cell] {
        let entry = self.lookup.entry(row)
        return [
            .text(row.customer.rawValue), .init(entry.name), .init(row.plan?.rawValue), .text(row.state.rawValue),
            .init(row.timezone), .init(row.language),
            .number(Int64(try self.state.credentials(of: row.customer).count)),
        ]
    }

    private static let credentialColumns =
        ["credential", "username", "customer", "state", "max_connections", "expires", "connections"]
        + CatalogueTables.termsColumns

    private func credential(_ row: CredentialRow) throws -> [Table.Cell] {
        let status = try self.lookup.entitlement(row).status(at: self.now)
        let terms = self.lookup.terms(row)
        return [
            .number(row.credential.rawValue), .text(self.lookup.username(row)), .text(row.customer.rawValue),
            .text(status.rawValue), .init(row.maxConnections), .init(row.expires?.description),
            .number(Int64(try self.state.connections(of: row.credential).count)),
        ] + Self.terms(terms)
    }
}
