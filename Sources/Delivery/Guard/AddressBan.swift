package import Events
package import Model

/// An address or network that is refused, and for how long.
package struct AddressBan: Hashable, Sendable {
    /// The reason of bans that Baton makes itself.
    package static let guessing = "guessing"

    package var range: AddressRange
    package var reach: BanReach
    package var why: String
    /// How often in a row.
    package var times: Int64
    /// `nil`: until an operator lifts it.
    package var until: WallTime?

    package init(range: AddressRange, reach: BanReach, why: String, times: Int64 = 1, until: WallTime?) {
        self.range = range
        self.reach = reach
        self.why = why
        self.times = times
        self.until = until
    }
}
