import Model

/// Settings as a command line gives them (`max_connections` → `2`), put into an entry.
///
/// Keys are those of a catalogue file.
protocol EntrySettings {
    static var noun: CatalogueNoun { get }
    static var keys: [String] { get }
    /// How the entry is called in complaints.
    var label: String { get }
    /// Puts one setting in; an empty text clears what may be missing.
    mutating func set(_ key: String, _ value: String) throws(AccountsError)
}

extension EntrySettings {
    mutating func set(_ settings: [String: String]) throws(AccountsError) {
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard Self.keys.contains(key) else { throw .unknownSetting(Self.noun, key, allowed: Self.keys) }
            try self.set(key, value)
        }
    }

    func number(_ key: String, _ value: String) throws(AccountsError) -> Int64 {
        guard let number = Int64(value) else {
            throw .malformed(Self.noun, self.label, field: key, found: value, allowed: "a whole number")
        }
        return number
    }

    func bool(_ key: String, _ value: String) throws(AccountsError) -> Bool {
        switch value {
        case "true", "yes": return true
        case "false", "no": return false
        default: throw .malformed(Self.noun, self.label, field: key, found: value, allowed: "true or false")
        }
    }
}

extension SupplierEntry: EntrySettings {
    static let noun = CatalogueNoun.supplier
    static let keys = ["max_connections", "private_network"]
    var label: String { self.name }

    mutating func set(_ key: String, _ value: String) throws(AccountsError) {
        switch key {
        case "max_connections": self.maxConnections = try self.number(key, value)
        default: self.privateNetwork = try self.bool(key, value)
        }
    }
}

extension ChannelEntry: EntrySettings {
    static let noun = CatalogueNoun.channel
    static let keys = ["name", "category", "keep", "return", "number", "logo", "epg", "keep_days", "keep_bytes"]
    var label: String { String(self.id) }

    mutating func set(_ key: String, _ value: String) throws(AccountsError) {
        switch key {
        case "name": self.name = value
        case "category": self.category = value.isEmpty ? nil : value
        case "return": self.returns = value
        case "number": self.number = value.isEmpty ? nil : try self.number(key, value)
        case "logo": self.logo = value.isEmpty ? nil : Redacted(value)
        // Empty says that it has none, so that no name is looked for either; `auto` lets Baton look again.
        case "epg": self.epg = value == "auto" ? nil : value
        case "keep_days": self.keepDays = value.isEmpty ? 0 : try self.number(key, value)
        case "keep_bytes": self.keepBytes = value.isEmpty ? nil : try self.number(key, value)
        default: self.keep = value
        }
    }
}

extension PlanEntry: EntrySettings {
    static let noun = CatalogueNoun.plan
    static let keys = ["max_connections", "price_month_cents"] + TermsEntry.keys
    var label: String { self.name }

    mutating func set(_ key: String, _ value: String) throws(AccountsError) {
        switch key {
        case "max_connections": self.maxConnections = try self.number(key, value)
        case "price_month_cents": self.priceMonthCents = try self.number(key, value)
        default: try self.terms.set(key, value, of: self)
        }
    }
}

extension CustomerEntry: EntrySettings {
    static let noun = CatalogueNoun.customer
    static let keys = ["name", "plan", "timezone", "language", "notes"]
    var label: String { self.id }

    mutating func set(_ key: String, _ value: String) throws(AccountsError) {
        let value = value.isEmpty ? nil : value
        switch key {
        case "name": self.name = value
        case "plan": self.plan = value
        case "timezone": self.timezone = value
        case "language": self.language = value
        default: self.notes = value
        }
    }
}

extension CredentialEntry: EntrySettings {
    static let noun = CatalogueNoun.credential
    static let keys = ["username", "password", "max_connections", "expires", "trial", "created"] + TermsEntry.keys
    var label: String { self.username }

    mutating func set(_ key: String, _ value: String) throws(AccountsError) {
        switch key {
        case "username": self.username = value
        case "password": self.password = value.isEmpty ? nil : Redacted(value)
        case "max_connections": self.maxConnections = value.isEmpty ? nil : try self.number(key, value)
        case "expires": self.expires = value.isEmpty ? nil : value
        case "trial": self.trial = try self.bool(key, value)
        case "created": self.created = value.isEmpty ? nil : value
        default: try self.terms.set(key, value, of: self)
        }
    }
}
