/// What kind of sharing it looks like, how many households, and what may be done: a text, never a deed.
package struct SharingVerdict: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case twoHomes = "two_homes"
        case sameCity = "same_city"
        case takesTurns = "takes_turns"
        case resale
        case leaked
        case eventGuest = "event_guest"
        case unclear

        /// What the owner might do; nothing here is done by itself.
        var action: String {
            switch self {
            case .twoHomes, .sameCity, .eventGuest: "offer a second connection"
            case .takesTurns: "watch another 2 weeks"
            case .resale: "contact, then change password"
            case .leaked: "change password today (the customer is probably a victim)"
            case .unclear: "nothing"
            }
        }
    }

    /// Households from which it is a business, and homes of their own where the plan has one or two connections.
    private static let resaleHouseholds = 4
    private static let resaleHomes = 3
    private static let resaleConnectionsMax: Int64 = 2
    /// Households more than usual, and countries, that say a password got out.
    private static let leakedJump = 3
    private static let leakedCountries = 3
    /// Part of other homes' time within matches that says they are guests.
    private static let guestShare = 0.6
    /// Minutes of a line of its own, or of a mobile network, from which it is a household.
    private static let householdMinutes = 60.0
    private static let turnsMin = 2

    package let kind: Kind
    package let households: Int

    /// `usual` is the median of households of the weeks before, `nil` for a credential that is new.
    init(_ evidence: SharingEvidence, _ score: SharingScore, maxConnections: Int64, usual: Int?) {
        let households = Self.households(evidence)
        self.households = households
        guard score.band > .noSign else {
            self.kind = .unclear
            return
        }
        let overlap = evidence.overlapOwn + evidence.overlapKnown + evidence.overlapMobile
        let changes = evidence.switchesFast + evidence.switchesSlow
        let isGuest =
            evidence.otherTime > 0
            && Double(evidence.match) >= Self.guestShare * Double(evidence.otherTime)
        if let usual, households - usual >= Self.leakedJump, evidence.countries >= Self.leakedCountries {
            self.kind = .leaked
        } else if households >= Self.resaleHouseholds
            || (evidence.ownHomes >= Self.resaleHomes && maxConnections <= Self.resaleConnectionsMax)
        {
            self.kind = .resale
        } else if isGuest {
            self.kind = .eventGuest
        } else if overlap == 0, changes >= Self.turnsMin {
            self.kind = .takesTurns
        } else if evidence.sameProviderHomes > 0 || (evidence.ownHomes == 0 && score.points[.ownLine] > 0) {
            self.kind = .sameCity
        } else if households > 1 {
            self.kind = .twoHomes
        } else {
            self.kind = .unclear
        }
    }

    /// One, and one for each other home with a device of its own that shares none with the main one, for a line of its own
    /// and for a mobile network of its own.
    static func households(_ evidence: SharingEvidence) -> Int {
        1 + evidence.separateHomes
            + (SharingPoints.minutes(evidence.ownLine) >= Self.householdMinutes ? 1 : 0)
            + (SharingPoints.minutes(evidence.ownMobile) >= Self.householdMinutes ? 1 : 0)
    }
}
