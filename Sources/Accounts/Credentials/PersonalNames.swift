package import Model
package import Vault

/// Seals and opens what a customer and its credentials are called.
package struct PersonalNames: Sendable {
    let vault: Vault
    let customer: CustomerID

    package init(vault: Vault, customer: CustomerID) {
        self.vault = vault
        self.customer = customer
    }

    /// Seals a text for its place.
    package func seal(_ clear: String, field: String) throws -> String {
        try self.vault.store.seal(Redacted(clear), under: .names(of: self.customer), for: self.place(field)).text
    }

    /// The clear text; `nil` when the key was deleted.
    package func open(_ sealed: String, field: String) -> String? {
        guard let sealed = try? Sealed(parsing: sealed) else { return nil }
        return (try? self.vault.store.open(sealed, for: self.place(field)))?.clear
    }

    /// Seals what an operator gave as a reason: it may name people.
    package func seal(reason clear: String) throws -> String {
        clear.isEmpty ? clear : try self.seal(clear, field: Self.reasonField)
    }

    /// A reason as it was typed; `nil` when the key was deleted.
    ///
    /// In logs of the first versions reasons stand in clear, and are told as they stand.
    package func reason(_ stored: String?) -> String? {
        guard let stored, (try? Sealed(parsing: stored)) != nil else { return stored }
        return self.open(stored, field: Self.reasonField)
    }

    private static let reasonField = "why"

    func matches(_ sealed: String?, _ clear: String?, field: String) -> Bool {
        guard let sealed, let clear else { return sealed == nil && clear == nil }
        return self.open(sealed, field: field) == clear
    }

    private func place(_ field: String) -> SealedPlace {
        SealedPlace(subject: self.customer.eventStream, field: field)
    }
}
