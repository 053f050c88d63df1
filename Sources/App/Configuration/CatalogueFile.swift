package import Accounts
import Model

/// Reads a catalogue file.
///
/// ```yaml
/// suppliers: [{name: alpha, max_connections: 2, private_network: true}]
/// channels: [{id: 101, name: News One, keep: on-demand, sources: [{supplier: alpha, url: "http://…"}]}]
/// plans: [{name: basic, max_connections: 1, price_month: 10}]
/// customers: [{id: c1, name: Ada, plan: basic, credentials: [{username: ada, password: secret}]}]
/// ```
package enum CatalogueFile {
    /// - Throws: ``ConfigurationError`` naming file and line, for unknown keys as well.
    package static func parse(_ text: String, file: String) throws(ConfigurationError) -> Catalogue {
        var catalogue = Catalogue()
        guard let top = try YAMLField.document(text, file: file), !top.isNull else { return catalogue }
        let fields = try top.mapping("suppliers", "channels", "plans", "customers")
        catalogue.suppliers = try Self.entries(fields["suppliers"], Self.supplier)
        catalogue.channels = try Self.entries(fields["channels"], Self.channel)
        catalogue.plans = try Self.entries(fields["plans"], Self.plan)
        catalogue.customers = try Self.entries(fields["customers"], Self.customer)
        return catalogue
    }

    static func entries<Entry>(
        _ field: YAMLField?,
        _ read: (YAMLField) throws(ConfigurationError) -> Entry
    ) throws(ConfigurationError) -> [Entry] {
        guard let field, !field.isNull else { return [] }
        var entries: [Entry] = []
        for item in try field.list() { entries.append(try read(item)) }
        return entries
    }

    private static func supplier(_ field: YAMLField) throws(ConfigurationError) -> SupplierEntry {
        let fields = try field.mapping("name", "max_connections", "private_network", "accounts")
        return SupplierEntry(
            name: try Self.required(field, fields, "name").text(),
            maxConnections: try fields["max_connections"]?.integer() ?? 1,
            privateNetwork: try fields["private_network"]?.bool() ?? false,
            accounts: try Self.accounts(fields["accounts"])
        )
    }

    private static func channel(_ field: YAMLField) throws(ConfigurationError) -> ChannelEntry {
        let fields = try field.mapping(
            "id",
            "name",
            "category",
            "keep",
            "return",
            "number",
            "logo",
            "epg",
            "keep_days",
            "keep_bytes",
            "sources"
        )
        let id = try Self.required(field, fields, "id").integer()
        return ChannelEntry(
            id: id,
            name: try fields["name"]?.text() ?? "Channel \(id)",
            category: try fields["category"]?.text(),
            keep: try fields["keep"]?.text() ?? "on-demand",
            returns: try fields["return"]?.text() ?? "better",
            number: try fields["number"]?.integer(),
            logo: try fields["logo"].map { field throws(ConfigurationError) in Redacted(try field.text()) },
            epg: try fields["epg"]?.text(),
            keepDays: try fields["keep_days"]?.integer() ?? 0,
            keepBytes: try fields["keep_bytes"]?.integer(),
            sources: try Self.entries(fields["sources"], Self.source)
        )
    }

    private static func source(_ field: YAMLField) throws(ConfigurationError) -> SourceEntry {
        let fields = try field.mapping("supplier", "url")
        return SourceEntry(
            supplier: try Self.required(field, fields, "supplier").text(),
            url: Redacted(try Self.required(field, fields, "url").text())
        )
    }

    private static func plan(_ field: YAMLField) throws(ConfigurationError) -> PlanEntry {
        let fields = try field.mapping(["name", "max_connections", "price_month"] + Self.termsKeys)
        return PlanEntry(
            name: try Self.required(field, fields, "name").text(),
            maxConnections: try fields["max_connections"]?.integer() ?? 1,
            priceMonthCents: try fields["price_month"]?.cents() ?? 0,
            terms: try Self.terms(fields)
        )
    }

    private static func customer(_ field: YAMLField) throws(ConfigurationError) -> CustomerEntry {
        let fields = try field.mapping("id", "name", "plan", "timezone", "language", "notes", "credentials")
        var entry = CustomerEntry(
            id: try Self.required(field, fields, "id").text(),
            name: try fields["name"]?.text(),
            plan: try fields["plan"]?.text(),
            credentials: try Self.entries(fields["credentials"], Self.credential)
        )
        entry.timezone = try fields["timezone"]?.text()
        entry.language = try fields["language"]?.text()
        entry.notes = try fields["notes"]?.text()
        return entry
    }

    private static func credential(_ field: YAMLField) throws(ConfigurationError) -> CredentialEntry {
        let fields = try field.mapping(
            ["username", "password", "max_connections", "expires", "trial", "created"] + Self.termsKeys
        )
        var entry = CredentialEntry(
            username: try Self.required(field, fields, "username").text(),
            password: try fields["password"].map { field throws(ConfigurationError) in Redacted(try field.text()) },
            maxConnections: try fields["max_connections"]?.integer(),
            expires: try fields["expires"]?.text()
        )
        entry.trial = try fields["trial"]?.bool()
        entry.created = try fields["created"]?.text()
        entry.terms = try Self.terms(fields)
        return entry
    }

    private static func required(
        _ field: YAMLField,
        _ fields: [String: YAMLField],
        _ key: String
    ) throws(ConfigurationError) -> YAMLField {
        guard let found = fields[key], !found.isNull else { throw field.complaint("`\(key)` is missing") }
        return found
    }
}

extension CatalogueFile {
    /// Reads a catalogue from disk.
    ///
    /// - Throws: ``ConfigurationError``
    package static func read(_ path: String) throws(ConfigurationError) -> Catalogue {
        try Self.parse(try TextFile.read(path), file: path)
    }
}
