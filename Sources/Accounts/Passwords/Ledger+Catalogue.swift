package import Ledger
package import Model

/// Commands of the catalogue with the passwords that they bring.
extension Ledger {
    /// Times that a command is prepared anew because a credential was changed meanwhile.
    private static let attemptsMax = 3

    /// Makes the catalogue what a file says.
    package func apply(
        _ catalogue: Catalogue,
        prune: Bool = false,
        dryRun: Bool = false,
        passwords: Passwords,
        geography: Geography = .all
    ) async throws -> ApplyCatalogue.Reply {
        let entries = catalogue.customers.flatMap(\.credentials)
        return try await self.prepared(entries, passwords) { prepared in
            var command = ApplyCatalogue(
                catalogue,
                prune: prune,
                dryRun: dryRun,
                passwords: prepared,
                vault: passwords.vault
            )
            command.geography = geography
            return command
        }
    }

    /// Adds, changes or removes one thing.
    package func edit(
        _ verb: EditCatalogue.Verb,
        _ noun: CatalogueNoun,
        id: String?,
        settings: [String: String] = [:],
        passwords: Passwords,
        geography: Geography = .all
    ) async throws -> [String] {
        // A name that is made up has to be known before its password is hashed.
        let id = id ?? (noun == .credential && verb == .add ? GeneratedPassword.username() : nil)
        let entries = try self.entries(noun, id: id, settings: settings, passwords)
        return try await self.prepared(entries, passwords) { prepared in
            var command = EditCatalogue(
                verb,
                noun,
                id: id,
                settings: settings,
                passwords: prepared,
                vault: passwords.vault
            )
            command.geography = geography
            return command
        }
    }

    /// Issues a credential.
    package func issue(
        _ order: IssueCredential.Order,
        at time: WallTime? = nil,
        passwords: Passwords
    ) async throws -> [String] {
        var order = order
        let username = order.username ?? GeneratedPassword.username()
        order.username = username
        let entries = try self.entries(.credential, id: username, settings: order.settings, passwords)
        return try await self.prepared(entries, passwords) { prepared in
            IssueCredential(order, at: time, passwords: prepared, vault: passwords.vault)
        }
    }

    /// The one credential whose password the settings give.
    private func entries(
        _ noun: CatalogueNoun,
        id: String?,
        settings: [String: String],
        _ passwords: Passwords
    ) throws -> [CredentialEntry] {
        guard noun == .credential, let id, let password = settings["password"], !password.isEmpty else { return [] }
        // It may be named by its number.
        let username = try self.read { state in
            let lookup = CatalogueLookup(state: state, vault: passwords.vault)
            return (try? lookup.credential(id)).map { lookup.username($0) } ?? id
        }
        return [CredentialEntry(username: username, password: Redacted(password))]
    }

    private func prepared<C: Command>(
        _ entries: [CredentialEntry],
        _ passwords: Passwords,
        _ command: (PreparedPasswords) -> C
    ) async throws -> C.Reply {
        for _ in 1..<Self.attemptsMax {
            do {
                return try await self.perform(command(passwords.prepare(entries, on: self)))
            } catch AccountsError.changedMeanwhile {
                continue
            }
        }
        return try await self.perform(command(passwords.prepare(entries, on: self)))
    }
}
