package import Events
package import Model
package import Projections

/// What a credential may do: its plan's terms with its own over them, and how it stands.
///
/// Pure. The slot rule, the locks and the player API read this and nothing else of plans, customers and credentials.
package struct Entitlement: Hashable, Sendable {
    /// Connections at once of a credential with neither a plan nor a number of its own.
    package static let connectionsDefault: Int64 = 1

    /// How a credential stands with the operator.
    package enum Status: String, CaseIterable, Sendable {
        case active, trial, expired, suspended
    }

    package var credential: CredentialID
    package var customer: CustomerID
    package var plan: PlanID?
    /// Connections at once.
    package var maxConnections: Int64
    /// What else is sold, the credential's terms over the plan's; its addresses are in clear.
    package var terms: Terms
    /// When it stops working; never when `nil`.
    package var expires: WallTime?
    /// Whether it is, or was when it ended, a trial.
    package var isTrial: Bool
    /// When it was first sold.
    package var created: WallTime
    private var state: CredentialRow.State
    private var isCustomerSuspended: Bool

    /// `addresses` are the credential's own, opened; what stays sealed is no address and lets nobody in.
    package init(credential: CredentialRow, customer: CustomerRow?, plan: PlanRow?, addresses: [String]? = nil) {
        var own = credential.terms
        own.locks.addresses = addresses ?? own.locks.addresses
        self.credential = credential.credential
        self.customer = credential.customer
        self.plan = plan?.plan
        self.maxConnections = credential.maxConnections ?? plan?.maxConnections ?? Self.connectionsDefault
        self.terms = plan.map { own.over($0.terms) } ?? own
        self.expires = credential.expires
        self.isTrial = credential.trial
        self.created = credential.createdAt
        self.state = credential.state
        self.isCustomerSuspended = customer?.state == .suspended
    }

    /// What a start beyond the limit does.
    package var onLimit: OnLimit { self.terms.onLimit ?? .rejectNewest }
    package var tier: Tier { self.terms.tier ?? .standard }
    /// From where and with what it may be used.
    package var locks: Locks { self.terms.locks }
    /// How the stream may be taken, in the order of ``OutputKind``.
    package var outputs: [OutputKind] {
        OutputKind.allCases.filter { self.allows($0) }
    }
}

/// How it stands.
extension Entitlement {
    /// Suspension, which somebody chose, is told before an end, which comes by itself.
    package func status(at now: WallTime) -> Status {
        if self.state == .suspended || self.isCustomerSuspended { return .suspended }
        if self.state == .expired || self.expires.map({ $0 <= now }) ?? false { return .expired }
        return self.isTrial ? .trial : .active
    }

    /// Why it may not be used at all; `nil` when it may.
    package func refusal(at now: WallTime) -> Denial.ForbiddenReason? {
        switch self.status(at: now) {
        case .active, .trial: nil
        case .suspended: .suspended
        case .expired: self.isTrial ? .trialEnded : .expired
        }
    }
}

/// What it may watch.
extension Entitlement {
    package func allows(_ output: OutputKind) -> Bool {
        guard let outputs = self.terms.outputs, !outputs.isEmpty else { return true }
        return outputs.contains(output)
    }

    /// Whether the channel is among those that its terms name, or in a category that they name; they may name none.
    package func allows(_ channel: ChannelRow) -> Bool {
        let channels = self.terms.channels ?? []
        let categories = self.terms.categories ?? []
        guard !channels.isEmpty || !categories.isEmpty else { return true }
        return channels.contains(channel.channel) || channel.category.map { categories.contains($0) } ?? false
    }

    /// Why it may not watch this channel this way; `nil` when it may.
    package func refusal(of channel: ChannelRow, as output: OutputKind) -> Denial.ForbiddenReason? {
        guard self.allows(channel) else { return .channel }
        return self.allows(output) ? nil : .output
    }
}
