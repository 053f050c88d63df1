package import Model
package import Projections
package import Vault

/// Hashes, seals and opens the addresses of bans.
///
/// Addresses that Baton bans itself are sealed under a key of their week, which ages like those of viewers; what an
/// operator bans, until it is lifted, under one that doesn't.
package enum BannedAddress {
    /// Stands for a customer where keys are named; no customer can be called this.
    private static let owner = CustomerID(rawValue: "@bans")

    /// By which a ban is known in events and tables.
    package static func key(_ range: AddressRange, with vault: Vault) -> String {
        vault.installation.hash(.ban, range.description).short
    }

    static func seal(_ range: AddressRange, until: WallTime?, now: WallTime, with vault: Vault) throws -> String {
        let name =
            until == nil ? DataKeyName.names(of: self.owner) : DataKeyName.clients(of: self.owner, week: now.isoWeek)
        return try vault.store.seal(
            Redacted(range.description),
            under: name,
            for: self.place(self.key(range, with: vault))
        ).text
    }

    /// The address or network; `nil` when its key has aged.
    package static func open(ban: String, address: String, with vault: Vault) -> AddressRange? {
        guard let sealed = try? Sealed(parsing: address),
            let clear = try? vault.store.open(sealed, for: self.place(ban))
        else { return nil }
        return AddressRange(clear.clear)
    }

    package static func open(_ row: BanRow, with vault: Vault) -> AddressRange? {
        self.open(ban: row.ban, address: row.address, with: vault)
    }

    private static func place(_ ban: String) -> SealedPlace { SealedPlace(subject: "ban/\(ban)", field: "address") }
}
