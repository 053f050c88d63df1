import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// Forgets the networks that a credential was locked to; it learns them anew.
package struct UnlockCredential: Command {
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
        let count = try state.places(of: row.credential).count
        guard count > 0 else { return Decision([], reply: "credential \(self.id) isn't locked to any network") }
        return Decision(
            [.credentialNetworksForgotten(.init(credential: row.credential))],
            reply: "credential \(self.id): \(count) \(count == 1 ? "network" : "networks") forgotten"
        )
    }
}
