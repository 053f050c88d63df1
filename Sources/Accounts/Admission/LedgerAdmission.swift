package import Ledger
import Events
package import Model
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

    /// Starts that wait for a slot.
    private let room: WaitingRoom

    private let passwords: Passwords
    /// What time it is for who has an end; the ledger's clock when there is none.
    private let time: (@Sendable () -> WallTime)?

    /// Takes the time that starts wait for a slot from `timer`.
    package init(
        ledger: Ledger,
        vault: Vault,
        passwords: Passwords? = nil,
        timer: WaitTimer = .system,
        time: (@Sendable () -> WallTime)? = nil
    ) {
        self.ledger = ledger
        self.vault = vault
        self.passwords = passwords ?? Passwords(ledger: ledger, vault: vault)
        self.time = time
        let room = WaitingRoom(timer: timer)
        self.room = room
        // As long as the ledger lives, which is as long as this does.
        _ = ledger.observe { room.committed($0) }
    }

    package func open(_ request: OpenRequest, reply: @escaping @Sendable (Result<Grant, Denial>) -> Void) {
        let command = OpenConnection(request: request, passwords: self.passwords, at: self.time?()) { login in
            self.holders.withLock { $0[login] }
        }
        self.ask(command, waiter: nil) { result in
            if case .success(let holding) = result, holding.holder != command.lastHolder {
                self.remember(holding.holder, as: command.login)
            }
            reply(self.hold(result))
        }
    }

    package func reopen(_ request: ReopenRequest, reply: @escaping @Sendable (Result<Grant, Denial>) -> Void) {
        let command = ReopenConnection(request: request, vault: self.vault, at: self.time?())
        self.ask(command, waiter: nil) { reply(self.hold($0)) }
    }

    /// Has a start decided, as often as it takes; what was proven and is not right any more was changed meanwhile.
    private func ask(
        _ command: some SlotCommand,
        waiter: UInt64?,
        mayProve: Bool = true,
        answer: @escaping @Sendable (Result<Holding, Denial>) -> Void
    ) {
        self.ledger.perform(command) { result in
            if case .success(.wait(let credential)) = result {
                return self.room.wait(waiter, for: credential) { wait, waiter in
                    var command = command
                    command.waited = wait
                    self.ask(command, waiter: waiter, mayProve: mayProve, answer: answer)
                }
            }
            if let waiter { self.room.left(waiter) }
            switch result {
            case .success(.admitted(let holding)): answer(.success(holding))
            case .success(.denied(let denial)): answer(.failure(denial))
            case .success(.unproven(let trial)):
                guard mayProve, let proof = command.proof else { return answer(.failure(.unknownCredential)) }
                self.prove(proof, trial) { denial in
                    if let denial { return answer(.failure(denial)) }
                    self.ask(command, waiter: nil, mayProve: false, answer: answer)
                }
            case .success(.wait), .failure: answer(.failure(.unavailable))
            }
        }
    }

    /// Has a slow hash tried, or paid for; answers why the login is refused, `nil` when the password is right.
    private func prove(
        _ proof: LoginProof,
        _ trial: PasswordTrial?,
        answer: @escaping @Sendable (Denial?) -> Void
    ) {
        self.passwords.settle(trial, proof.password, login: proof.login, from: proof.network) { outcome in
            switch outcome {
            case .right: answer(nil)
            case .wrong: answer(.unknownCredential)
            case .busy: answer(.unavailable)
            }
        }
    }

    package func check(_ request: OpenRequest, reply: @escaping @Sendable (Result<Void, Denial>) -> Void) {
        let command = CheckCredential(request: request, passwords: self.passwords, at: self.time?())
        self.check(command, mayProve: true, reply: reply)
    }

    private func check(
        _ command: CheckCredential,
        mayProve: Bool,
        reply: @escaping @Sendable (Result<Void, Denial>) -> Void
    ) {
        self.ledger.perform(command) { result in
            switch result {
            case .success(.right): reply(.success(()))
            case .success(.denied(let denial)): reply(.failure(denial))
            case .success(.unproven(let trial)):
                guard mayProve else { return reply(.failure(.unknownCredential)) }
                self.prove(command.proof, trial) { denial in
                    if let denial { return reply(.failure(denial)) }
                    self.check(command, mayProve: false, reply: reply)
                }
            case .failure: reply(.failure(.unavailable))
            }
        }
    }

    package func language(of request: OpenRequest, reply: @escaping @Sendable (String?) -> Void) {
        self.ledger.perform(CustomerLanguage(request, vault: self.vault)) { reply((try? $0.get()) ?? nil) }
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
}
