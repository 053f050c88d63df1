import Events
import Model
import Projections
import Vault

/// Whether a name and password may watch a channel at all; limits come later.
struct CredentialCheck {
    let passwords: Passwords
    /// Keyed hash of the username.
    let login: String
    var foreseen: ForeseenDigests?
    /// What time it is for who has an end; the ledger's clock when `nil`.
    var time: WallTime?

    /// The credential of the request, and what it may do.
    ///
    /// - Throws: ``Denial``, or ``Unproven``; an unknown name costs as much as a wrong password and is told alike.
    func verify(_ request: OpenRequest, in state: LiveState, now: WallTime) throws -> Candidate {
        let row = try state.credential(login: self.login)
        let verdict = self.passwords.verdict(request.password, of: row, keyed: self.foreseen?.password(of: row))
        if case .open(let trial) = verdict { throw Unproven(trial: trial) }
        guard let row else { throw Unproven(trial: nil) }
        let time = self.time ?? now
        return try Candidate(row, channel: request.channel, in: state, vault: self.passwords.vault, now: time)
    }
}

/// A password is not right so far, or there is no such name: a slow hash has to be tried, or paid for.
struct Unproven: Error {
    var trial: PasswordTrial?
}

/// What a slow hash is made of, and who has it made.
struct LoginProof: Sendable {
    /// Keyed hash of the username.
    let login: String
    let password: Redacted<String>
    let network: NetworkAddress

    init(_ request: OpenRequest, login: String) {
        self.login = login
        self.password = request.password
        self.network = request.device.address.network
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
