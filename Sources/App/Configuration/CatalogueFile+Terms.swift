import Accounts
import Events

/// The terms of plans and credentials.
extension CatalogueFile {
    static let termsKeys = ["tier", "outputs", "channels", "categories", "on_limit", "locks"]

    static func terms(_ fields: [String: YAMLField]) throws(ConfigurationError) -> TermsEntry {
        var entry = TermsEntry()
        entry.tier = try fields["tier"]?.text()
        entry.outputs = try Self.texts(fields["outputs"])
        entry.channels = try Self.numbers(fields["channels"])
        entry.categories = try Self.texts(fields["categories"])
        entry.onLimit = try fields["on_limit"]?.text()
        if let field = fields["locks"], !field.isNull { entry.locks = try Self.locks(field) }
        return entry
    }

    private static func locks(_ field: YAMLField) throws(ConfigurationError) -> Locks {
        let fields = try field.mapping(
            "allowed_addresses",
            "first_networks",
            "allowed_countries",
            "blocked_countries",
            "allowed_asns",
            "blocked_asns",
            "allowed_agents",
            "blocked_agents"
        )
        return Locks(
            addresses: try Self.texts(fields["allowed_addresses"]),
            firstNetworks: try fields["first_networks"]?.integer(),
            allowedCountries: try Self.texts(fields["allowed_countries"]),
            blockedCountries: try Self.texts(fields["blocked_countries"]),
            allowedASNs: try Self.numbers(fields["allowed_asns"]),
            blockedASNs: try Self.numbers(fields["blocked_asns"]),
            allowedAgents: try Self.texts(fields["allowed_agents"]),
            blockedAgents: try Self.texts(fields["blocked_agents"])
        )
    }

    /// What isn't there says nothing; an empty list says that nothing is restricted.
    private static func texts(_ field: YAMLField?) throws(ConfigurationError) -> [String]? {
        guard let field, !field.isNull else { return nil }
        return try Self.entries(field) { field throws(ConfigurationError) in try field.text() }
    }

    private static func numbers(_ field: YAMLField?) throws(ConfigurationError) -> [Int64]? {
        guard let field, !field.isNull else { return nil }
        return try Self.entries(field) { field throws(ConfigurationError) in try field.integer() }
    }
}
