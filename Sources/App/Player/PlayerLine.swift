import Accounts
import Events
import Model
import PlayerAPI
import Projections
import Vault

/// A credential as the player API sees it: what it may watch and how it stands.
struct PlayerLine: Sendable {
    let entitlement: Entitlement
    let activeConnections: Int64
    /// The customer's; empty when it is not known.
    let language: String

    /// `nil` when there is no such credential any more.
    init?(_ credential: CredentialID, in state: LiveState, vault: Vault) throws {
        guard let row = try state.credential(credential) else { return nil }
        self.entitlement = try Entitlement.of(row, in: state, vault: vault)
        self.activeConnections = Int64(try state.slots(of: row.credential).count)
        self.language = try state.customer(row.customer)?.language ?? ""
    }

    /// The preferred one first: some apps take it without asking.
    var formats: [StreamFormat] {
        [StreamFormat.ts, .hls].filter { self.entitlement.allows($0 == .hls ? .hls : .ts) }
    }

    func standing(at now: WallTime) -> UserInfo.Standing {
        switch self.entitlement.status(at: now) {
        case .active, .trial: .active
        case .expired: .expired
        case .suspended: .disabled
        }
    }

    func user(_ question: Redacted<String>, _ password: Redacted<String>, message: String, now: WallTime) -> UserInfo {
        UserInfo(
            username: question.clear,
            password: password.clear,
            message: message,
            standing: self.standing(at: now),
            expires: self.entitlement.expires,
            isTrial: self.entitlement.isTrial,
            activeConnections: self.activeConnections,
            createdAt: self.entitlement.created,
            maxConnections: self.entitlement.maxConnections,
            outputs: self.formats
        )
    }
}
