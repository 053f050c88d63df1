import Accounts
import Events
import Ledger
import Model
import Projections
import Testing

struct AdmissionTests {
    @Test func `a thousand starts at the same moment on a limit of one admit exactly one`() async throws {
        let office = try Office()
        try await office.apply(catalogue(limit: 1))
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<1_000 {
                group.addTask { (try? await office.open(agent: "device \(number)").get()) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 1)
        #expect(try office.live().count == 1)
        #expect(office.kinds.count { $0 == "connection.opened" } == 1)
        #expect(office.kinds.count { $0 == "limit.rejected" } == 999)
    }

    @Test func `a refusal names the connections that hold the slots`() async throws {
        let office = try Office()
        try await office.apply(catalogue(limit: 2))
        let first = try await office.open(agent: "a").get()
        let second = try await office.open(agent: "b").get()
        #expect(await office.open(agent: "c") == .failure(.limitReached(limit: 2)))
        guard case .limitRejected(let rejected) = office.events.last else {
            Issue.record("the last event is \(office.kinds.last ?? "none")")
            return
        }
        #expect(rejected.holders == [first.connection, second.connection])
        #expect(rejected.rule == "max-connections")
        #expect(rejected.limit == 2)
    }

    @Test func `a slot is free as soon as its connection has closed`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        let first = try await office.open(agent: "a").get()
        #expect(await office.open(agent: "b") == .failure(.limitReached(limit: 1)))
        try await office.close(first)
        #expect(try await office.open(agent: "b").get().connection != first.connection)
        let closed = office.events.compactMap { if case .connectionClosed(let it) = $0 { it } else { nil } }
        #expect(closed.map(\.watched.rawValue) == [5_000])
        #expect(closed.map(\.patched.rawValue) == [400])
        #expect(closed.map(\.slate?.rawValue) == [30])
        #expect(closed.map(\.stalls) == [2])
        #expect(closed.map(\.stalled?.rawValue) == [1_500])
    }

