import Events
import Model
import Projections
import Vault

/// Seals and opens what of a credential's terms tells where a person lives: the addresses it is locked to.
struct PersonalTerms: Sendable {
    private let names: PersonalNames

    init(vault: Vault, customer: CustomerID) {
        self.names = PersonalNames(vault: vault, customer: customer)
    }

    /// The terms as they stand in an event.
    func seal(_ terms: Terms, of credential: CredentialID) throws -> Terms {
        var sealed = terms
        sealed.locks.addresses = try terms.locks.addresses.map { addresses in
            guard !addresses.isEmpty else { return [] }
            return [try self.names.seal(addresses.joined(separator: " "), field: Self.field(credential))]
        }
        return sealed
    }

    /// The addresses in clear; `nil` when there are none of its own, or the key was deleted.
    func addresses(of row: CredentialRow) -> [String]? {
        guard let sealed = row.terms.locks.addresses?.first else { return nil }
        return self.names.open(sealed, field: Self.field(row.credential))?.split(separator: " ").map(String.init)
    }

    /// The terms of a credential in clear; addresses that can't be opened stay as they are.
    func open(_ row: CredentialRow) -> Terms {
        var terms = row.terms
        terms.locks.addresses = self.addresses(of: row) ?? terms.locks.addresses
        return terms
    }

    private static func field(_ credential: CredentialID) -> String { "addresses/\(credential)" }
}
