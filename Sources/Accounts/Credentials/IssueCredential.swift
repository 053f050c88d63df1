import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// Issues a credential, also a trial; and the customer it is for, where there is none yet.
package struct IssueCredential: Command {
    /// Lines for the operator: what was made, and the password that is shown once.
    package typealias Reply = [String]

    /// What is to be issued.
    package struct Order: Codable, Hashable, Sendable {
        /// Made up when missing.
        package var username: String?
        /// Keyed as in a catalogue file; `customer` says whose it is.
        package var settings: [String: String]
        /// The plan of a customer that is made with it.
        package var plan: String?
        /// How long it is a trial, such as `24h`; it is none when missing.
        package var trial: String?
        /// How long it is sold for, such as `1mo`; as `expires` says, or for ever, when missing.
        package var length: String?

        package init(
            username: String? = nil,
            settings: [String: String] = [:],
            plan: String? = nil,
            trial: String? = nil,
            length: String? = nil
        ) {
            self.username = username
            self.settings = settings
            self.plan = plan
            self.trial = trial
            self.length = length
        }
    }

    let order: Order
    let time: WallTime?
    let passwords: PreparedPasswords
    let vault: Vault

    package init(_ order: Order, at time: WallTime? = nil, passwords: PreparedPasswords = .none, vault: Vault) {
        self.order = order
        self.time = time
        self.passwords = passwords
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<[String]> {
        var editor = CatalogueEditor(state: state, vault: self.vault, now: now, passwords: self.passwords)
        var settings = self.order.settings
        let customer = try self.customer(settings.removeValue(forKey: "customer"), &editor)
        var entry = CredentialEntry(username: self.order.username ?? GeneratedPassword.username())
        try entry.set(settings)
        let end = try self.end(of: entry, now: self.time ?? now)
        if let end { entry.expires = end.description }
        if self.order.trial != nil { entry.trial = true }
        try editor.put(entry, of: customer, .add)
        let kind = self.order.trial == nil ? "credential" : "trial"
        let until = end.map { ", ends \($0.words)" } ?? ""
        return Decision(
            editor.events,
            reply: editor.messages + ["issued \(kind) \(entry.username) to customer \(customer)\(until)"]
        )
    }

    /// Whose it is: with a plan, or without a name, a customer that is made.
    private func customer(_ name: String?, _ editor: inout CatalogueEditor) throws -> CustomerID {
        guard let name, self.order.plan == nil else {
            let entry = CustomerEntry(id: name ?? "line-\(GeneratedPassword.username())", plan: self.order.plan)
            try editor.put(entry, .add)
            return CustomerID(rawValue: entry.id)
        }
        return try EntryCheck.name(.customer, name)
    }

    private func end(of entry: CredentialEntry, now: WallTime) throws(AccountsError) -> WallTime? {
        let lengths = [("trial", self.order.trial), ("for", self.order.length), ("expires", entry.expires)]
        let said = lengths.filter { $0.1 != nil }
        guard said.count <= 1 else {
            throw .malformed(
                .credential,
                entry.label,
                field: said[1].0,
                found: said[1].1 ?? "",
                allowed: "one end only: \(said[0].0) is given too"
            )
        }
        guard let (field, text) = said.first, let text, field != "expires" else { return nil }
        guard let period = Period(text) else {
            throw .malformed(.credential, entry.label, field: field, found: text, allowed: Period.forms)
        }
        return period.end(from: now)
    }
}
