import Accounts
import Delivery
import Events
import HTTP
import Model
import NIOCore
import Synchronization
import TestSupport
import Testing

struct GuessMachineTests {
    static func at(_ seconds: Double) -> NIODeadline {
        .uptimeNanoseconds(0) + .hours(1) + .nanoseconds(Int64(seconds * 1e9))
    }

    static func attempt(_ line: UInt64, _ guess: UInt64, _ last: UInt8) -> GuessMachine.Try {
        GuessMachine.Try(line: line, guess: guess, address: PeerAddress(bytes: [192, 0, 2, last]))
    }

    @Test func `ten different guesses from an address are its last`() {
        var machine = GuessMachine(GuessLimits())
        for number in 1...10 {
            let attempt = Self.attempt(UInt64(number), UInt64(number), 1)
            #expect(machine.tried(attempt, at: Self.at(0)) == .ask)
            #expect(machine.failed(attempt, at: Self.at(0)) == (number == 10 ? .ban : .none))
        }
        #expect(machine.tried(Self.attempt(99, 99, 1), at: Self.at(1)) == .refuse)
        #expect(machine.tried(Self.attempt(99, 99, 2), at: Self.at(1)) == .ask)
    }

    @Test func `a box with an old password makes one mistake, however often it tries`() {
        var machine = GuessMachine(GuessLimits())
        for second in 0..<300 {
            let attempt = Self.attempt(1, 1, 1)
            if machine.tried(attempt, at: Self.at(Double(second) * 2)) == .ask {
                #expect(machine.failed(attempt, at: Self.at(Double(second) * 2)) == .none)
            }
        }
        #expect(machine.tried(Self.attempt(2, 2, 1), at: Self.at(600)) == .ask)
    }

    @Test func `in any ten minutes no more guesses at a line are asked about than its limit`() {
        var machine = GuessMachine(GuessLimits())
        var asked: [Double] = []
        // A thousand addresses, ten guesses a second for an hour.
        for step in 0..<36_000 {
            let now = Double(step) / 10
            let address = PeerAddress(bytes: [10, 0, UInt8(step / 250 % 4), UInt8(step % 250)])
            let attempt = GuessMachine.Try(line: 1, guess: UInt64(step), address: address)
            guard machine.tried(attempt, at: Self.at(now)) == .ask else { continue }
            asked.append(now)
            _ = machine.failed(attempt, at: Self.at(now))
        }
        for (index, first) in asked.enumerated() {
            let inWindow = asked[index...].prefix { $0 - first < 600 }.count
            #expect(inWindow <= 20, "\(inWindow) from \(first) s on")
        }
        #expect(asked.count > 60)
    }

    @Test func `a line that is guessed at is open to who was let in by it, and to nobody else`() {
        var machine = GuessMachine(GuessLimits())
        let home = Self.attempt(1, 0, 9)
        #expect(machine.tried(home, at: Self.at(0)) == .ask)
        machine.succeeded(home, at: Self.at(0))
        for number in 0..<200 {
            let attempt = Self.attempt(1, UInt64(number + 1), UInt8(number))
            if attempt.address == home.address { continue }
            if machine.tried(attempt, at: Self.at(1)) == .ask { _ = machine.failed(attempt, at: Self.at(1)) }
        }
        #expect(machine.tried(Self.attempt(1, 999, 250), at: Self.at(2)) == .refuse)
        #expect(machine.tried(home, at: Self.at(2)) == .ask)
        #expect(machine.isFriend(home, at: Self.at(2)))
        #expect(!machine.isFriend(home, at: Self.at(25 * 3_600)))
    }

