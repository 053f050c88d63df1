import Events
import Model
import Projections
import Vault

/// Whether a name and password may watch a channel at all; limits come later.
struct CredentialCheck {
    let vault: Vault
    /// Keyed hash of the username.
    let login: String
    var foreseen: ForeseenDigests?

    /// The credential of the request, and what it may do.
    ///
    /// - Throws: ``Denial``; an unknown name costs as much as a wrong password and is told alike.
    func verify(_ request: OpenRequest, in state: LiveState, now: WallTime) throws -> Candidate {
        let row = try state.credential(login: self.login)
        let isRight =
            row.map { self.foreseen?.isPassword(of: $0) ?? false } ?? false
            || LinePassword.matches(row ?? .empty, request.password, with: self.vault)
        guard let row, isRight else { throw Denial.unknownCredential }
        return try Candidate(row, channel: request.channel, in: state, vault: self.vault, now: now)
    }
}

/// A credential that is who it says it is and in good standing, and the channel it asks for.
struct Candidate {
    let credential: CredentialRow
    let entitlement: Entitlement
    let channel: ChannelRow

    /// - Throws: ``Denial`` when the credential may not be used at all, or there is no such channel.
    init(_ row: CredentialRow, channel: ChannelID, in state: LiveState, vault: Vault, now: WallTime) throws {
        self.credential = row
        self.entitlement = try Entitlement.of(row, in: state, vault: vault)
        if let reason = self.entitlement.refusal(at: now) { throw Denial.forbidden(reason) }
        guard let channel = try state.channel(channel) else { throw Denial.unknownChannel }
        self.channel = channel
    }
}
