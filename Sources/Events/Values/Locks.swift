/// From where and with what a credential may be used: plain data, judged where viewers are admitted.
///
/// What is `nil` is not said; an empty list, like 0 networks, locks nothing.
package struct Locks: Codable, Hashable, Sendable {
    /// Addresses and networks such as `192.0.2.7` or `2001:db8::/32` from which alone it may be used.
    ///
    /// In a credential's own terms they are where a person lives: one sealed text that holds them all, parted by spaces.
    package var addresses: [String]?
    /// How many networks it may be used from: the first so many it was seen in.
    package var firstNetworks: Int64?
    /// ISO 3166 codes, upper case.
    package var allowedCountries: [String]?
    package var blockedCountries: [String]?
    /// Numbers of autonomous systems.
    package var allowedASNs: [Int64]?
    package var blockedASNs: [Int64]?
    /// Texts of which a user agent has to hold one, case aside.
    package var allowedAgents: [String]?
    package var blockedAgents: [String]?

    package init(
        addresses: [String]? = nil,
        firstNetworks: Int64? = nil,
        allowedCountries: [String]? = nil,
        blockedCountries: [String]? = nil,
        allowedASNs: [Int64]? = nil,
        blockedASNs: [Int64]? = nil,
        allowedAgents: [String]? = nil,
        blockedAgents: [String]? = nil
    ) {
        self.addresses = addresses
        self.firstNetworks = firstNetworks
        self.allowedCountries = allowedCountries
        self.blockedCountries = blockedCountries
        self.allowedASNs = allowedASNs
        self.blockedASNs = blockedASNs
        self.allowedAgents = allowedAgents
        self.blockedAgents = blockedAgents
    }

    /// These locks, and of `base` what they don't say.
    package func over(_ base: Locks) -> Locks {
        Locks(
            addresses: self.addresses ?? base.addresses,
            firstNetworks: self.firstNetworks ?? base.firstNetworks,
            allowedCountries: self.allowedCountries ?? base.allowedCountries,
            blockedCountries: self.blockedCountries ?? base.blockedCountries,
            allowedASNs: self.allowedASNs ?? base.allowedASNs,
            blockedASNs: self.blockedASNs ?? base.blockedASNs,
            allowedAgents: self.allowedAgents ?? base.allowedAgents,
            blockedAgents: self.blockedAgents ?? base.blockedAgents
        )
    }

    static let example = Locks(
        addresses: ["192.0.2.0/24"],
        firstNetworks: 2,
        allowedCountries: ["DE"],
        blockedCountries: ["US"],
        allowedASNs: [3320],
        blockedASNs: [64_496],
        allowedAgents: ["television"],
        blockedAgents: ["curl"]
    )

    /// Names the fields as they stand in an event.
    mutating func fields(_ visit: inout some FieldVisitor) {
        visit(
            "allowedAddresses",
            &self.addresses,
            "addresses and networks it is locked to; sealed where a credential's own"
        )
        visit("firstNetworks", &self.firstNetworks, "how many networks it is locked to, those it was seen in first")
        visit("allowedCountries", &self.allowedCountries, "ISO 3166 codes of countries it is locked to")
        visit("blockedCountries", &self.blockedCountries, "ISO 3166 codes of countries it may not be used in")
        visit("allowedASNs", &self.allowedASNs, "autonomous systems it is locked to")
        visit("blockedASNs", &self.blockedASNs, "autonomous systems it may not be used in")
        visit("allowedAgents", &self.allowedAgents, "texts of which the user agent has to hold one")
        visit("blockedAgents", &self.blockedAgents, "texts of which the user agent may hold none")
    }
}
