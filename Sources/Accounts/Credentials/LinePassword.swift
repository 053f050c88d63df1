import Model
import Projections
import Vault

/// Passwords of credentials, as they are stored: a keyed hash of the credential's number and the password.
enum LinePassword {
    static func hash(_ password: Redacted<String>, of credential: CredentialID, with vault: Vault) -> String {
        vault.installation.hash(.linePassword, credential.description, password.clear).text
    }

    /// Takes as long for a near miss as for a far one.
    static func matches(_ row: CredentialRow, _ password: Redacted<String>, with vault: Vault) -> Bool {
        vault.installation.matches(row.password, .linePassword, row.credential.description, password.clear)
    }
}
