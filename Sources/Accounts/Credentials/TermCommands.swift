import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// When something is to end.
package enum NewEnd: Hashable, Sendable {
    /// So long after its end, or after now when that is over.
    case after(Period)
    case at(WallTime)
    case never
}

/// Gives a credential a later end, or another one; one that had ended works again.
package struct ExtendCredential: Command {
    package typealias Reply = String

    let id: String
    let end: NewEnd
    /// What time it is; the ledger's clock when `nil`.
    let time: WallTime?
    let vault: Vault

    package init(_ id: String, to end: NewEnd, at time: WallTime? = nil, vault: Vault) {
        self.id = id
        self.end = end
        self.time = time
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<String> {
        let row = try CatalogueLookup(state: state, vault: self.vault).credential(self.id)
        guard let old = row.expires else { throw AccountsError.endless(self.id) }
        let now = self.time ?? now
        let end = self.end.moment(after: max(old, now))
        let what = row.trial ? "trial \(self.id)" : "credential \(self.id)"
        return Decision(
            [.credentialChanged(CredentialChanged(row, expires: end, trial: row.trial))],
            reply: "\(what) ends \(end?.words ?? "never")"
        )
    }
}

/// Makes a paid credential of a trial: it keeps its name and password, and ends at the end that is given now, or never.
package struct ConvertCredential: Command {
    package typealias Reply = String

    let id: String
    let end: NewEnd
    let time: WallTime?
    let vault: Vault

    package init(_ id: String, to end: NewEnd, at time: WallTime? = nil, vault: Vault) {
        self.id = id
        self.end = end
        self.time = time
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<String> {
        let row = try CatalogueLookup(state: state, vault: self.vault).credential(self.id)
        guard row.trial else { return Decision([], reply: "credential \(self.id) is no trial") }
        // What is paid for begins when it is paid, not when the trial would have ended.
        let end = self.end.moment(after: self.time ?? now)
        return Decision(
            [.credentialChanged(CredentialChanged(row, expires: end, trial: false))],
            reply: "trial \(self.id) is paid for and ends \(end?.words ?? "never")"
        )
    }
}

extension NewEnd {
    /// The moment; `nil` for never.
    func moment(after start: WallTime) -> WallTime? {
        switch self {
        case .after(let period): period.end(from: start)
        case .at(let time): time
        case .never: nil
        }
    }
}

extension CredentialChanged {
    /// A credential as it is, but for its end and whether it is a trial.
    init(_ row: CredentialRow, expires: WallTime?, trial: Bool) {
        self.init(
            credential: row.credential,
            customer: row.customer,
            login: row.login,
            username: row.username,
            maxConnections: row.maxConnections,
            expires: expires,
            trial: trial,
            terms: row.terms
        )
    }
}

extension WallTime {
    /// For people, to the second: `2026-11-23T07:00:00Z`.
    var words: String { "\(self.description.prefix(19))Z" }
}
