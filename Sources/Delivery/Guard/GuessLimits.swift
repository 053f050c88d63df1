package import NIOCore

/// How much may be tried before it is taken for guessing.
package struct GuessLimits: Hashable, Sendable {
    /// Refused names and passwords per address and minute, before it is banned.
    package var loginFailuresPerMinute = 10
    /// Refused passwords per line in any ten minutes, from wherever; who was let in by the same line and from the same
    /// place lately doesn't count and isn't refused.
    package var lineFailuresPerTenMinutes = 20
    /// Refused tokens per address and minute, before unknown ones from it are refused unasked.
    package var tokenFailuresPerMinute = 60
    /// Answers of 4xx per address and minute, before 429 is all it gets for what isn't a session's.
    package var refusalsPerMinute = 60
    /// Addresses, and lines, that are remembered.
    package var tableCapacity = 262_144
    /// How long the first ban of an address holds.
    package var banFirst = TimeAmount.minutes(15)
    /// How long a ban may get by doubling.
    package var banLongest = TimeAmount.hours(24)

    package init() {}
}
