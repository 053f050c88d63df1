import Model
import Projections
import Vault

/// Whose name it was when it was last admitted.
struct Holder: Hashable, Sendable {
    var credential: CredentialID
    var customer: CustomerID
    /// The day of that, counted from 1970.
    var day: Int64
}

/// What the ledger will need if the name is still the same credential's: made on the caller's thread, so that the ledger's,
/// which everybody waits for, only compares.
///
/// A guess that decides nothing: each digest is used for what the tables say at the decision and only if that is what it
/// was made for; otherwise it is made there.
struct ForeseenDigests: Sendable {
    let holder: Holder
    private let password: String
    private let client: String

    init(_ request: OpenRequest, _ holder: Holder, vault: Vault) {
        self.holder = holder
        self.password = LinePassword.hash(request.password, of: holder.credential, with: vault)
        let week = CivilDate(daysSinceEpoch: holder.day).isoWeek
        self.client = ClientIdentity.digest(request.device, of: holder.customer, week: week, with: vault)
    }

    /// Whether the password is that of `row`; when not, it may still be, by an older pepper.
    func isPassword(of row: CredentialRow) -> Bool {
        row.credential == self.holder.credential && ConstantTime.equal(self.password, row.password)
    }

    /// The device's digest, if it is one of `customer`'s and of this day.
    func client(of customer: CustomerID, now: WallTime) -> String? {
        customer == self.holder.customer && now.day == self.holder.day ? self.client : nil
    }
}
