package import Model

/// An address or network was banned, or its ban was changed.
package struct AddressBanned: EventPayload {
    package static let summary = "An address or network was banned, or its ban was changed."

    /// Keyed hash of the address or network.
    package var ban: String
    /// The address or network; sealed.
    package var address: String
    /// What is refused.
    package var reach: BanReach
    /// `guessing`, or what the operator gave as the reason.
    package var why: String
    /// How often in a row.
    package var times: Int64
    /// When it ends; missing for one that an operator has to lift.
    package var until: WallTime?

    package init(
        ban: String,
        address: String,
        reach: BanReach,
        why: String,
        times: Int64,
        until: WallTime? = nil
    ) {
        self.ban = ban
        self.address = address
        self.reach = reach
        self.why = why
        self.times = times
        self.until = until
    }

    package var subject: EventStream? { .name(.init("ban"), self.ban) }

    package static let example = Self(
        ban: "9f86d081884c7d659a2feaa0c55ad015",
        address: "v1.k1.c2VhbGVk",
        reach: .logins,
        why: "guessing",
        times: 1,
        until: WallTime(seconds: 1_795_000_000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("ban", &self.ban, "keyed hash of the address or network")
        visit("address", &self.address, "the address or network; sealed")
        visit("reach", &self.reach, "what is refused")
        visit("why", &self.why, "`guessing`, or what the operator gave as the reason")
        visit("times", &self.times, "how often in a row")
        visit("until", &self.until, "when it ends; missing for one that an operator has to lift")
    }
}

/// An operator lifted a ban.
package struct AddressUnbanned: EventPayload {
    package static let summary = "An operator lifted a ban."

    /// Keyed hash of the address or network.
    package var ban: String
    /// The address or network; sealed.
    package var address: String

    package init(
        ban: String,
        address: String
    ) {
        self.ban = ban
        self.address = address
    }

    package var subject: EventStream? { .name(.init("ban"), self.ban) }

    package static let example = Self(
        ban: "9f86d081884c7d659a2feaa0c55ad015",
        address: "v1.k1.c2VhbGVk"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("ban", &self.ban, "keyed hash of the address or network")
        visit("address", &self.address, "the address or network; sealed")
    }
}
