package import Model

/// A supplier was added.
package struct SupplierAdded: EventPayload {
    package static let summary = "A supplier was added."

    /// The supplier.
    package var supplier: SupplierID
    /// Connections the supplier allows at once.
    package var maxConnections: Int64
    /// Whether its addresses may be private or loopback.
    package var privateNetwork: Bool

    package init(
        supplier: SupplierID,
        maxConnections: Int64,
        privateNetwork: Bool
    ) {
        self.supplier = supplier
        self.maxConnections = maxConnections
        self.privateNetwork = privateNetwork
    }

    package var subject: EventStream? { self.supplier.stream }

    package static let example = Self(
        supplier: SupplierID(rawValue: "alpha"),
        maxConnections: 2,
        privateNetwork: true
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("supplier", &self.supplier, "the supplier")
        visit("maxConnections", &self.maxConnections, "connections the supplier allows at once")
        visit("privateNetwork", &self.privateNetwork, "whether its addresses may be private or loopback")
    }
}

/// A supplier was changed; all fields as they are now.
package struct SupplierChanged: EventPayload {
    package static let summary = "A supplier was changed; all fields as they are now."

    /// The supplier.
    package var supplier: SupplierID
    /// Connections the supplier allows at once.
    package var maxConnections: Int64
    /// Whether its addresses may be private or loopback.
    package var privateNetwork: Bool

    package init(
        supplier: SupplierID,
        maxConnections: Int64,
        privateNetwork: Bool
    ) {
        self.supplier = supplier
        self.maxConnections = maxConnections
        self.privateNetwork = privateNetwork
    }

    package var subject: EventStream? { self.supplier.stream }

    package static let example = Self(
        supplier: SupplierID(rawValue: "alpha"),
        maxConnections: 2,
        privateNetwork: true
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("supplier", &self.supplier, "the supplier")
        visit("maxConnections", &self.maxConnections, "connections the supplier allows at once")
        visit("privateNetwork", &self.privateNetwork, "whether its addresses may be private or loopback")
    }
}

/// A supplier was removed.
package struct SupplierRemoved: EventPayload {
    package static let summary = "A supplier was removed."

    /// The supplier.
    package var supplier: SupplierID

    package init(
        supplier: SupplierID
    ) {
        self.supplier = supplier
    }

    package var subject: EventStream? { self.supplier.stream }

    package static let example = Self(
        supplier: SupplierID(rawValue: "alpha")
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("supplier", &self.supplier, "the supplier")
    }
}
