package import Model
package import Projections
package import Vault

/// Seals and opens the addresses of logos, which may name a supplier.
package enum ChannelLogo {
    static func seal(_ url: Redacted<String>, of channel: ChannelID, with vault: Vault) throws -> String {
        try vault.seal(url, for: Self.place(channel)).text
    }

    /// `nil` when the channel has none.
    ///
    /// - Throws: ``AccountsError/sealed(_:_:)`` when the installation key is another.
    package static func open(_ row: ChannelRow, with vault: Vault) throws(AccountsError) -> Redacted<String>? {
        guard let logo = row.logo else { return nil }
        guard let sealed = try? Sealed(parsing: logo), let url = try? vault.open(sealed, for: Self.place(row.channel))
        else { throw .sealed(.channel, row.channel.description) }
        return url
    }

    private static func place(_ channel: ChannelID) -> SealedPlace {
        SealedPlace(subject: channel.eventStream, field: "logo")
    }
}
