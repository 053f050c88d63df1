import Accounts
import Model

/// The accounts of suppliers.
extension CatalogueFile {
    static func accounts(_ field: YAMLField?) throws(ConfigurationError) -> [AccountEntry]? {
        guard let field, !field.isNull else { return nil }
        return try Self.entries(field, Self.account)
    }

    private static func account(_ field: YAMLField) throws(ConfigurationError) -> AccountEntry {
        let fields = try field.mapping("username", "password", "panel", "label", "max_connections")
        func secret(_ key: String) throws(ConfigurationError) -> Redacted<String> {
            guard let found = fields[key], !found.isNull else { throw field.complaint("`\(key)` is missing") }
            return Redacted(try found.text())
        }
        return AccountEntry(
            username: try secret("username"),
            password: try secret("password"),
            panel: try fields["panel"].map { field throws(ConfigurationError) in Redacted(try field.text()) },
            label: try fields["label"]?.text(),
            maxConnections: try fields["max_connections"]?.integer()
        )
    }
}