    @Test func `a friend behind a guesser's address is asked about, until it guesses itself`() {
        var machine = GuessMachine(GuessLimits())
        let viewer = Self.attempt(1, 0, 1)
        #expect(machine.tried(viewer, at: Self.at(0)) == .ask)
        machine.succeeded(viewer, at: Self.at(0))
        for number in 1...30 {
            let attempt = Self.attempt(UInt64(number + 100), UInt64(number), 1)
            if machine.tried(attempt, at: Self.at(1)) == .ask { _ = machine.failed(attempt, at: Self.at(1)) }
        }
        #expect(machine.tried(Self.attempt(7, 7, 1), at: Self.at(1)) == .refuse)
        for number in 1...GuessMachine.friendFailuresMax {
            let attempt = Self.attempt(1, UInt64(number + 1_000), 1)
            #expect(machine.tried(attempt, at: Self.at(2)) == .ask)
            _ = machine.failed(attempt, at: Self.at(2))
        }
        #expect(machine.tried(viewer, at: Self.at(3)) == .refuse)
    }

    @Test func `of a line that fails no more tries are under way than may still fail`() {
        var machine = GuessMachine(GuessLimits())
        let first = Self.attempt(1, 1, 1)
        #expect(machine.tried(first, at: Self.at(0)) == .ask)
        _ = machine.failed(first, at: Self.at(0))
        let tries = (2...40).map { Self.attempt(1, UInt64($0), UInt8($0)) }
        let asked = tries.filter { machine.tried($0, at: Self.at(0)) == .ask }
        #expect(asked.count == 9)
        for attempt in asked.dropFirst() { machine.undecided(attempt) }
        #expect(machine.tried(Self.attempt(1, 99, 99), at: Self.at(0)) == .ask)
    }

    @Test func `many starts of a line without failures are all asked about`() {
        var machine = GuessMachine(GuessLimits())
        let all = (0..<200).map { Self.attempt(1, 0, UInt8($0)) }
        #expect(all.allSatisfy { machine.tried($0, at: Self.at(0)) == .ask })
    }

    @Test func `guesses from very many addresses fill the table, are told, and still find the line closed`() {
        var limits = GuessLimits()
        limits.tableCapacity = 5_000
        var machine = GuessMachine(limits)
        var asked = 0
        for number in 0..<100_000 {
            let address = PeerAddress(high: UInt64(number), low: 0)
            let attempt = GuessMachine.Try(line: 1, guess: UInt64(number), address: address)
            guard machine.tried(attempt, at: Self.at(0)) == .ask else { continue }
            asked += 1
            _ = machine.failed(attempt, at: Self.at(0))
        }
        #expect(asked == 10)
        for number in 0..<20_000 {
            let address = PeerAddress(high: UInt64(number), low: 0)
            let attempt = GuessMachine.Try(line: UInt64(number) + 2, guess: UInt64(number), address: address)
            if machine.tried(attempt, at: Self.at(0)) == .ask { _ = machine.failed(attempt, at: Self.at(0)) }
        }
        #expect(machine.isCrowded)
        #expect(machine.evictedCount > 0)
    }
}

struct BanLedgerTests {
    static let start = NIODeadline.uptimeNanoseconds(0) + .hours(1_000)
    static let wall = WallTime(seconds: 1_795_000_000)

    static func moment(_ seconds: Int64) -> BanLedger.Moment {
        BanLedger.Moment(
            monotonic: self.start + .seconds(seconds),
            wall: WallTime(seconds: self.wall.seconds + seconds)
        )
    }

    let guesser = PeerAddress(bytes: [192, 0, 2, 1])

    func ledger() -> BanLedger { BanLedger(first: .minutes(15), longest: .hours(24)) }

    @Test func `each ban is twice as long, up to a day, and a quiet day begins anew`() {
        var ledger = self.ledger()
        var now: Int64 = 0
        for minutes in [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440] as [Int64] {
            let ban = ledger.offended(self.guesser, at: Self.moment(now))
            #expect(ban?.until == WallTime(seconds: Self.wall.seconds + now + minutes * 60))
            #expect(ledger.offended(self.guesser, at: Self.moment(now + 1)) == nil)
            #expect(ledger.ban(of: self.guesser, at: Self.moment(now + minutes * 60 - 1).monotonic) == ban)
            now += minutes * 60
            #expect(ledger.ban(of: self.guesser, at: Self.moment(now).monotonic) == nil)
        }
        #expect(ledger.offended(self.guesser, at: Self.moment(now + 24 * 3_600 + 1))?.times == 1)
    }

