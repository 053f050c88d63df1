import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// Stops all of a customer's credentials, and what plays with them, until it is resumed.
package struct SuspendCustomer: Command {
    package typealias Reply = String

    let id: String
    let why: String
    let vault: Vault

    package init(_ id: String, why: String, vault: Vault) {
        self.id = id
        self.why = why
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<String> {
        let row = try CatalogueLookup(state: state, vault: self.vault).customer(self.id)
        try EntryCheck.text(.customer, self.id, "why", self.why)
        guard row.state != .suspended else { return Decision([], reply: "customer \(self.id) is suspended already") }
        var editor = CatalogueEditor(state: state, vault: self.vault, now: now)
        let why = try PersonalNames(vault: self.vault, customer: row.customer).seal(reason: self.why)
        editor.record(.customerSuspended(.init(customer: row.customer, why: why)))
        for credential in try state.credentials(of: row.customer) {
            editor.evict(
                try state.connections(of: credential.credential),
                why: Denial.ForbiddenReason.suspended.rawValue
            )
        }
        return Decision(editor.events, reply: "suspended customer \(self.id)")
    }
}

/// Lets a suspended customer watch again; credentials that were suspended themselves stay so.
package struct ResumeCustomer: Command {
    package typealias Reply = String

    let id: String
    let vault: Vault

    package init(_ id: String, vault: Vault) {
        self.id = id
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<String> {
        let row = try CatalogueLookup(state: state, vault: self.vault).customer(self.id)
        guard row.state == .suspended else { return Decision([], reply: "customer \(self.id) is not suspended") }
        return Decision([.customerResumed(.init(customer: row.customer))], reply: "resumed customer \(self.id)")
    }
}
