import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// Stops a credential, and what plays with it, until it is resumed.
package struct SuspendCredential: Command {
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
        let row = try CatalogueLookup(state: state, vault: self.vault).credential(self.id)
        try EntryCheck.text(.credential, self.id, "why", self.why)
        guard row.state != .suspended else { return Decision([], reply: "credential \(self.id) is suspended already") }
        var editor = CatalogueEditor(state: state, vault: self.vault, now: now)
        let why = try PersonalNames(vault: self.vault, customer: row.customer).seal(reason: self.why)
        editor.record(.credentialSuspended(.init(credential: row.credential, why: why)))
        editor.evict(
            try state.connections(of: row.credential),
            why: Denial.ForbiddenReason.suspended.rawValue
        )
        return Decision(editor.events, reply: "suspended credential \(self.id)")
    }
}

/// Lets a suspended credential work again.
package struct ResumeCredential: Command {
    package typealias Reply = String

    let id: String
    let vault: Vault

    package init(_ id: String, vault: Vault) {
        self.id = id
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<String> {
        let row = try CatalogueLookup(state: state, vault: self.vault).credential(self.id)
        guard row.state == .suspended else { return Decision([], reply: "credential \(self.id) is not suspended") }
        return Decision(
            [.credentialResumed(.init(credential: row.credential))],
            reply: "resumed credential \(self.id)"
        )
    }
}

/// Gives a credential a new password, shown once, and ends what was opened with the old one.
package struct RotateCredential: Command {
    package typealias Reply = String

    let id: String
    let vault: Vault

    package init(_ id: String, vault: Vault) {
        self.id = id
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<String> {
        let row = try CatalogueLookup(state: state, vault: self.vault).credential(self.id)
        let password = GeneratedPassword.random()
        var editor = CatalogueEditor(state: state, vault: self.vault, now: now)
        try editor.rotate(row, to: LinePassword.hash(password, of: row.credential, with: self.vault))
        return Decision(editor.events, reply: "credential \(self.id), password \(password.clear) (shown only now)")
    }
}
