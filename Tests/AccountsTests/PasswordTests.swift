import Accounts
import Events
import Ledger
import Model
import Projections
import Testing
import Vault

@testable import Accounts

struct PasswordTests {
    /// What a login costs in hashes, and what it is told.
    private struct Cost: Equatable {
        var keyed: Int
        var slow: Int
        var denial: Denial?
    }

    private func cost(_ office: Office, _ username: String, _ password: String) async -> Cost {
        let before = office.passwords.hashCounts
        let result = await office.open(username, password)
        let after = office.passwords.hashCounts
        let denial: Denial? = if case .failure(let denial) = result { denial } else { nil }
        return Cost(keyed: after.keyed - before.keyed, slow: after.slow - before.slow, denial: denial)
    }

    /// `ada` chose her password; that of `ben` was made up, `cyd` chose hers and her time is over.
    private func office() async throws -> Office {
        let office = try Office()
        var lines = catalogue(limit: 100)
        lines.customers[0].credentials[0].terms = TermsEntry()
        var ben = CredentialEntry(username: "ben", password: Redacted("abcdefghjkmnpqrstuvwxyz2"))
        ben.isPasswordRandom = true
        let cyd = CredentialEntry(username: "cyd", password: Redacted("gone"), expires: "2020-01-01")
        lines.customers[0].credentials += [ben, cyd]
        try await office.apply(lines)
        return office
    }

    @Test func `unknown names, wrong passwords and ended lines are told and cost the same`() async throws {
        let office = try await self.office()
        let failure = await self.cost(office, "nobody", "secret")
        #expect(failure.denial == .unknownCredential)
        #expect(failure.slow == 1)
        for (username, password) in [
            ("ada", "wrong"), ("ben", "wrong"), ("cyd", "wrong"), ("nobody", "secret"), ("", "x"),
        ] {
            #expect(await self.cost(office, username, password) == failure, "\(username)")
        }
        // Also for names that were let in before, whose digests are made ahead.
        #expect(await self.cost(office, "ada", "secret").denial == nil)
        #expect(await self.cost(office, "ben", "abcdefghjkmnpqrstuvwxyz2").denial == nil)
        for username in ["ada", "ben", "cyd", "nobody"] {
            #expect(await self.cost(office, username, "wrong") == failure, "\(username)")
        }
    }

    @Test func `a chosen password is hashed slowly once, and quickly from then on`() async throws {
        let office = try await self.office()
        #expect(await self.cost(office, "ada", "secret").slow == 1)
        #expect(await self.cost(office, "ada", "secret") == Cost(keyed: 1, slow: 0, denial: nil))
        #expect(await self.cost(office, "cyd", "gone").denial == .forbidden(.expired))
        #expect(await self.cost(office, "cyd", "gone") == Cost(keyed: 1, slow: 0, denial: .forbidden(.expired)))
        #expect(await self.cost(office, "ben", "abcdefghjkmnpqrstuvwxyz2") == Cost(keyed: 1, slow: 0, denial: nil))
    }

    @Test func `where nobody chose a password none is hashed slowly`() async throws {
        let office = try Office()
        var lines = catalogue(limit: 100)
        lines.customers[0].credentials[0].isPasswordRandom = true
        try await office.apply(lines)
        let failure = Cost(keyed: 1, slow: 0, denial: .unknownCredential)
        #expect(await self.cost(office, "nobody", "secret") == failure)
        #expect(await self.cost(office, "ada", "wrong") == failure)
        #expect(await self.cost(office, "ada", "secret") == Cost(keyed: 1, slow: 0, denial: nil))
        #expect(await self.cost(office, "ada", "wrong") == failure)
    }

    @Test func `many who come at once with the same name and password are answered by one hash`() async throws {
        let office = try await self.office()
        let before = office.passwords.hashCounts.slow
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask { (try? await office.open("ada", "secret", agent: "box \(number)").get()) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 40)
        // One that asks when the first hash is done is answered by what is remembered.
        #expect(office.passwords.hashCounts.slow - before <= 2)
    }

    @Test func `what is stored of a chosen password is slow, and another process knows it too`() async throws {
        let office = try await self.office()
        let stored = office.events.compactMap { event -> String? in
            if case .credentialIssued(let it) = event { it.password } else { nil }
        }
        #expect(stored.map { ChosenPassword.isOne($0) } == [true, false, true])
        let later = Passwords(ledger: office.ledger, vault: office.vault)
        let admission = LedgerAdmission(ledger: office.ledger, vault: office.vault, passwords: later)
        let request = OpenRequest(
            username: Redacted("nobody"),
            password: Redacted("x"),
            channel: ChannelID(101),
            output: .ts,
            device: Device(address: .loopback, userAgent: "x"),
            token: .random()
        )
        let result = await withCheckedContinuation { continuation in
            admission.open(request) { continuation.resume(returning: $0) }
        }
        #expect(result == .failure(.unknownCredential))
        #expect(later.hashCounts.slow == 1)
    }

    @Test func `a new chosen password ends the old one, and the same again changes nothing`() async throws {
        let office = try await self.office()
        _ = try await office.open("ada", "secret").get()
        try await office.edit(.change, .credential, "ada", ["password": "better"])
        #expect(office.kinds.suffix(2) == ["credential.rotated", "connection.evicted"])
        #expect(await office.open("ada", "secret") == .failure(.unknownCredential))
        _ = try await office.open("ada", "better").get()
        let count = office.events.count
        #expect(try await office.edit(.change, .credential, "ada", ["password": "better"]) == ["nothing to change"])
        #expect(office.events.count == count)
        // A made up one takes its place.
        _ = try await office.ledger.perform(RotateCredential("ada", vault: office.vault))
        #expect(await office.open("ada", "better") == .failure(.unknownCredential))
    }
}

struct PasswordQueueTests {
    private let home = NetworkAddress(v4: (10, 0, 0, 0))
    private func network(_ number: Int) -> NetworkAddress { NetworkAddress(v4: (10, 0, UInt8(number), 0)) }

    @Test func `one network fills only its own places, and all fill the queue`() {
        var queue = PasswordQueue<Int>()
        let (places, room) = (PasswordQueue<Int>.networkMax, PasswordQueue<Int>.waitingMax)
        let own = (0...places).map { queue.asked($0, from: self.home) }
        #expect(own == Array(repeating: true, count: places) + [false])
        let others = (places...room).map { queue.asked($0, from: self.network(1 + $0 % 120)) }
        #expect(others == Array(repeating: true, count: room - places) + [false])
        // Operators wait for their own.
        queue.ordered(1_000)
        #expect(queue.count == room + 1)
    }

    @Test func `viewers are served in their order, and operators take turns with them`() {
        var queue = PasswordQueue<String>()
        let asked = ["a", "b", "c"].map { queue.asked($0, from: self.home) }
        #expect(asked == [true, true, true])
        for job in ["1", "2"] { queue.ordered(job) }
        let order = (0..<6).map { _ in queue.next() }
        #expect(order == ["1", "a", "2", "b", "c", nil])
    }

    @Test func `whoever fills the places of a network makes nobody else wait`() {
        var queue = PasswordQueue<String>()
        for guess in 0..<10 { _ = queue.asked("guess \(guess)", from: self.network(1)) }
        _ = queue.asked("viewer", from: self.home)
        let order = (0..<3).map { _ in queue.next() }
        #expect(order == ["guess 0", "viewer", "guess 1"])
        #expect((0..<9).map { _ in queue.next() }.last == .some(nil))
        #expect(queue.count == 0)
    }
}
