package import Ledger
import Model
import Projections
import Vault

/// Chosen passwords of an operator's command, compared and hashed before the ledger is asked: everybody waits for the ledger.
package struct PreparedPasswords: Sendable {
    /// What became of one.
    struct Entry: Hashable, Sendable {
        /// The stored hash it was compared with; `nil` for a credential that wasn't there.
        var basis: String?
        /// The hash to be stored; `nil` when it is the password that the credential has.
        var stored: String?
    }

    /// By keyed hash of the username.
    var entries: [String: Entry] = [:]

    package static let none = PreparedPasswords()
}

extension Passwords {
    /// Prepares what entries say, two hashes at a time: some 30 chosen passwords a second.
    package func prepare(_ entries: [CredentialEntry], on ledger: Ledger) async throws -> PreparedPasswords {
        let chosen = entries.filter { $0.password != nil && !$0.isPasswordRandom }
        return try await withThrowingTaskGroup(of: (String, PreparedPasswords.Entry).self) { group in
            var prepared = PreparedPasswords()
            for (index, entry) in chosen.enumerated() {
                if index >= PasswordThreads.runningMax, let (login, entry) = try await group.next() {
                    prepared.entries[login] = entry
                }
                group.addTask { try await self.prepare(entry, on: ledger) }
            }
            for try await (login, entry) in group { prepared.entries[login] = entry }
            return prepared
        }
    }

    private func prepare(
        _ entry: CredentialEntry,
        on ledger: Ledger
    ) async throws -> (String, PreparedPasswords.Entry) {
        let login = self.vault.installation.hash(.username, entry.username).short
        // What is wrong is told by the command, for all entries in their order.
        guard let password = entry.password, EntryCheck.isLogin(password.clear) else { return (login, .init()) }
        let row = try ledger.read { try $0.credential(login: login) }
        if let row, try await self.isSame(password, as: row) { return (login, .init(basis: row.password)) }
        return (login, .init(basis: row?.password, stored: try await self.store(password)))
    }

    private func isSame(_ password: Redacted<String>, as row: CredentialRow) async throws -> Bool {
        guard ChosenPassword.isOne(row.password) else { return LinePassword.matches(row, password, with: self.vault) }
        return try await self.matches(PasswordTrial(credential: row.credential, stored: row.password), password)
    }
}
