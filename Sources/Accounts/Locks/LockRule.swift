/// Which lock refuses a viewer.
package enum LockRule: String, Hashable, Sendable, CaseIterable {
    /// The address is in none of the allowed ranges.
    case address
    case country
    /// The provider's network, an autonomous system.
    case asn
    case userAgent = "user-agent"
    /// The credential has been used from as many networks as it may.
    case networkLock = "network-lock"

    /// The refusal that tells of it.
    package var reason: Denial.ForbiddenReason {
        switch self {
        case .address: .address
        case .country: .country
        case .asn: .asn
        case .userAgent: .userAgent
        case .networkLock: .networkLock
        }
    }
}
