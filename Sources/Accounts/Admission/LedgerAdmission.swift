package import Ledger
import Events
import Model
import Synchronization
package import Vault

/// Decides about viewers on the ledger.
package final class LedgerAdmission: Admission {
    private let ledger: Ledger
    private let vault: Vault
    /// What a closing needs to be recorded; one entry for each connection that is open here.
    private let held = Mutex<[ConnectionID: Holding]>([:])
    /// Whose names were last admitted, by their keyed hash.
    private let holders = Mutex<[String: Holder]>([:])
    /// Names that are remembered, some 150 bytes each; beyond it they are learned anew.
    private static let holdersMax = 65_536

    package init(ledger: Ledger, vault: Vault) {
        self.ledger = ledger
        self.vault = vault
    }

    package func open(_ request: OpenRequest, reply: @escaping @Sendable (Result<Grant, Denial>) -> Void) {
        let command = OpenConnection(request: request, vault: self.vault) { login in
            self.holders.withLock { $0[login] }
        }
        self.ledger.perform(command) { result in
            let result = Self.flatten(result)
            if case .success(let holding) = result, holding.holder != command.lastHolder {
                self.remember(holding.holder, as: command.login)
            }
            reply(self.hold(result))
        }
    }

    package func reopen(_ request: ReopenRequest, reply: @escaping @Sendable (Result<Grant, Denial>) -> Void) {
        self.ledger.perform(ReopenConnection(request: request, vault: self.vault)) {
            reply(self.hold(Self.flatten($0)))
        }
    }

    package func check(_ request: OpenRequest, reply: @escaping @Sendable (Result<Void, Denial>) -> Void) {
        self.ledger.perform(CheckCredential(request: request, vault: self.vault)) { reply(Self.flatten($0)) }
    }

    package func close(_ closing: Closing) {
        guard let holding = self.held.withLock({ $0.removeValue(forKey: closing.connection) }) else { return }
        self.ledger.perform(CloseConnection(closing: closing, holding: holding)) { _ in }
    }

    private func remember(_ holder: Holder, as login: String) {
        self.holders.withLock { holders in
            if holders.count >= Self.holdersMax { holders.removeAll() }
            holders[login] = holder
        }
    }

    private func hold(_ result: Result<Holding, Denial>) -> Result<Grant, Denial> {
        if case .success(let holding) = result {
            self.held.withLock { $0[holding.grant.connection] = holding }
        }
        return result.map(\.grant)
    }

    private static func flatten<Value>(_ result: Result<Result<Value, Denial>, any Error>) -> Result<Value, Denial> {
        switch result {
        case .success(let answer): answer
        case .failure: .failure(.unavailable)
        }
    }
}
