import Accounts
import Events
import Ledger
import Model
import Projections
import Synchronization
import Testing

/// The slot rule as viewers meet it: through the real commands, on a real ledger, by a clock of the test's own.
struct SlotAdmissionTests {
    static let elsewhere = NetworkAddress(v4: (192, 0, 2, 7))

    /// Waits until so many answers are there.
    private final class Answers: Sendable {
        private let found = Mutex<[Result<Grant, Denial>]>([])
        private let changes: AsyncStream<Void>
        private let changed: AsyncStream<Void>.Continuation

        init() {
            (self.changes, self.changed) = AsyncStream.makeStream()
        }

        func add(_ answer: Result<Grant, Denial>) {
            self.found.withLock { $0.append(answer) }
            self.changed.yield()
        }

        var now: [Result<Grant, Denial>] { self.found.withLock { $0 } }

        func first(_ count: Int) async -> [Result<Grant, Denial>] {
            if self.now.count >= count { return self.now }
            for await _ in self.changes where self.now.count >= count { break }
            return self.now
        }
    }

    private func begin(_ office: Office, agent: String, _ answers: Answers) async throws {
        let request = OpenRequest(
            username: Redacted("ada"),
            password: Redacted("secret"),
            channel: ChannelID(101),
            output: .ts,
            device: Device(address: .loopback, userAgent: agent),
            token: .random()
        )
        office.admission.open(request) { answers.add($0) }
        try await office.settle()
    }

    @Test func `a start waits for a slot that is just being freed`() async throws {
        let office = try Office(isPatient: true)
        try await office.apply(catalogue())
        let first = try await office.open(agent: "a").get()
        let answers = Answers()
        try await self.begin(office, agent: "b", answers)
        office.clock.advance(seconds: 1.9)
        #expect(answers.now.isEmpty)
        try await office.close(first)
        let second = try #require(await answers.first(1).first).get()
        #expect(try office.live().map(\.connection) == [second.connection])
        #expect(office.rejections.isEmpty)
        // Its time would have been over now.
        office.clock.advance(seconds: 1)
        try await office.settle()
        #expect(answers.now.count == 1)
    }

    @Test func `a start that waited in vain is refused after two seconds, and the event says so`() async throws {
        let office = try Office(isPatient: true)
        try await office.apply(catalogue())
        let first = try await office.open(agent: "a").get()
        let answers = Answers()
        try await self.begin(office, agent: "b", answers)
        #expect(office.rejections.isEmpty)
        office.clock.advance(seconds: 2)
        #expect(await answers.first(1) == [.failure(.limitReached(limit: 1))])
        let rejected = try #require(office.rejections.first)
        #expect(rejected.waited == Milliseconds(2_000))
        #expect(rejected.holders == [first.connection])
        #expect(rejected.winner == first.connection)
        #expect(rejected.policy == "reject-newest")
    }

    @Test func `of those that wait the first gets the slot, and too many don't wait at all`() async throws {
        let office = try Office(isPatient: true)
        try await office.apply(catalogue())
        let first = try await office.open(agent: "a").get()
        let (early, late) = (Answers(), Answers())
        for number in 1...8 { try await self.begin(office, agent: "b\(number)", early) }
        try await self.begin(office, agent: "c", late)
        #expect(await late.first(1) == [.failure(.limitReached(limit: 1))])
        try await office.close(first)
        let admitted = try #require(await early.first(1).first).get()
        try await office.settle()
        #expect(early.now.count == 1)
        #expect(try office.live().map(\.connection) == [admitted.connection])
        office.clock.advance(seconds: 2)
        #expect(await early.first(8).count == 8)
        #expect(office.rejections.count == 8)
    }

    @Test func `two devices that fight come to rest, and that survives a rebuild`() async throws {
        let office = try Office()
        try await office.apply(catalogue(onLimit: .supersede))
        for _ in 1...2 {
            for agent in ["a", "b"] { _ = try await office.open(agent: agent, address: Self.elsewhere).get() }
        }
        // The fifth start is the first device's: it had the slot first and keeps it now.
        let keeper = try await office.open(agent: "a", address: Self.elsewhere).get()
        #expect(await office.open(agent: "b", address: Self.elsewhere) == .failure(.limitReached(limit: 1)))
        #expect(office.evictions.map(\.why) == ["same-network", "same-network", "same-network", "same-network"])
        let blocked = try #require(office.evictions.last?.blockedUntil)
        #expect(blocked == TestClock.start.advanced(milliseconds: 300_000))
        let rejected = try #require(office.rejections.last)
        #expect(rejected.rule == "anti-fight")
        #expect(rejected.winner == keeper.connection)
        // A third device is none of theirs.
        office.clock.advance(seconds: 61)
        let third = try await office.open(agent: "c").get()
        try await office.close(third)
        // What is free the blocked device may have, and nothing else for five minutes.
        _ = try await office.open(agent: "b", address: Self.elsewhere).get()
        #expect(await office.open(agent: "a", address: Self.elsewhere).isSuccess)
        #expect(await office.open(agent: "b", address: Self.elsewhere) == .failure(.limitReached(limit: 1)))
        office.clock.advance(seconds: 240)
        #expect(await office.open(agent: "b", address: Self.elsewhere).isSuccess)
    }

