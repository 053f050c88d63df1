import Model
import Projections
import Vault

/// Whose name it was when it was last admitted.
struct Holder: Hashable, Sendable {
    var credential: CredentialID
    var customer: CustomerID
    /// The week of that; `nil` when nothing was decided.
    var week: KeyWeek?
}

/// What the ledger will need if the name is still the same credential's: made on the caller's thread, so that the ledger's,
/// which everybody waits for, only compares.
///
/// A guess that decides nothing: each digest is used for what the tables say at the decision and only if that is what it
/// was made for; otherwise it is made there.
struct ForeseenDigests: Sendable {
    let holder: Holder
    private let password: String
    private let client: String?

    init(_ request: OpenRequest, _ holder: Holder, passwords: Passwords) {
        let vault = passwords.vault
        self.holder = holder
        self.password = passwords.keyed(request.password, of: holder.credential)
        // What can't be made now is made at the decision, which tells why not.
        self.client = holder.week.flatMap { week in
            try? ClientIdentity.digest(request.device, of: holder.customer, week: week, with: vault)
        }
    }

    /// The keyed hash of the password, if the name is still the same credential's, or nobody's any more.
    func password(of row: CredentialRow?) -> String? {
        row == nil || row?.credential == self.holder.credential ? self.password : nil
    }

    /// The device's digest, if it is one of `customer`'s and of this week.
    func client(of customer: CustomerID, in week: KeyWeek) -> String? {
        customer == self.holder.customer && week == self.holder.week ? self.client : nil
    }
}
