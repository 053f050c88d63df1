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

    /// The credential of the request.
    ///
    /// - Throws: ``Denial``; an unknown name costs as much as a wrong password and is told alike.
    func verify(_ request: OpenRequest, in state: LiveState, now: WallTime) throws -> CredentialRow {
        let row = try state.credential(login: self.login)
        let isRight =
            row.map { self.foreseen?.isPassword(of: $0) ?? false } ?? false
            || LinePassword.matches(row ?? .empty, request.password, with: self.vault)
        guard let row, isRight else { throw Denial.unknownCredential }
        if let denial = Self.standing(of: row, now: now) { throw denial }
        guard try state.channel(request.channel) != nil else { throw Denial.unknownChannel }
        return row
    }

    /// Why a credential may not be used now; `nil` when it may.
    static func standing(of row: CredentialRow, now: WallTime) -> Denial? {
        switch row.state {
        case .suspended: .forbidden(.suspended)
        case .expired: .forbidden(.expired)
        case .active: row.expires.map { $0 <= now } ?? false ? .forbidden(.expired) : nil
        }
    }
}
