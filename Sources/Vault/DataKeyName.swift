package import Model

/// Which of a customer's keys is meant.
package struct DataKeyName: Hashable, Sendable {
    package var customer: CustomerID
    /// The ISO week whose clients it seals, as `2026-W47`; empty for the key of the customer's names, which does not age.
    package var week: String

    /// The key of what a customer's devices said of themselves in one ISO week.
    package static func clients(of customer: CustomerID, week: String) -> DataKeyName {
        DataKeyName(customer: customer, week: week)
    }

    /// The key of a customer's names and notes.
    package static func names(of customer: CustomerID) -> DataKeyName {
        DataKeyName(customer: customer, week: "")
    }

    /// The key of the hashes of one week's addresses, user agents and devices.
    static func devices(week: String) -> DataKeyName { DataKeyName(customer: Self.everybodysDevices, week: week) }

    /// The key of the hashes of one week's networks and device ids.
    static func networks(week: String) -> DataKeyName { DataKeyName(customer: Self.everybodysNetworks, week: week) }

    /// No customer can be called so.
    static let everybodysDevices = CustomerID(rawValue: "~devices")
    static let everybodysNetworks = CustomerID(rawValue: "~networks")

    /// What the key itself is sealed for in the store.
    var place: SealedPlace { SealedPlace(subject: self.customer.eventStream, field: "data-key/\(self.week)") }
}
