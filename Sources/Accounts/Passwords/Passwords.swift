package import Ledger
import Model
import Projections
import Synchronization
package import Vault

/// Compares and makes the hashes of credentials' passwords.
///
/// Passwords that Baton made up are random, so their keyed hash is compared on the ledger's thread. Chosen ones are hashed
/// slowly, once in the life of the process and not on the ledger's thread; what was right is remembered as a keyed hash,
/// in memory only, and is as quick from then on.
///
/// Wherever chosen passwords are in use, every failed login costs one keyed and one slow hash, whether the name is unknown,
/// the password wrong, or of which kind it is; where none are, one keyed hash.
package final class Passwords: Sendable {
    /// What is known of a password when it is compared on the ledger's thread.
    enum Verdict: Hashable, Sendable {
        case right
        /// Not right so far: the stored hash to be tried, if it is a slow one.
        case open(PasswordTrial?)
    }

    /// What came of a slow comparison.
    enum Outcome: Hashable, Sendable {
        case right, wrong
        /// Too many wait, or there is no memory.
        case busy
    }

    /// A password that was right.
    private struct Verified {
        /// The slow hash that it was compared with.
        var stored: String
        /// Its keyed hash.
        var keyed: String
    }

    /// Credentials whose passwords are remembered, some 250 bytes each; beyond it they are hashed again.
    static let verifiedMax = 65_536

    package let vault: Vault
    private let verified = Mutex<[CredentialID: Verified]>([:])
    /// Who waits for the same name and password: one hash answers them all.
    private let waiting = Mutex<[Question: [@Sendable (Outcome) -> Void]]>([:])
    private let threads = PasswordThreads()
    private let hasChosen: Atomic<Bool>
    /// A slow hash of nobody's password.
    private let decoy: String
    private let keyedCounter = Atomic<Int>(0)
    private let slowCounter = Atomic<Int>(0)

    package init(ledger: Ledger, vault: Vault) {
        self.vault = vault
        self.decoy = ChosenPassword.decoy(with: vault.installation)
        // What can't be read is taken for the costlier case.
        self.hasChosen = Atomic((try? ledger.read { try $0.hasSlowPasswords() }) ?? true)
    }

    /// Hashes made since the start: what a login costs is counted, not timed.
    package var hashCounts: (keyed: Int, slow: Int) {
        (self.keyedCounter.load(ordering: .relaxed), self.slowCounter.load(ordering: .relaxed))
    }

    /// The keyed hash of a credential's number and a password.
    func keyed(_ password: Redacted<String>, of credential: CredentialID) -> String {
        self.keyedCounter.add(1, ordering: .relaxed)
        return LinePassword.hash(password, of: credential, with: self.vault)
    }
}

/// A stored slow hash of a credential.
struct PasswordTrial: Hashable, Sendable {
    var credential: CredentialID
    var stored: String
}

/// A name, by its keyed hash, and a password, by its own.
private struct Question: Hashable {
    var login: String
    var keyed: String
}

/// Viewers' passwords.
extension Passwords {
    /// Compares without a slow hash: one keyed hash, whatever the row is and whether there is one.
    ///
    /// `keyed` is what was made for the row's credential before, if it was.
    func verdict(_ password: Redacted<String>, of row: CredentialRow?, keyed: String?) -> Verdict {
        let keyed = keyed ?? self.keyed(password, of: row?.credential ?? CredentialRow.empty.credential)
        guard let row else { return .open(nil) }
        guard ChosenPassword.isOne(row.password) else {
            if self.vault.installation.isNewest(row.password) {
                return ConstantTime.equal(keyed, row.password) ? .right : .open(nil)
            }
            return LinePassword.matches(row, password, with: self.vault) ? .right : .open(nil)
        }
        self.hasChosen.store(true, ordering: .relaxed)
        let known = self.verified.withLock { $0[row.credential] }
        if let known, known.stored == row.password, ConstantTime.equal(known.keyed, keyed) { return .right }
        return .open(PasswordTrial(credential: row.credential, stored: row.password))
    }

    /// Tries a slow hash, or as much work for nothing; `reply` runs here or on another thread, once.
    func settle(
        _ trial: PasswordTrial?,
        _ password: Redacted<String>,
        login: String,
        from network: NetworkAddress,
        reply: @escaping @Sendable (Outcome) -> Void
    ) {
        guard trial != nil || self.hasChosen.load(ordering: .relaxed) else { return reply(.wrong) }
        let keyed = self.keyed(password, of: trial?.credential ?? CredentialRow.empty.credential)
        let question = Question(login: login, keyed: keyed)
        let isFirst = self.waiting.withLock { waiting -> Bool in
            waiting[question, default: []].append(reply)
            return waiting[question]?.count == 1
        }
        guard isFirst else { return }
        let isTaken = self.threads.ask(from: network) {
            let outcome = self.compare(trial?.stored ?? self.decoy, password)
            if outcome == .right, let trial { self.remember(trial, keyed: keyed) }
            self.answer(question, outcome)
        }
        if !isTaken { self.answer(question, .busy) }
    }

    private func answer(_ question: Question, _ outcome: Outcome) {
        for reply in self.waiting.withLock({ $0.removeValue(forKey: question) }) ?? [] { reply(outcome) }
    }

    private func compare(_ stored: String, _ password: Redacted<String>) -> Outcome {
        self.slowCounter.add(1, ordering: .relaxed)
        do throws(ChosenPasswordError) {
            return try ChosenPassword.matches(stored, password, with: self.vault.installation) ? .right : .wrong
        } catch {
            return .busy
        }
    }

    private func remember(_ trial: PasswordTrial, keyed: String) {
        self.verified.withLock { verified in
            if verified.count >= Self.verifiedMax { verified.removeAll() }
            verified[trial.credential] = Verified(stored: trial.stored, keyed: keyed)
        }
    }
}

/// Operators' passwords.
extension Passwords {
    /// Whether a stored slow hash is of `password`; of what was right before it is known at once.
    func matches(_ trial: PasswordTrial, _ password: Redacted<String>) async throws(PasswordError) -> Bool {
        let keyed = self.keyed(password, of: trial.credential)
        let known = self.verified.withLock { $0[trial.credential] }
        if let known, known.stored == trial.stored { return ConstantTime.equal(known.keyed, keyed) }
        let outcome = await self.ordered { self.compare(trial.stored, password) }
        switch outcome {
        case .right:
            self.remember(trial, keyed: keyed)
            return true
        case .wrong: return false
        case .busy, nil: throw .noMemory
        }
    }

    /// The slow hash of a password that somebody chose.
    func store(_ password: Redacted<String>) async throws(PasswordError) -> String {
        self.hasChosen.store(true, ordering: .relaxed)
        let stored = await self.ordered { () -> String? in
            self.slowCounter.add(1, ordering: .relaxed)
            return try? ChosenPassword.make(password, with: self.vault.installation)
        }
        guard case let stored?? = stored else { throw .noMemory }
        return stored
    }

    /// What `body` makes of its turn; `nil` when the system gives no thread.
    private func ordered<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) async -> Answer? {
        await withCheckedContinuation { continuation in
            let isTaken = self.threads.order { continuation.resume(returning: body()) }
            if !isTaken { continuation.resume(returning: nil) }
        }
    }
}

/// Why a password could not be hashed.
package enum PasswordError: Error, Hashable, Sendable, CustomStringConvertible {
    case noMemory

    package var description: String {
        "a chosen password can't be hashed: the system gives neither a thread nor 19 MiB for it; try again"
    }
}
