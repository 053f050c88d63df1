import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// Ends what plays beyond a limit that was lowered meanwhile.
///
/// Whoever the policy would have kept stays: those who came first where the newest is refused, otherwise those who came
/// last.
package struct EnforceLimits: Command {
    /// How many connections ended.
    package typealias Reply = Int

    /// Credentials looked at in one go, so that nobody waits long for the ledger.
    package static let countMax = 1_000

    let credentials: [CredentialID]
    let vault: Vault

    package init(of credentials: some Sequence<CredentialID>, vault: Vault) {
        self.vault = vault
        self.credentials = Array(credentials.prefix(Self.countMax))
    }

    package var durability: Durability { .connection }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<Int> {
        var events: [Event] = []
        for credential in self.credentials {
            guard let row = try state.credential(credential) else { continue }
            let entitlement = try Entitlement.of(row, in: state, vault: self.vault)
            let live = try state.slots(of: credential)
            let holders = live.map(\.connection)
            events += Self.excess(of: live, entitlement).map { slot in
                .connectionEvicted(
                    ConnectionEvicted(
                        connection: slot.connection,
                        credential: slot.credential,
                        customer: slot.customer,
                        why: SlotRule.limitLowered.rawValue,
                        client: slot.client,
                        holders: holders,
                        limit: entitlement.maxConnections,
                        policy: entitlement.onLimit.rawValue
                    )
                )
            }
        }
        return Decision(events, reply: events.count)
    }

    static func excess(of live: [SlotRow], _ entitlement: Entitlement) -> ArraySlice<SlotRow> {
        let count = live.count - Int(clamping: max(entitlement.maxConnections, 0))
        guard count > 0 else { return [] }
        return entitlement.onLimit == .rejectNewest ? live.suffix(count) : live.prefix(count)
    }

    /// The credentials that have too many; to be asked of a snapshot first, so that the ledger isn't kept from its work.
    package static func due(_ state: LiveState, vault: Vault) throws -> [CredentialID] {
        try state.playingCredentials().compactMap { found in
            guard let row = try state.credential(found.credential) else { return nil }
            let limit = try Entitlement.of(row, in: state, vault: vault).maxConnections
            return found.connections > limit ? found.credential : nil
        }
    }
}
