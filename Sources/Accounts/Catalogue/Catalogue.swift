package import Model

/// What an operator offers: suppliers, channels, plans and customers, as written in a catalogue file.
///
/// Not yet checked: names may be malformed and references may lead nowhere; `CatalogueCheck` tells.
package struct Catalogue: Codable, Hashable, Sendable {
    package var suppliers: [SupplierEntry] = []
    package var channels: [ChannelEntry] = []
    package var plans: [PlanEntry] = []
    package var customers: [CustomerEntry] = []

    package init() {}
}

/// A supplier as an operator writes it down.
package struct SupplierEntry: Codable, Hashable, Sendable {
    package var name: String
    /// Connections it allows at once; with accounts, each of those that say nothing else.
    package var maxConnections: Int64
    /// Whether its addresses may be private or loopback.
    package var privateNetwork: Bool
    /// The accounts that are had there; `nil` leaves them as they are.
    package var accounts: [AccountEntry]?

    package init(
        name: String,
        maxConnections: Int64 = 1,
        privateNetwork: Bool = false,
        accounts: [AccountEntry]? = nil
    ) {
        self.name = name
        self.maxConnections = maxConnections
        self.privateNetwork = privateNetwork
        self.accounts = accounts
    }
}

/// A channel as an operator writes it down; its sources in the order in which they are tried.
package struct ChannelEntry: Codable, Hashable, Sendable {
    package var id: Int64
    package var name: String
    package var category: String?
    /// `on-demand` or `always`.
    package var keep: String
    /// `better` or `sticky`.
    package var returns: String
    /// Its place in viewers' lists; by its id when not said.
    package var number: Int64?
    /// The address of its logo, http or https.
    package var logo: Redacted<String>?
    /// Its id in programme guides; empty for none, `nil` lets Baton look for it by name.
    package var epg: String?
    /// Days that its stream is kept for catch-up; 0 for none.
    package var keepDays: Int64
    /// Bytes that may be kept; `nil` for as many as there are.
    package var keepBytes: Int64?
    package var sources: [SourceEntry]

    package init(
        id: Int64,
        name: String,
        category: String? = nil,
        keep: String = "on-demand",
        returns: String = "better",
        number: Int64? = nil,
        logo: Redacted<String>? = nil,
        epg: String? = nil,
        keepDays: Int64 = 0,
        keepBytes: Int64? = nil,
        sources: [SourceEntry] = []
    ) {
        self.id = id
        self.name = name
        self.category = category
        self.keep = keep
        self.returns = returns
        self.number = number
        self.logo = logo
        self.epg = epg
        self.keepDays = keepDays
        self.keepBytes = keepBytes
        self.sources = sources
    }
}

/// One source of a channel as an operator writes it down.
package struct SourceEntry: Codable, Hashable, Sendable {
    package var supplier: String
    package var url: Redacted<String>

    package init(supplier: String, url: Redacted<String>) {
        self.supplier = supplier
        self.url = url
    }
}

/// A plan as an operator writes it down.
package struct PlanEntry: Codable, Hashable, Sendable {
    package var name: String
    /// Connections a credential may hold at once.
    package var maxConnections: Int64
    /// Price of a month in hundredths of the currency.
    package var priceMonthCents: Int64
    /// What else is sold.
    package var terms: TermsEntry

    package init(
        name: String,
        maxConnections: Int64 = 1,
        priceMonthCents: Int64 = 0,
        terms: TermsEntry = TermsEntry()
    ) {
        self.name = name
        self.maxConnections = maxConnections
        self.priceMonthCents = priceMonthCents
        self.terms = terms
    }
}

/// A customer as an operator writes it down.
package struct CustomerEntry: Codable, Hashable, Sendable {
    package var id: String
    package var name: String?
    package var plan: String?
    package var timezone: String?
    package var language: String?
    package var notes: String?
    package var credentials: [CredentialEntry]

    package init(id: String, name: String? = nil, plan: String? = nil, credentials: [CredentialEntry] = []) {
        self.id = id
        self.name = name
        self.plan = plan
        self.credentials = credentials
    }
}

/// A login as an operator writes it down.
package struct CredentialEntry: Codable, Hashable, Sendable {
    package var username: String
    /// Made up and shown once when missing.
    package var password: Redacted<String>?
    /// Whether ``GeneratedPassword`` made the password, so that a fast hash is enough; no file can say so.
    package var isPasswordRandom = false
    /// Overrides the plan.
    package var maxConnections: Int64?
    /// When it stops working, RFC 3339.
    package var expires: String?
    /// Whether it is a trial; as it is, or not, when missing.
    package var trial: Bool?
    /// When it was first sold, RFC 3339; for a new one that was sold elsewhere before.
    package var created: String?
    /// What it has in place of its plan's.
    package var terms = TermsEntry()

    package init(
        username: String,
        password: Redacted<String>? = nil,
        maxConnections: Int64? = nil,
        expires: String? = nil
    ) {
        self.username = username
        self.password = password
        self.maxConnections = maxConnections
        self.expires = expires
    }
}

// A secret travels in clear where it has to travel: over the admin socket, which only its owner can open.
extension Redacted: Codable where Value: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Value.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.clear)
    }
}
