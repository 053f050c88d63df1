package import Model

/// A channel as a supplier's list says it.
package struct ImportEntry: Codable, Hashable, Sendable {
    package var name: String
    package var url: Redacted<String>
    /// What the address keeps when the supplier gives a new password.
    package var key: String
    package var category: String?
    package var logo: Redacted<String>?
    package var epg: String?
    package var number: Int64?

    package init(
        name: String,
        url: Redacted<String>,
        key: String,
        category: String? = nil,
        logo: Redacted<String>? = nil,
        epg: String? = nil,
        number: Int64? = nil
    ) {
        self.name = name
        self.url = url
        self.key = key
        self.category = category
        self.logo = logo
        self.epg = epg
        self.number = number
    }
}

/// How a list is brought into the catalogue.
package struct ImportOptions: Codable, Hashable, Sendable {
    /// Channels that are there keep names, categories, logos and guide ids; only their addresses are brought up to date.
    package var keepsNames = false
    /// Channels of the supplier that the list no longer has are taken away.
    package var removesGone = false
    /// Only these categories, when there are any.
    package var categories: [String] = []
    /// No more entries than this.
    package var limit: Int?

    package init() {}

    /// Whether everything that the supplier has is looked at.
    var isWhole: Bool { self.categories.isEmpty && self.limit == nil }

    /// The entries that are meant.
    package func chosen(_ entries: [ImportEntry]) -> [ImportEntry] {
        let chosen = entries.filter { entry in
            self.categories.isEmpty || entry.category.map { self.categories.contains($0) } ?? false
        }
        return Array(chosen.prefix(self.limit ?? chosen.count))
    }
}
