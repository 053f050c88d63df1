import Accounts
import Ledger
import Model
import PlayerAPI
import Projections

/// What operators hand over.
extension Administrator {
    /// A credential's channels as an M3U list; with tokens, once the password is known to be right.
    func list(_ export: ListExport) async throws -> String {
        if export.tokens {
            guard let password = export.password else {
                throw AccountsError.missing(.credential, field: "password")
            }
            try await self.checkPassword(password, of: try self.credential(export.credential), export.credential)
        }
        let site = self.site
        return try self.ledger.read { try export.text($0, vault: self.vault, site: site) }
    }

    /// An address with a token; a token of a wrong password would look like any other and open nothing.
    func address(_ link: StreamLink) async throws -> String {
        let row = try self.credential(link.credential)
        try await self.checkPassword(link.password, of: row, link.credential)
        let token = try self.ledger.read { state in
            let lookup = CatalogueLookup(state: state, vault: self.vault)
            return StreamToken(
                username: Redacted(lookup.username(row)),
                password: link.password,
                channel: try link.channel.map { try lookup.channel($0).channel }
            )
        }
        let base = Site(link.url ?? self.site ?? "")?.url ?? Configuration().publicURL
        return try link.address(of: token, base: base, vault: self.vault)
    }

    private func credential(_ id: String) throws -> CredentialRow {
        try self.ledger.read { try CatalogueLookup(state: $0, vault: self.vault).credential(id) }
    }

    private func checkPassword(_ password: Redacted<String>, of row: CredentialRow, _ id: String) async throws {
        guard try await self.passwords.isRight(password, of: row) else {
            throw StreamTokenError.wrongPassword(credential: id)
        }
    }
}
