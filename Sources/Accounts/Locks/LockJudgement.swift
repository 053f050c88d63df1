package import Events
package import Model

/// Whether locks let a viewer in, by where it is and what it says of itself.
///
/// Pure. Where a country or system isn't known, a viewer is in none: a lock to some refuses it, a lock against some
/// doesn't. The lock to the first networks looks at what happened before, and is ``NetworkLock``.
package struct LockJudgement: Sendable {
    package let address: NetworkAddress
    package let origin: Origin
    package let userAgent: String

    package init(address: NetworkAddress, origin: Origin, userAgent: String) {
        self.address = address
        self.origin = origin
        self.userAgent = userAgent
    }

    /// The first lock that refuses; `nil` when none does.
    package func refusal(by locks: Locks) -> LockRule? {
        if !self.isIn(locks.addresses) { return .address }
        if !Self.allows(self.origin.country, locks.allowedCountries, locks.blockedCountries) { return .country }
        if !Self.allows(self.origin.asn, locks.allowedASNs, locks.blockedASNs) { return .asn }
        if !self.isAgentAllowed(locks) { return .userAgent }
        return nil
    }

    private func isIn(_ ranges: [String]?) -> Bool {
        guard let ranges, !ranges.isEmpty else { return true }
        // What can't be read lets nobody in.
        return ranges.contains { AddressRange($0)?.contains(self.address) ?? false }
    }

    private static func allows<Value: Equatable>(_ value: Value?, _ allowed: [Value]?, _ blocked: [Value]?) -> Bool {
        if let value, blocked?.contains(value) ?? false { return false }
        guard let allowed, !allowed.isEmpty else { return true }
        return value.map(allowed.contains) ?? false
    }

    private func isAgentAllowed(_ locks: Locks) -> Bool {
        if locks.blockedAgents?.contains(where: self.agentMatches) ?? false { return false }
        guard let allowed = locks.allowedAgents, !allowed.isEmpty else { return true }
        return allowed.contains(where: self.agentMatches)
    }

    private func agentMatches(_ pattern: String) -> Bool { AgentPattern(pattern)?.matches(self.userAgent) ?? false }
}
