package import Model

/// A credential that is locked to its first networks was used from a new one, or more is known of one.
package struct CredentialNetworkBound: EventPayload {
    package static let summary =
        "A credential that is locked to its first networks was used from a new one, or more is known of one; all fields as they are now."

    /// The credential.
    package var credential: CredentialID
    /// The customer.
    package var customer: CustomerID
    /// Which of its networks it is, from 1.
    package var place: Int64
    /// Keyed hash of the IPv4 network, once it was seen.
    package var network4: String?
    /// Keyed hash of the IPv6 network, once it was seen.
    package var network6: String?
    /// Keyed hash of country and autonomous system, where known.
    package var carrier: String?

    package init(
        credential: CredentialID,
        customer: CustomerID,
        place: Int64,
        network4: String? = nil,
        network6: String? = nil,
        carrier: String? = nil
    ) {
        self.credential = credential
        self.customer = customer
        self.place = place
        self.network4 = network4
        self.network6 = network6
        self.carrier = carrier
    }

    package var subject: EventStream? { self.credential.stream }

    package static let example = Self(
        credential: CredentialID(7),
        customer: CustomerID(rawValue: "c1"),
        place: 1,
        network4: "9f86d081884c7d65",
        network6: "60303ae22b998861",
        carrier: "fd61a03af4f77d87"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("credential", &self.credential, "the credential")
        visit("customer", &self.customer, "the customer")
        visit("place", &self.place, "which of its networks it is, from 1")
        visit("network4", &self.network4, "keyed hash of the IPv4 network, once it was seen")
        visit("network6", &self.network6, "keyed hash of the IPv6 network, once it was seen")
        visit("carrier", &self.carrier, "keyed hash of country and autonomous system, where known")
    }
}

/// The networks that a credential was locked to were forgotten; it learns them anew.
package struct CredentialNetworksForgotten: EventPayload {
    package static let summary = "The networks that a credential was locked to were forgotten; it learns them anew."

    /// The credential.
    package var credential: CredentialID

    package init(
        credential: CredentialID
    ) {
        self.credential = credential
    }

    package var subject: EventStream? { self.credential.stream }

    package static let example = Self(
        credential: CredentialID(7)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("credential", &self.credential, "the credential")
    }
}
