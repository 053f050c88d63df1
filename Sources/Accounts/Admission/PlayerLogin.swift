package import Ledger
package import Model
import Projections
import Vault

/// Whose name and password these are: for questions that open nothing, asked of a snapshot and not of the ledger.
package struct PlayerLogin: Sendable {
    private let ledger: Ledger
    private let passwords: Passwords

    package init(ledger: Ledger, passwords: Passwords) {
        self.ledger = ledger
        self.passwords = passwords
    }

    /// Tells the credential, or ``Denial/unknownCredential`` for an unknown name and for a wrong password, which cost what
    /// they cost at a start; `reply` runs once, here or on another thread.
    package func identify(
        _ username: Redacted<String>,
        _ password: Redacted<String>,
        from device: Device,
        reply: @escaping @Sendable (Result<CredentialID, Denial>) -> Void
    ) {
        let login = self.passwords.vault.installation.hash(.username, username.clear).short
        let row: CredentialRow?
        do {
            row = try self.ledger.read { try $0.credential(login: login) }
        } catch {
            return reply(.failure(.unavailable))
        }
        switch (self.passwords.verdict(password, of: row, keyed: nil), row) {
        case (.right, let row?): reply(.success(row.credential))
        case (.right, nil): reply(.failure(.unknownCredential))
        case (.open(let trial), _):
            self.passwords.settle(trial, password, login: login, from: device.address.network) { outcome in
                switch (outcome, trial) {
                case (.right, let trial?): reply(.success(trial.credential))
                case (.right, nil), (.wrong, _): reply(.failure(.unknownCredential))
                case (.busy, _): reply(.failure(.unavailable))
                }
            }
        }
    }
}