    @Test func `the same device asking for the same channel takes its own slot over`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        let first = try await office.open().get()
        let second = try await office.open().get()
        #expect(try office.live().map(\.connection) == [second.connection])
        let eviction = ConnectionEvicted(
            connection: first.connection,
            credential: first.credential,
            customer: CustomerID(rawValue: "c1"),
            why: "same-device",
            by: second.connection,
            client: ClientID(1),
            winner: ClientID(1),
            holders: [first.connection],
            limit: 1
        )
        #expect(office.events.contains(.connectionEvicted(eviction)))
        // The socket of the first is closed a moment later; its bytes are recorded and the second goes on.
        try await office.close(first, .superseded)
        #expect(try office.live().map(\.connection) == [second.connection])
    }

    @Test func `the same device may change channels when the limit is reached and another device may not`() async throws
    {
        let office = try Office()
        try await office.apply(catalogue())
        _ = try await office.open(channel: 101).get()
        let zapped = try await office.open(channel: 102).get()
        #expect(try office.live().map(\.connection) == [zapped.connection])
        let elsewhere = NetworkAddress(v4: (192, 0, 2, 7))
        #expect(await office.open(channel: 102, address: elsewhere) == .failure(.limitReached(limit: 1)))
    }

    @Test func `while there is room, two boxes of one kind in one house are two after two rounds`() async throws {
        let office = try Office()
        try await office.apply(catalogue(limit: 2))
        _ = try await office.open().get()
        let second = try await office.open().get()
        #expect(try office.live().map(\.connection) == [second.connection])
        // The first comes back by itself: twice the other makes room, then they are taken for what they are.
        let third = try await office.open().get()
        #expect(try office.live().map(\.connection) == [third.connection])
        let fourth = try await office.open().get()
        #expect(try office.live().map(\.connection) == [third.connection, fourth.connection])
        #expect(office.evictions.map(\.why) == ["same-channel", "same-channel"])
        // A fifth start takes the oldest over, since it can't be told from a box that lost its socket.
        let fifth = try await office.open().get()
        #expect(try office.live().map(\.connection) == [fourth.connection, fifth.connection])
    }

    @Test func `below the limit a device may watch two channels that it didn't open in one go`() async throws {
        let office = try Office()
        try await office.apply(catalogue(limit: 2))
        _ = try await office.open(channel: 101).get()
        let zapped = try await office.open(channel: 102).get()
        #expect(try office.live().map(\.connection) == [zapped.connection])
        office.clock.advance(seconds: 2)
        _ = try await office.open(channel: 101).get()
        #expect(try office.live().count == 2)
    }

    @Test func `an unknown name and a wrong password are told alike`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        #expect(await office.open("nobody", "secret") == .failure(.unknownCredential))
        #expect(await office.open("ada", "wrong") == .failure(.unknownCredential))
        #expect(await office.open("ada", "") == .failure(.unknownCredential))
    }

    @Test func `an unknown channel is refused after the password only`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        #expect(await office.open(channel: 999) == .failure(.unknownChannel))
        #expect(await office.open("ada", "wrong", channel: 999) == .failure(.unknownCredential))
    }

    @Test func `a suspended credential is refused and what it played is ended`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        let grant = try await office.open().get()
        _ = try await office.ledger.perform(SuspendCredential("ada", why: "unpaid", vault: office.vault))
        #expect(try office.live().isEmpty)
        #expect(office.kinds.suffix(2) == ["credential.suspended", "connection.evicted"])
        #expect(await office.open() == .failure(.forbidden(.suspended)))
        #expect(await office.reopen(grant.token) == .failure(.unknownToken))
        _ = try await office.ledger.perform(ResumeCredential("ada", vault: office.vault))
        #expect(try await office.open().get().credential == grant.credential)
    }

    @Test func `an expired credential is refused and what it played is ended`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        _ = try await office.open().get()
        try await office.edit(.change, .credential, "ada", ["expires": "2020-01-01"])
        #expect(await office.open() == .failure(.forbidden(.expired)))
        #expect(try await office.ledger.perform(ExpireCredentials(vault: office.vault)) == 1)
        #expect(try office.live().isEmpty)
        #expect(try await office.ledger.perform(ExpireCredentials(vault: office.vault)) == 0)
    }

    @Test func `a token is of no use on another network`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        let grant = try await office.open().get()
        #expect(try await office.reopen(grant.token).get() == grant)
        #expect(
            await office.reopen(grant.token, address: NetworkAddress(v4: (192, 0, 2, 7))) == .failure(.unknownToken)
        )
        #expect(await office.reopen(.random()) == .failure(.unknownToken))
    }

    @Test func `whatever an operator changes counts at the very next start`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        let first = try await office.open(agent: "a").get()
        #expect(await office.open(agent: "b") == .failure(.limitReached(limit: 1)))
        try await office.apply(catalogue(limit: 2))
        let second = try await office.open(agent: "b").get()
        try await office.edit(.change, .credential, "ada", ["max_connections": "1"])
        #expect(await office.open(agent: "c") == .failure(.limitReached(limit: 1)))
        for grant in [first, second] { try await office.close(grant) }
        _ = try await office.ledger.perform(RotateCredential("ada", vault: office.vault))
        #expect(await office.open(agent: "a") == .failure(.unknownCredential))
        var changed = catalogue()
        changed.channels.removeLast()
        changed.customers[0].credentials[0].password = Redacted("another")
        try await office.apply(changed, prune: true)
        #expect(await office.open("ada", "another", channel: 102) == .failure(.unknownChannel))
    }

    @Test func `a name that is given to somebody else is theirs`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        let first = try await office.open().get()
        try await office.close(first)
        try await office.edit(.remove, .customer, "c1")
        #expect(await office.open() == .failure(.unknownCredential))
        var other = catalogue()
        other.customers[0].id = "c2"
        try await office.apply(other)
        let second = try await office.open().get()
        #expect(second.credential != first.credential)
        let devices = office.events.compactMap { event -> CustomerID? in
            if case .clientSeen(let seen) = event { seen.customer } else { nil }
        }
        #expect(devices.map(\.rawValue) == ["c1", "c2"])
    }

    @Test func `a device is sealed once a week and numbered`() async throws {
        let office = try Office()
        try await office.apply(catalogue(limit: 3))
        _ = try await office.open(channel: 101, agent: "canary-agent").get()
        _ = try await office.open(channel: 102, agent: "canary-agent").get()
        #expect(office.kinds.count { $0 == "client.seen" } == 1)
    }
}
