/// What people's devices said of themselves became unreadable with age: the keys of old weeks were destroyed.
package struct DataAged: EventPayload {
    package static let summary =
        "What people's devices said of themselves became unreadable with age: the keys of old weeks were destroyed."

    /// Addresses, user agents and device ids of weeks before this one.
    package var clientsBefore: String
    /// Hashes of networks and device ids of weeks before this one; what is equal stays equal.
    package var networksBefore: String
    /// Keys destroyed.
    package var keys: Int64

    package init(clientsBefore: String, networksBefore: String, keys: Int64) {
        self.clientsBefore = clientsBefore
        self.networksBefore = networksBefore
        self.keys = keys
    }

    package var subject: EventStream? { nil }

    package static let example = Self(clientsBefore: "2026-W46", networksBefore: "2026-W35", keys: 412)

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("clientsBefore", &self.clientsBefore, "addresses, user agents and device ids of weeks before this one")
        visit("networksBefore", &self.networksBefore, "hashes of networks and device ids of weeks before this one")
        visit("keys", &self.keys, "keys destroyed")
    }
}
