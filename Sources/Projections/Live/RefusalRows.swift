package import Events
package import Model

/// A network that a credential is locked to.
package struct BoundNetworkRow: StoredRow {
    package static let table = "bound_network"
    package static let statements = TableStatements<BoundNetworkRow>()
    package static let empty = BoundNetworkRow(
        credential: .init(0),
        place: 0,
        boundAt: WallTime(microseconds: 0)
    )

    package var credential: CredentialID
    package var place: Int64
    package var network4: String?
    package var network6: String?
    package var carrier: String?
    package var boundAt: WallTime

    package var key: NumberPair { NumberPair(self.credential.rawValue, self.place) }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("credential", &self.credential)
        visit("place", &self.place)
        visit("network4", &self.network4)
        visit("network6", &self.network6)
        visit("carrier", &self.carrier)
        visit("bound_at", &self.boundAt)
    }
}

/// A ban that holds, or ended less than a day ago.
package struct BanRow: StoredRow {
    package static let table = "ban"
    package static let statements = TableStatements<BanRow>()
    package static let empty = BanRow(
        ban: "",
        address: "",
        reach: .logins,
        why: "",
        times: 0,
        until: nil,
        bannedAt: WallTime(microseconds: 0)
    )

    /// Keyed hash of the address or network.
    package var ban: String
    /// Sealed.
    package var address: String
    package var reach: BanReach
    package var why: String
    package var times: Int64
    package var until: WallTime?
    package var bannedAt: WallTime

    package var key: String { self.ban }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("ban", &self.ban)
        visit("address", &self.address)
        visit("reach", &self.reach)
        visit("why", &self.why)
        visit("times", &self.times)
        visit("until", &self.until)
        visit("banned_at", &self.bannedAt)
    }
}
