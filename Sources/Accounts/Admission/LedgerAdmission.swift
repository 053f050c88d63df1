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

    package init(ledger: Ledger, vault: Vault) {
        self.ledger = ledger
        self.vault = vault
    }

    package func open(_ request: OpenRequest, reply: @escaping @Sendable (Result<Grant, Denial>) -> Void) {
        self.ledger.perform(OpenConnection(request: request, vault: self.vault)) { reply(self.hold(Self.flatten($0))) }
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
