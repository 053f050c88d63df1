package import Projections
package import Vault

extension Entitlement {
    /// What a credential may do now, by the tables.
    package static func of(_ row: CredentialRow, in state: LiveState, vault: Vault) throws -> Entitlement {
        let customer = try state.customer(row.customer)
        let plan = try customer?.plan.flatMap { try state.plan($0) }
        return Entitlement(
            credential: row,
            customer: customer,
            plan: plan,
            addresses: PersonalTerms(vault: vault, customer: row.customer).addresses(of: row)
        )
    }
}