    @Test func `what was recorded holds after a start for what is left of it`() throws {
        var before = self.ledger()
        let ban = before.offended(self.guesser, at: Self.moment(0))
        var after = self.ledger()
        // Another process: its monotonic clock begins elsewhere.
        let restarted = NIODeadline.uptimeNanoseconds(0) + .seconds(5)
        let wall = WallTime(seconds: Self.wall.seconds + 600)
        after.recorded(try #require(ban), at: BanLedger.Moment(monotonic: restarted, wall: wall))
        #expect(after.ban(of: self.guesser, at: restarted + .seconds(299)) == ban)
        #expect(after.ban(of: self.guesser, at: restarted + .seconds(301)) == nil)
        let next = BanLedger.Moment(monotonic: restarted + .seconds(400), wall: wall)
        #expect(after.offended(self.guesser, at: next)?.times == 2)
    }

    @Test func `a step of the wall clock neither frees nor keeps anybody`() {
        var ledger = self.ledger()
        _ = ledger.offended(self.guesser, at: Self.moment(0))
        #expect(ledger.ban(of: self.guesser, at: Self.start + .minutes(14)) != nil)
        #expect(ledger.ban(of: self.guesser, at: Self.start + .minutes(15)) == nil)
    }

    @Test(arguments: [
        ("198.51.100.0/24", "198.51.100.77", true), ("198.51.100.0/24", "198.51.101.1", false),
        ("198.51.100.7", "198.51.100.7", true), ("198.51.100.7", "198.51.100.8", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/64", "2001:db8::abcd", true),
        ("2001:db8::1", "2001:db8::1", true), ("2001:db8::1", "2001:db8::2", false),
        ("::ffff:198.51.100.0/120", "198.51.100.9", true), ("0.0.0.0/0", "203.0.113.5", true),
        ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true), ("::/0", "203.0.113.5", false),
    ])
    func `an operator's ban holds for what it names`(_ range: String, _ address: String, _ isBanned: Bool) throws {
        var ledger = self.ledger()
        let network = try #require(AddressRange(range))
        let viewer = PeerAddress(bytes: try #require(NetworkAddress(address)).bytes)
        ledger.recorded(AddressBan(range: network, reach: .everything, why: "abuse", until: nil), at: Self.moment(0))
        #expect((ledger.ban(of: viewer, at: Self.moment(9_999_999).monotonic) != nil) == isBanned)
        #expect(ledger.hasTotal)
        ledger.lifted(network)
        #expect(ledger.ban(of: viewer, at: Self.moment(1).monotonic) == nil)
        #expect(ledger.isEmpty)
    }

    @Test func `a ban of everything outweighs one of logins, whichever network names it`() throws {
        var ledger = self.ledger()
        _ = ledger.offended(self.guesser, at: Self.moment(0))
        let network = try #require(AddressRange("192.0.0.0/8"))
        ledger.recorded(AddressBan(range: network, reach: .everything, why: "abuse", until: nil), at: Self.moment(0))
        #expect(ledger.ban(of: self.guesser, at: Self.moment(1).monotonic)?.reach == .everything)
    }

    @Test func `bans stay bounded, and the newest hold`() {
        var ledger = BanLedger(first: .minutes(15), longest: .hours(24), addressesMax: 100)
        for number in 0..<10_000 {
            _ = ledger.offended(PeerAddress(high: UInt64(number + 1), low: 0), at: Self.moment(0))
        }
        #expect(ledger.forgottenCount == 9_900)
        #expect(ledger.ban(of: PeerAddress(high: 10_000, low: 5), at: Self.moment(1).monotonic) != nil)
    }

    @Test func `no length overflows`() {
        let ledger = self.ledger()
        for times in [0, 1, 63, 64, Int64.max, Int64.min] as [Int64] {
            #expect((TimeAmount.minutes(15)...TimeAmount.hours(24)).contains(ledger.length(times: times)))
        }
        var other = self.ledger()
        let far = AddressBan(
            range: AddressRange(.loopback),
            reach: .logins,
            why: "x",
            until: WallTime(microseconds: .max)
        )
        other.recorded(far, at: Self.moment(0))
        #expect(other.ban(of: PeerAddress(bytes: [127, 0, 0, 1]), at: Self.moment(1).monotonic) == far)
    }
}

struct GuardDeliveryTests {
    @Test func `a guesser is banned once, and told as it is to be recorded`() async throws {
        let bans = Mutex<[AddressBan]>([])
        let change: (inout DeliveryConfiguration) -> Void = { configuration in
            configuration.recordBan = { ban in bans.withLock { $0.append(ban) } }
            configuration.wallTime = { WallTime(seconds: 1_000) }
        }
        try await ServiceFixture.with(change) { fixture in
            for number in 0..<14 {
                let client = try await fixture.client()
                let status = try await client.get("/live/name\(number)/guess/7.ts").status
                #expect(status == (number < 10 ? 401 : 429))
                await client.close()
            }
            #expect(bans.withLock { $0.map(\.range.description) } == ["127.0.0.1"])
            #expect(bans.withLock { $0.first?.until } == WallTime(seconds: 1_900))
            fixture.service.unbanned(AddressRange(.loopback))
        }
    }

    @Test func `refusals beyond a minute's number are 429, and sessions go on`() async throws {
        let change: (inout DeliveryConfiguration) -> Void = { configuration in
            configuration.guesses.refusalsPerMinute = 5
            configuration.http.exemptsLoopback = false
        }
        try await ServiceFixture.with(change) { fixture in
            fixture.channel.publishSegment(1)
            let viewer = try await fixture.client()
            let path = try await fixture.openHLS(viewer)
            let client = try await fixture.client()
            for _ in 0..<5 { #expect(try await client.get("/nothing").status == 404) }
            #expect(try await client.get("/nothing").status == 429)
            let next = try await fixture.client()
            #expect(try await next.get("/live/new/pass/7.ts").status == 429)
            // Who was let in from here goes on, and comes in again.
            #expect(try await viewer.get(path).status == 200)
            #expect(try await viewer.get("/live/user/pass/7.m3u8").status == 200)
        }
    }

    @Test func `requests that can't be read count as refusals`() async throws {
        let change: (inout DeliveryConfiguration) -> Void = { configuration in
            configuration.guesses.refusalsPerMinute = 3
            configuration.http.exemptsLoopback = false
        }
        try await ServiceFixture.with(change) { fixture in
            for _ in 0..<3 {
                let client = try await fixture.client()
                try await client.send("NONSENSE\r\n\r\n")
                #expect(try await client.response().status == 400)
            }
            let client = try await fixture.client()
            #expect(try await client.get("/nothing").status == 429)
        }
    }

    @Test func `a ban of everything ends what plays and closes what comes, until it is lifted`() async throws {
        try await ServiceFixture.with { fixture in
            fixture.channel.publishSegment(1)
            let viewer = try await fixture.client()
            let path = try await fixture.openHLS(viewer)
            let ban = AddressBan(range: AddressRange(.loopback), reach: .everything, why: "abuse", until: nil)
            fixture.service.banned(ban)
            #expect(await fixture.closing()?.reason == .evicted)
            #expect(await viewer.rest() == [])
            let refused = try? await fixture.client()
            #expect(await refused?.rest() ?? [] == [])
            #expect(fixture.service.status.refused >= 1)

            fixture.service.unbanned(ban.range)
            let client = try await fixture.client()
            #expect(try await client.get(path).status == 403)
            #expect(try await client.get("/live/user/pass/7.m3u8").status == 200)
        }
    }
}
