import Accounts
import Events
import Ledger
import Model
import Projections
import Testing

/// What is hashed under one week's key is still known in the next, as long as it plays.
struct WeekBoundaryTests {
    /// From the clock's start, a Monday at 7:00, to an hour before the week's end, and over it.
    private static let toSunday: Double = 6 * 86_400 + 16 * 3_600
    private static let over: Double = 2 * 3_600

    private static let home = NetworkAddress("203.0.113.7") ?? .loopback
    private static let neighbour = NetworkAddress("203.0.113.8") ?? .loopback
    private static let elsewhere = NetworkAddress("198.51.100.7") ?? .loopback

    @Test func `a device takes its own slot over in the next week`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        office.clock.advance(seconds: Self.toSunday)
        _ = try await office.open(address: Self.home).get()
        office.clock.advance(seconds: Self.over)
        let second = try await office.open(address: Self.home).get()
        #expect(try office.live().map(\.connection) == [second.connection])
        #expect(office.evictions.map(\.why) == ["same-channel"] || office.evictions.map(\.why) == ["same-device"])
        let seen = office.events.compactMap { if case .clientSeen(let it) = $0 { it } else { nil } }
        #expect(seen.map(\.week) == ["2026-W48", "2026-W49"])
        // Nothing in the log tells that they are the same, without the weeks' keys.
        #expect(Set(seen.map(\.device)).count == 2 && Set(seen.map(\.network)).count == 2)
        #expect(Set(seen.map(\.address)).count == 2 && Set(seen.map(\.agent)).count == 2)
        let opened = office.events.compactMap { if case .connectionOpened(let it) = $0 { it } else { nil } }
        #expect(zip(opened, seen).allSatisfy { $0.network == $1.network })
    }

    @Test func `who shares the network goes first, also when the week has turned`() async throws {
        let office = try Office()
        try await office.apply(catalogue(limit: 2, onLimit: .supersede))
        office.clock.advance(seconds: Self.toSunday)
        let far = try await office.open(agent: "a", address: Self.elsewhere).get()
        office.clock.advance(seconds: 60)
        let near = try await office.open(agent: "b", address: Self.home).get()
        office.clock.advance(seconds: Self.over)
        _ = try await office.open(agent: "c", address: Self.neighbour).get()
        #expect(office.evictions.map(\.connection) == [near.connection])
        #expect(try office.live().contains { $0.connection == far.connection })
    }

    @Test func `a token goes on in the next week, on its own network`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        office.clock.advance(seconds: Self.toSunday)
        let token = SessionToken.random()
        let first = try await office.open(address: Self.home, token: token).get()
        try await office.close(first, .shutdown)
        office.clock.advance(seconds: Self.over)
        #expect(await office.reopen(token, address: Self.elsewhere) == .failure(.unknownToken))
        let again = try await office.reopen(token, address: Self.neighbour).get()
        #expect(again.connection != first.connection)
    }
}
