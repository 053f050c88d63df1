/// Where an address is, as far as the operator's databases know.
package struct Origin: Hashable, Sendable {
    /// ISO 3166-1 alpha-2, upper case.
    package var country: String?
    /// Number of the autonomous system that announces it.
    package var asn: Int64?

    /// Nothing is known.
    package static let unknown = Origin()

    package init(country: String? = nil, asn: Int64? = nil) {
        self.country = country
        self.asn = asn
    }
}
