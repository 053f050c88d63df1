/// The kinds of evidence, and what each is worth.
///
/// All are additive: points = weight × amount, in hundredths, so that the listed reasons add up to the score exactly. Amounts
/// grow ever slower and end somewhere: no single piece decides. Weights were fitted on two labelled development sets together
/// and judged by transfer from each to the other; see the folder's README.
package enum Evidence: Int, CaseIterable, Hashable, Sendable {
    case ownHome
    case ownLine
    case ownMobile
    case foreign
    case knownByID
    case knownByAgent
    case overlapOwn
    case overlapMobile
    case refusedHome
    case refusedOther
    case alternation
    case devices
    case taste
    case mainSilent
    case weekend
    case match

    /// Independent kinds of evidence against one household; one alone never makes a case.
    package enum Group: CaseIterable, Sendable {
        case ownDevices
        case overlap
        case refusals
        case alternation
    }

    var group: Group? {
        switch self {
        case .ownHome, .ownLine, .ownMobile, .devices, .taste, .match: .ownDevices
        case .overlapOwn, .overlapMobile: .overlap
        case .refusedHome, .refusedOther: .refusals
        case .alternation: .alternation
        case .foreign, .knownByID, .knownByAgent, .mainSilent, .weekend: nil
        }
    }

    /// Hundredths of a point for an amount of one.
    var weight: Int {
        switch self {
        case .ownHome: 45
        case .ownLine: 37
        case .ownMobile: 85
        case .foreign: -30
        case .knownByID: -90
        case .knownByAgent: -48
        case .overlapOwn: 23
        case .overlapMobile: 25
        case .refusedHome: 150
        case .refusedOther: 31
        case .alternation: 115
        case .devices: 65
        case .taste: 160
        case .mainSilent: -90
        case .weekend: -55
        case .match: 135
        }
    }

    /// What everyone begins with, in hundredths: few share.
    static let constant = -480
}

/// What a week's evidence is worth, in hundredths of a point.
struct SharingPoints: Hashable, Sendable {
    private(set) var hundredths: [Int]

    init(_ evidence: SharingEvidence) {
        self.hundredths = Evidence.allCases.map { kind in
            let points = (Double(kind.weight) * Self.amount(kind, evidence)).rounded(.toNearestOrAwayFromZero)
            return Int(points)
        }
    }

    subscript(_ evidence: Evidence) -> Int { self.hundredths[evidence.rawValue] }

    /// The week's sum with the constant, before memory.
    var sum: Int { self.hundredths.reduce(Evidence.constant, +) }

    /// Matches in minutes from which weekend use of another home is no sign of a weekend house.
    private static let matchMinutes = 30.0

    private static func amount(_ kind: Evidence, _ evidence: SharingEvidence) -> Double {
        let ownHome = Self.grow(evidence.ownHome, unit: 20, atMost: 5)
        let hasOwnHome = evidence.ownHome > 0
        switch kind {
        case .ownHome: return ownHome
        case .ownLine: return Self.grow(evidence.ownLine, unit: 30, atMost: 4)
        case .ownMobile: return Self.grow(evidence.ownMobile, unit: 30, atMost: 4)
        case .foreign: return Self.grow(evidence.foreign, unit: 60, atMost: 2)
        case .knownByID: return Self.grow(evidence.knownByID, unit: 60, atMost: 3)
        case .knownByAgent: return Self.grow(evidence.knownByAgent, unit: 60, atMost: 3)
        case .overlapOwn: return hasOwnHome ? Self.grow(evidence.overlapOwn, unit: 20, atMost: 4) : 0
        case .overlapMobile: return Self.grow(evidence.overlapMobile, unit: 20, atMost: 3)
        case .refusedHome: return Self.grow(Double(evidence.refusedHome), unit: 1, atMost: 3)
        case .refusedOther: return Self.grow(Double(evidence.refusedOther), unit: 1, atMost: 2)
        case .alternation:
            let changes = Double(evidence.switchesFast) + 0.3 * Double(evidence.switchesSlow)
            return hasOwnHome ? Self.grow(changes, unit: 1, atMost: 3.5) : 0
        case .devices: return Double(min(max(evidence.devices - 4, 0), 10)) / 3
        case .taste: return evidence.taste
        case .mainSilent: return evidence.mainSilent
        case .weekend:
            let isMatch = Self.minutes(evidence.match) >= Self.matchMinutes
            return isMatch ? 0 : min(max(2 * (evidence.weekend - 0.5), 0), 1) * ownHome
        case .match: return Self.grow(evidence.match, unit: 60, atMost: 2)
        }
    }

    static func minutes(_ milliseconds: Int64) -> Double { Double(milliseconds) / Double(WatchedWeek.minute) }

    private static func grow(_ milliseconds: Int64, unit: Double, atMost: Double) -> Double {
        Self.grow(Self.minutes(milliseconds), unit: unit, atMost: atMost)
    }

    /// 0 at nothing, 1 at one unit, 2 at three, 3 at seven.
    private static func grow(_ value: Double, unit: Double, atMost: Double) -> Double {
        min(atMost, Logarithm.base2(1 + max(0, value) / unit))
    }
}
