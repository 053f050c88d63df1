import Events
import Model
import Projections

/// Taking things away.
extension CatalogueEditor {
    /// The customers that are no longer there after what was decided.
    var erased: [CustomerID] {
        self.events.compactMap { if case .customerErased(let it) = $0 { it.customer } else { nil } }
    }

    mutating func remove(_ row: ChannelRow) throws {
        for source in try self.state.sources(of: row.channel) {
            self.removed(.sourceDetached(.init(source: source.source, channel: row.channel)))
        }
        self.evict(try self.state.connections().filter { $0.channel == row.channel }, why: "channel-removed")
        self.removed(.channelRemoved(.init(channel: row.channel)))
    }

    mutating func remove(_ row: CustomerRow) throws {
        for credential in try self.state.credentials(of: row.customer) { try self.remove(credential) }
        self.removed(.customerErased(.init(customer: row.customer)))
    }

    mutating func remove(_ row: CredentialRow) throws {
        self.evict(try self.state.connections(of: row.credential), why: "removed")
        self.removed(.credentialRemoved(.init(credential: row.credential)))
    }

    mutating func remove(_ row: SupplierRow) throws {
        if let source = try self.state.sources(of: row.supplier).first {
            throw AccountsError.inUse(.supplier, row.supplier.rawValue, by: "channel \(source.channel)")
        }
        self.removed(.supplierRemoved(.init(supplier: row.supplier)))
    }

    mutating func remove(_ row: PlanRow) throws {
        if let customer = try self.state.customers().first(where: { $0.plan == row.plan }) {
            throw AccountsError.inUse(.plan, row.plan.rawValue, by: "customer \(customer.customer)")
        }
        self.removed(.planRemoved(.init(plan: row.plan)))
    }
}
