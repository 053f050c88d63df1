package import Model
package import Projections
package import Vault

/// Seals and opens the addresses of sources, which hold the suppliers' credentials.
package enum SourceAddress {
    static func seal(_ url: Redacted<String>, of source: SourceID, with vault: Vault) throws -> String {
        try vault.seal(url, for: Self.place(source)).text
    }

    /// - Throws: ``AccountsError/sealed(_:_:)`` when the installation key is another.
    package static func open(_ row: SourceRow, with vault: Vault) throws(AccountsError) -> Redacted<String> {
        guard let sealed = try? Sealed(parsing: row.url),
            let url = try? vault.open(sealed, for: Self.place(row.source))
        else { throw .sealed(.source, row.source.description) }
        return url
    }

    private static func place(_ source: SourceID) -> SealedPlace {
        SealedPlace(subject: source.eventStream, field: "url")
    }
}
