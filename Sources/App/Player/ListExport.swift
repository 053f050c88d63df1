import Accounts
package import Model
import PlayerAPI
import Projections
import Vault

/// A credential's channels as an M3U list, for an operator to hand over.
package struct ListExport: Codable, Hashable, Sendable {
    package enum Output: String, Codable, CaseIterable, Sendable {
        case ts, hls
    }

    /// Username or number.
    package var credential: String
    /// Baton keeps no password that could be read: without one, the word `PASSWORD` stands in its place.
    package var password: Redacted<String>?
    package var output: Output
    /// Whether a token stands in its addresses in place of name and password.
    package var tokens: Bool
    /// The address up to the path; the configured one when `nil`.
    package var url: String?

    package init(credential: String, password: String?, tokens: Bool = false, output: Output, url: String?) {
        self.tokens = tokens
        self.credential = credential
        self.password = password.map { Redacted($0) }
        self.output = output
        self.url = url
    }

    func text(_ state: LiveState, vault: Vault, site: String?) throws -> String {
        let lookup = CatalogueLookup(state: state, vault: vault)
        let row = try lookup.credential(self.credential)
        let base = Site(self.url ?? site ?? "")?.url ?? Configuration().publicURL
        let entitlement = try Entitlement.of(row, in: state, vault: vault)
        let entries = try PlayerCatalogue(state).entries.filter { entitlement.allows($0.row) }
        let writer = ChannelListWriter(
            base: base,
            username: lookup.username(row),
            password: self.password?.clear ?? "PASSWORD",
            token: try self.token(of: lookup.username(row), vault: vault),
            form: .plus,
            format: self.output == .hls ? .hls : .ts
        )
        let channels = entries.map { entry in
            PlayerChannel(
                channel: entry.row.channel,
                name: entry.row.name,
                category: entry.category,
                logo: entry.row.logo == nil ? "" : "\(base)/logo/\(entry.row.channel)",
                guide: entry.guide,
                addedAt: entry.row.addedAt,
                archiveDays: entry.row.keepDays ?? 0
            )
        }
        return String(decoding: writer.list(channels), as: UTF8.self)
    }

    private func token(of username: String, vault: Vault) throws -> String? {
        guard self.tokens, let password = self.password else { return nil }
        return try StreamToken(username: Redacted(username), password: password).text(with: vault)
    }
}
