import Accounts
import Events
import Ledger
import Model
import Projections
import Testing

/// What becomes of a credential from its issue to its end.
struct LifeTests {
    private static func row(_ office: Office, _ id: String) throws -> CredentialRow {
        try office.ledger.read { try CatalogueLookup(state: $0, vault: office.vault).credential(id) }
    }

    private static func status(_ office: Office, _ id: String) throws -> Entitlement.Status {
        try office.ledger.read { state in
            let lookup = CatalogueLookup(state: state, vault: office.vault)
            return try lookup.entitlement(lookup.credential(id)).status(at: TestClock.start)
        }
    }

    /// The password that was told once.
    private static func password(_ messages: [String]) -> String {
        let words = messages.flatMap { $0.split(separator: " ") }
        return words.firstIndex(of: "password").map { String(words[$0 + 1]) } ?? ""
    }

    @Test func `a trial is issued, ends, is told why, is extended and converted`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        let now = TestClock.start
        let order = IssueCredential.Order(username: "eve", plan: "basic", trial: "24h")
        let messages = try await office.ledger.issue(order, at: now, passwords: office.passwords)
        let password = Self.password(messages)
        #expect(office.kinds.suffix(2) == ["customer.added", "credential.issued"])
        let issued = try Self.row(office, "eve")
        #expect(issued.trial)
        #expect(issued.expires == now.advanced(milliseconds: 86_400_000))
        #expect(try Self.status(office, "eve") == .trial)
        _ = try await office.open("eve", password).get()

        // A second before the end nobody is ended, at the end it is.
        let ids = [issued.credential]
        let early = now.advanced(milliseconds: 86_399_000)
        #expect(try await office.ledger.perform(ExpireCredentials(ids, at: early, vault: office.vault)) == 0)
        let end = now.advanced(milliseconds: 86_400_000)
        #expect(try await office.ledger.perform(ExpireCredentials(ids, at: end, vault: office.vault)) == 1)
        #expect(
            office.events.contains(
                .credentialExpired(CredentialExpired(credential: issued.credential, due: end, trial: true))
            )
        )
        let evicted = office.events.compactMap { if case .connectionEvicted(let it) = $0 { it.why } else { nil } }
        #expect(evicted == ["trial-ended"])
        #expect(await office.open("eve", password) == .failure(.forbidden(.trialEnded)))
        #expect(await office.open("eve", "wrong") == .failure(.unknownCredential))

        let later = end.advanced(milliseconds: 3_600_000)
        let hour = try #require(Period("1h"))
        _ = try await office.ledger.perform(
            ExtendCredential("eve", to: .after(hour), at: later, vault: office.vault)
        )
        // What had ended is counted from now, not from its end.
        #expect(try Self.row(office, "eve").expires == later.advanced(milliseconds: 3_600_000))
        #expect(try Self.row(office, "eve").state == .active)
        _ = try await office.open("eve", password).get()

        let month = try #require(Period("30d"))
        _ = try await office.ledger.perform(
            ConvertCredential("eve", to: .after(month), at: later, vault: office.vault)
        )
        #expect(try !Self.row(office, "eve").trial)
        #expect(try Self.status(office, "eve") == .active)
        // Who played goes on.
        #expect(try office.live().count == 1)
        let paid = try Self.row(office, "eve")
        #expect(paid.expires == later.advanced(milliseconds: 30 * 86_400_000))
        _ = try await office.ledger.perform(
            ExtendCredential("eve", to: .after(month), at: later, vault: office.vault)
        )
        #expect(try Self.row(office, "eve").expires == paid.expires?.advanced(milliseconds: 30 * 86_400_000))
    }

    @Test func `what ended while nothing ran says when it was to end`() async throws {
        let office = try Office()
        var lines = catalogue()
        lines.customers[0].credentials[0].expires = "2026-01-01T12:00:00Z"
        try await office.apply(lines)
        #expect(await office.open() == .failure(.forbidden(.expired)))
        #expect(try await office.ledger.perform(ExpireCredentials(vault: office.vault)) == 1)
        let due = WallTime("2026-01-01T12:00:00Z")
        let expired = office.events.compactMap { if case .credentialExpired(let it) = $0 { it } else { nil } }
        #expect(expired == [CredentialExpired(credential: CredentialID(1), due: due, trial: false)])
        #expect(try await office.ledger.perform(ExpireCredentials(vault: office.vault)) == 0)
    }

    @Test func `a suspended customer stops all its lines, and resuming leaves those that were suspended themselves`()
        async throws
    {
        let office = try Office()
        var lines = catalogue(limit: 3)
        lines.customers[0].credentials.append(CredentialEntry(username: "ben", password: Redacted("secret")))
        try await office.apply(lines)
        _ = try await office.open("ada").get()
        _ = try await office.open("ben", channel: 102).get()
        _ = try await office.ledger.perform(SuspendCustomer("c1", why: "unpaid", vault: office.vault))
        #expect(office.kinds.suffix(3) == ["customer.suspended", "connection.evicted", "connection.evicted"])
        #expect(try office.live().isEmpty)
        #expect(await office.open("ada") == .failure(.forbidden(.suspended)))
        #expect(try Self.status(office, "ben") == .suspended)
        _ = try await office.ledger.perform(SuspendCredential("ben", why: "abuse", vault: office.vault))
        _ = try await office.ledger.perform(ResumeCustomer("c1", vault: office.vault))
        _ = try await office.open("ada").get()
        #expect(await office.open("ben") == .failure(.forbidden(.suspended)))
        #expect(
            try await office.ledger.perform(ResumeCustomer("c1", vault: office.vault)) == "customer c1 is not suspended"
        )
    }

    static let refusals: [(IssueCredential.Order, String)] = [
        (.init(username: "x", trial: "soon"), "trial is `soon`, allowed: a length such as"),
        (.init(username: "x", trial: "1h", length: "1mo"), "one end only: trial is given too"),
        (.init(username: "x", settings: ["expires": "2030-01-01"], length: "1mo"), "one end only: for is given too"),
        (.init(username: "x", settings: ["customer": "nobody"]), "there is no customer nobody"),
        (.init(username: "x", settings: ["customer": "c1"], plan: "basic"), "customer c1 exists already"),
        (.init(username: "ada", settings: ["customer": "c1"]), "credential ada exists already"),
        (.init(username: "x", plan: "gold"), "there is no plan gold"),
    ]

    @Test(arguments: refusals.indices)
    func `an order that can't be carried out makes nothing`(_ index: Int) async throws {
        let (order, complaint) = Self.refusals[index]
        let office = try Office()
        try await office.apply(catalogue())
        let count = office.events.count
        let error = await #expect(throws: AccountsError.self) {
            try await office.ledger.issue(order, passwords: office.passwords)
        }
        #expect(error.map { "\($0)".contains(complaint) } == true, "\(error.map { "\($0)" } ?? "")")
        #expect(office.events.count == count)
    }

    @Test func `what never ends can't be extended, and what is paid for can't be converted`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        await #expect(throws: AccountsError.endless("ada")) {
            try await office.ledger.perform(ExtendCredential("ada", to: .never, vault: office.vault))
        }
        #expect(
            try await office.ledger.perform(ConvertCredential("ada", to: .never, vault: office.vault))
                == "credential ada is no trial"
        )
    }
}
