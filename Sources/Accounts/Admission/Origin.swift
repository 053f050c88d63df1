/// Where an address is: what a geographic database says of it.
package struct Origin: Hashable, Sendable {
    /// ISO 3166, two letters; `nil` when not known.
    package var country: String?
    /// Autonomous system; `nil` when not known.
    package var asn: Int64?

    package init(country: String? = nil, asn: Int64? = nil) {
        self.country = country
        self.asn = asn
    }
}
