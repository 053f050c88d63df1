import Accounts
import App
import ArgumentParser

struct SupplierOptions: NounOptions {
    static let noun = CatalogueNoun.supplier
    static let idHelp: ArgumentHelp = "The supplier's name, such as alpha."

    @Option(
        help: "Connections the supplier allows at once, with each account that says nothing else (1 for a new one)."
    ) var maxConnections: Int?
    @Option(help: ArgumentHelp("Whether its addresses may be private or loopback.", valueName: "true|false"))
    var privateNetwork: Bool?

    var settings: [String: String] {
        Self.given([
            "max_connections": self.maxConnections.map(String.init),
            "private_network": self.privateNetwork.map(String.init),
        ])
    }
}

struct ChannelOptions: NounOptions {
    static let noun = CatalogueNoun.channel
    static let idHelp: ArgumentHelp = "The channel's number, such as 101; a new one may be left to Baton."
    static let idMayBeMissing = true

    @Option(help: "What viewers read.") var name: String?
    @Option(help: "The group it is listed in.") var category: String?
    @Option(help: "When its source is pulled: on-demand or always.") var keep: String?
    @Option(name: .customLong("return"), help: "Whether it goes back to a better source: better or sticky.")
    var returns: String?
    @Option(help: "Its place in viewers' lists; by its own number when none is given.") var number: Int?
    @Option(help: "The address of its logo, shown to viewers under your own address; sealed. Empty for none.")
    var logo: String?
    @Option(help: "Its id in programme guides; empty for none, auto to have it looked for by name.") var epg: String?
    @Option(help: "Days of its stream kept for catch-up (0 to 14); it is then pulled always.") var keepDays: Int?
    @Option(help: "Bytes of it kept at most.") var keepBytes: Int?

    var settings: [String: String] {
        Self.given([
            "name": self.name, "category": self.category, "keep": self.keep, "return": self.returns,
            "number": self.number.map(String.init), "logo": self.logo,
            "epg": self.epg, "keep_days": self.keepDays.map(String.init),
            "keep_bytes": self.keepBytes.map(String.init),
        ])
    }
}

struct SourceOptions: NounOptions {
    static let noun = CatalogueNoun.source
    static let idHelp: ArgumentHelp = "The source's number; Baton gives it."
    static let idMayBeMissing = true

    @Option(help: "The channel's number.") var channel: Int?
    @Option(help: "The supplier's name.") var supplier: String?
    @Option(help: "The address: http, https or rtmp. It is sealed, and never shown again.") var url: String?
    @Option(help: "Its place in the order in which sources are tried, from 0.") var position: Int?

    var settings: [String: String] {
        Self.given([
            "channel": self.channel.map(String.init), "supplier": self.supplier, "url": self.url,
            "position": self.position.map(String.init),
        ])
    }
}

struct PlanOptions: NounOptions {
    static let noun = CatalogueNoun.plan
    static let idHelp: ArgumentHelp = "The plan's name, such as basic."

    @Option(help: "Connections a credential may hold at once (1 for a new one).") var maxConnections: Int?
    @Option(help: "Price of a month, such as 9.99.") var priceMonth: Price?
    @OptionGroup(title: "Terms (an empty text says nothing any more)") var terms: TermsOptions

    var settings: [String: String] {
        let settings = Self.given([
            "max_connections": self.maxConnections.map(String.init),
            "price_month_cents": self.priceMonth.map { String($0.cents) },
        ])
        return settings.merging(self.terms.settings) { own, _ in own }
    }

    /// An amount as people write it.
    struct Price: ExpressibleByArgument {
        let cents: Int64

        init?(argument: String) {
            guard let cents = Money.cents(argument) else { return nil }
            self.cents = cents
        }
    }
}

struct CustomerOptions: NounOptions {
    static let noun = CatalogueNoun.customer
    static let idHelp: ArgumentHelp = "The customer's id, such as c1."

    @Option(help: "What the customer is called; sealed.") var name: String?
    @Option(help: "The plan's name.") var plan: String?
    @Option(help: "IANA time zone, such as Europe/Berlin.") var timezone: String?
    @Option(help: "Language tag, such as de.") var language: String?
    @Option(help: "What you want to remember; sealed.") var notes: String?

    var settings: [String: String] {
        Self.given([
            "name": self.name, "plan": self.plan, "timezone": self.timezone, "language": self.language,
            "notes": self.notes,
        ])
    }
}

struct CredentialOptions: NounOptions {
    static let noun = CatalogueNoun.credential
    static let idHelp: ArgumentHelp = "The username, or the credential's number; a new username may be left to Baton."
    static let idMayBeMissing = true

    @Option(help: "The customer's id (for a new one).") var customer: String?
    @Option(help: "The password; one is made up and shown once when none is given.") var password: String?
    @Option(help: "Connections at once, instead of the plan's.") var maxConnections: Int?
    @Option(help: "When it stops working, such as 2026-12-31; empty for never.") var expires: String?
    @Option(help: "When it was first sold, such as 2025-03-01 (for a new one).") var created: String?
    @OptionGroup(title: "Its own terms (an empty text: as its plan says)") var terms: TermsOptions

    var settings: [String: String] {
        let settings = Self.given([
            "customer": self.customer, "password": self.password,
            "max_connections": self.maxConnections.map(String.init), "expires": self.expires, "created": self.created,
        ])
        return settings.merging(self.terms.settings) { own, _ in own }
    }
}