    @Test func `a kick ends what a device plays and keeps it out for ninety seconds`() async throws {
        let office = try Office(isPatient: true)
        try await office.apply(catalogue())
        let first = try await office.open(agent: "a").get()
        let reply = try await office.ledger.perform(
            KickConnections(.connection("\(first.connection)"), vault: office.vault)
        )
        #expect(reply == "ended connection 1; its device is kept out for 90 s")
        #expect(try office.live().isEmpty)
        #expect(await office.open(agent: "a") == .failure(.forbidden(.kicked)))
        #expect(await office.reopen(first.token, agent: "a") == .failure(.unknownToken))
        #expect(office.rejections.last?.rule == "kicked")
        let other = try await office.open(agent: "b").get()
        try await office.close(other)
        office.clock.advance(seconds: 89)
        #expect(await office.open(agent: "a") == .failure(.forbidden(.kicked)))
        office.clock.advance(seconds: 1)
        #expect(await office.open(agent: "a").isSuccess)
        await #expect(throws: ConnectionError.unknown("4711")) {
            try await office.ledger.perform(KickConnections(.connection("4711"), vault: office.vault))
        }
        let all = try await office.ledger.perform(KickConnections(.credential("ada"), vault: office.vault))
        #expect(all.hasPrefix("ended connection "))
        let none = try await office.ledger.perform(KickConnections(.credential("ada"), vault: office.vault))
        #expect(none == "credential ada plays nothing")
    }

    @Test func `an id tells boxes of one kind apart, and one device on two networks is two`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        _ = try await office.open(deviceID: "00:1a:79:00:00:01").get()
        #expect(await office.open(deviceID: "00:1a:79:00:00:02") == .failure(.limitReached(limit: 1)))
        #expect(await office.open(agent: "new version", deviceID: "00:1a:79:00:00:01").isSuccess)
        let moved = await office.open(address: Self.elsewhere, deviceID: "00:1a:79:00:00:01")
        #expect(moved == .failure(.limitReached(limit: 1)))
    }

    @Test func `a device that plays over midnight on Sunday is still the same one`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        // From Monday 07:00 to the next Monday, 00:00:01.
        office.clock.advance(seconds: Double(6 * 86_400 + 17 * 3_600 - 5))
        let before = try await office.open().get()
        office.clock.advance(seconds: 6)
        let after = try await office.open(channel: 102).get()
        #expect(try office.live().map(\.connection) == [after.connection])
        #expect(office.evictions.last?.connection == before.connection)
        #expect(office.evictions.last?.why == "same-device")
        #expect(office.kinds.count { $0 == "client.seen" } == 2)
    }

    @Test(arguments: [(OnLimit.rejectNewest, [1]), (.evictOldest, [3]), (.supersede, [3])])
    func `what plays beyond a lowered limit ends by the policy`(_ policy: OnLimit, _ kept: [Int64]) async throws {
        let office = try Office()
        try await office.apply(catalogue(limit: 3, onLimit: policy))
        for agent in ["a", "b", "c"] { _ = try await office.open(agent: agent).get() }
        try await office.apply(catalogue(limit: 1, onLimit: policy))
        let due = try office.ledger.read { try EnforceLimits.due($0, vault: office.vault) }
        #expect(due == [CredentialID(1)])
        #expect(try await office.ledger.perform(EnforceLimits(of: due, vault: office.vault)) == 2)
        #expect(try office.live().map(\.connection.rawValue) == kept)
        #expect(office.evictions.map(\.why) == ["limit-lowered", "limit-lowered"])
        #expect(try office.ledger.read { try EnforceLimits.due($0, vault: office.vault) }.isEmpty)
    }
}

extension Result {
    var isSuccess: Bool { if case .success = self { true } else { false } }
}
