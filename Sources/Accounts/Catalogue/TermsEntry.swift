package import Events
import Model

/// Terms of a plan or a credential as an operator writes them down; what is `nil` is not said.
package struct TermsEntry: Codable, Hashable, Sendable {
    /// `standard` or `premium`.
    package var tier: String?
    /// `hls`, `ts`.
    package var outputs: [String]?
    package var channels: [Int64]?
    package var categories: [String]?
    /// `reject-newest`, `evict-oldest` or `supersede`.
    package var onLimit: String?
    package var locks = Locks()

    package init() {}

    init(_ terms: Terms) {
        self.tier = terms.tier?.rawValue
        self.outputs = terms.outputs?.map(\.rawValue)
        self.channels = terms.channels?.map(\.rawValue)
        self.categories = terms.categories
        self.onLimit = terms.onLimit?.rawValue
        self.locks = terms.locks
    }
}

/// Terms as a command line gives them.
///
/// A list is parted by commas; an empty text says nothing (a credential then has what its plan says), `any` restricts
/// nothing whatever the plan says.
extension TermsEntry {
    static let keys = [
        "tier", "outputs", "channels", "categories", "on_limit", "allowed_addresses", "first_networks",
        "allowed_countries", "blocked_countries", "allowed_asns", "blocked_asns", "allowed_agents", "blocked_agents",
    ]

    /// Puts one of ``keys`` in.
    mutating func set(_ key: String, _ value: String, of entry: some EntrySettings) throws(AccountsError) {
        switch key {
        case "tier": self.tier = value.isEmpty ? nil : value
        case "outputs": self.outputs = Self.list(value)
        case "channels": self.channels = try Self.numbers(key, value, of: entry)
        case "categories": self.categories = Self.list(value)
        case "on_limit": self.onLimit = value.isEmpty ? nil : value
        case "allowed_addresses": self.locks.addresses = Self.list(value)
        case "first_networks": self.locks.firstNetworks = value.isEmpty ? nil : try entry.number(key, value)
        case "allowed_countries": self.locks.allowedCountries = Self.list(value)
        case "blocked_countries": self.locks.blockedCountries = Self.list(value)
        case "allowed_asns": self.locks.allowedASNs = try Self.numbers(key, value, of: entry)
        case "blocked_asns": self.locks.blockedASNs = try Self.numbers(key, value, of: entry)
        case "allowed_agents": self.locks.allowedAgents = Self.list(value)
        default: self.locks.blockedAgents = Self.list(value)
        }
    }

    private static func list(_ value: String) -> [String]? {
        guard !value.isEmpty else { return nil }
        guard value != "any" else { return [] }
        return value.split(separator: ",").map { Self.trimmed($0) }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    private static func numbers(
        _ key: String,
        _ value: String,
        of entry: some EntrySettings
    ) throws(AccountsError) -> [Int64]? {
        guard let texts = Self.list(value) else { return nil }
        var numbers: [Int64] = []
        for text in texts { numbers.append(try entry.number(key, text)) }
        return numbers
    }
}
