import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// Puts down that a credential is fine whatever a sharing report says; reports list it and recommend nothing for it.
package struct ExcuseCredential: Command {
    package typealias Reply = String

    /// The longest time, in seconds: half a year, so that what was true once is looked at again.
    package static let secondsMax: Int64 = 180 * 86_400

    let id: String
    let why: String
    let until: WallTime
    let vault: Vault

    package init(_ id: String, why: String, until: WallTime, vault: Vault) {
        self.id = id
        self.why = why
        self.until = until
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<String> {
        let row = try CatalogueLookup(state: state, vault: self.vault).credential(self.id)
        try EntryCheck.text(.credential, self.id, "why", self.why)
        guard !self.why.isEmpty else { throw AccountsError.missing(.credential, field: "why") }
        let seconds = self.until.seconds - now.seconds
        guard (1...Self.secondsMax).contains(seconds) else {
            throw AccountsError.malformed(
                .credential,
                self.id,
                field: "until",
                found: self.until.description,
                allowed: "within \(Self.secondsMax / 86_400) days from now"
            )
        }
        let event = CredentialExcused(
            credential: row.credential,
            customer: row.customer,
            why: try PersonalNames(vault: self.vault, customer: row.customer).seal(reason: self.why),
            until: self.until
        )
        let day = self.until.description.prefix(10)
        return Decision([.credentialExcused(event)], reply: "credential \(self.id) is known to be fine until \(day)")
    }
}

/// Takes such a mark away, before its time.
package struct WithdrawExcuse: Command {
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
        guard try state.excuse(of: row.credential) != nil else {
            return Decision([], reply: "credential \(self.id) has no such mark")
        }
        let event = ExcuseWithdrawn(credential: row.credential, customer: row.customer)
        return Decision([.excuseWithdrawn(event)], reply: "reports look at credential \(self.id) again")
    }
}
