package import Events

/// Which databases there are to judge by; locks that need others are refused where they are written.
package struct Geography: Hashable, Sendable {
    package var hasCountries: Bool
    package var hasSystems: Bool

    /// For what writes no locks, and for tests.
    package static let all = Geography(hasCountries: true, hasSystems: true)

    package init(hasCountries: Bool = false, hasSystems: Bool = false) {
        self.hasCountries = hasCountries
        self.hasSystems = hasSystems
    }

    /// - Throws: ``AccountsError/malformed(_:_:field:found:allowed:)`` naming the first field that can't be judged.
    package func check(_ locks: Locks, of noun: CatalogueNoun, _ label: String) throws(AccountsError) {
        if !self.hasCountries {
            try Self.refuse("allowed_countries", locks.allowedCountries, noun, label, "countries", "geo.country")
            try Self.refuse("blocked_countries", locks.blockedCountries, noun, label, "countries", "geo.country")
        }
        if !self.hasSystems {
            try Self.refuse("allowed_asns", locks.allowedASNs, noun, label, "autonomous systems", "geo.asn")
            try Self.refuse("blocked_asns", locks.blockedASNs, noun, label, "autonomous systems", "geo.asn")
        }
    }

    private static func refuse(
        _ field: String,
        _ list: [some CustomStringConvertible]?,
        _ noun: CatalogueNoun,
        _ label: String,
        _ what: String,
        _ key: String
    ) throws(AccountsError) {
        guard let list, !list.isEmpty else { return }
        throw .malformed(
            noun,
            label,
            field: field,
            found: list.prefix(8).map(\.description).joined(separator: ", "),
            allowed:
                "nothing without a database of \(what): set \(key) in the configuration, and say this to the running service"
        )
    }
}
