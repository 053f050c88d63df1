package import Events
import Model
package import Projections
package import Vault

/// Finds what an operator names, and turns rows back into entries.
package struct CatalogueLookup {
    let state: LiveState
    let vault: Vault

    package init(state: LiveState, vault: Vault) {
        self.state = state
        self.vault = vault
    }

    package func supplier(_ id: String) throws -> SupplierRow {
        try self.found(.supplier, id, SupplierID(checking: id).flatMap { try self.state.supplier($0) })
    }

    package func plan(_ id: String) throws -> PlanRow {
        try self.found(.plan, id, PlanID(checking: id).flatMap { try self.state.plan($0) })
    }

    package func customer(_ id: String) throws -> CustomerRow {
        try self.found(.customer, id, CustomerID(checking: id).flatMap { try self.state.customer($0) })
    }

    package func channel(_ id: String) throws -> ChannelRow {
        try self.found(.channel, id, Int64(id).flatMap { try self.state.channel(ChannelID($0)) })
    }

    package func source(_ id: String) throws -> SourceRow {
        try self.found(.source, id, Int64(id).flatMap { try self.state.source(SourceID($0)) })
    }

    /// By username, or by number when no username is written like that.
    package func credential(_ id: String) throws -> CredentialRow {
        let login = self.vault.installation.hash(.username, id).short
        if let row = try self.state.credential(login: login) { return row }
        return try self.found(.credential, id, Int64(id).flatMap { try self.state.credential(CredentialID($0)) })
    }

    func channelNumber(_ id: String) throws(AccountsError) -> Int64 {
        guard let number = Int64(id) else {
            throw .malformed(.channel, id, field: "id", found: id, allowed: "1 to \(Int32.max)")
        }
        return number
    }

    /// The clear username; a sign for one that can't be opened any more.
    package func username(_ row: CredentialRow) -> String {
        let names = PersonalNames(vault: self.vault, customer: row.customer)
        return names.open(row.username, field: "username/\(row.credential)") ?? "?"
    }

    private func found<Row>(_ noun: CatalogueNoun, _ id: String, _ row: Row?) throws(AccountsError) -> Row {
        guard let row else { throw .unknown(noun, id) }
        return row
    }
}

extension CatalogueLookup {
    func entry(_ row: SupplierRow) -> SupplierEntry {
        SupplierEntry(
            name: row.supplier.rawValue,
            maxConnections: row.maxConnections,
            privateNetwork: row.privateNetwork
        )
    }

    func entry(_ row: PlanRow) -> PlanEntry {
        PlanEntry(
            name: row.plan.rawValue,
            maxConnections: row.maxConnections,
            priceMonthCents: row.priceMonth.rawValue,
            terms: TermsEntry(row.terms)
        )
    }

    func entry(_ row: ChannelRow) -> ChannelEntry {
        ChannelEntry(
            id: row.channel.rawValue,
            name: row.name,
            category: row.category,
            keep: row.keep.rawValue,
            returns: (row.returns ?? .better).rawValue,
            number: row.number,
            logo: try? ChannelLogo.open(row, with: self.vault),
            epg: row.epg,
            keepDays: row.keepDays ?? 0,
            keepBytes: row.keepBytes?.rawValue
        )
    }

    package func entry(_ row: CustomerRow) -> CustomerEntry {
        let names = PersonalNames(vault: self.vault, customer: row.customer)
        var entry = CustomerEntry(id: row.customer.rawValue, plan: row.plan?.rawValue)
        entry.name = row.name.map { names.open($0, field: "name") ?? "?" }
        entry.notes = row.notes.map { names.open($0, field: "notes") ?? "?" }
        entry.timezone = row.timezone
        entry.language = row.language
        return entry
    }

    func entry(_ row: CredentialRow) -> CredentialEntry {
        var entry = CredentialEntry(
            username: self.username(row),
            maxConnections: row.maxConnections,
            expires: row.expires?.description
        )
        entry.trial = row.trial
        entry.terms = TermsEntry(self.terms(row))
        return entry
    }

    /// A credential's own terms in clear.
    package func terms(_ row: CredentialRow) -> Terms {
        PersonalTerms(vault: self.vault, customer: row.customer).open(row)
    }

    /// What a credential may do.
    package func entitlement(_ row: CredentialRow) throws -> Entitlement {
        try Entitlement.of(row, in: self.state, vault: self.vault)
    }
}
