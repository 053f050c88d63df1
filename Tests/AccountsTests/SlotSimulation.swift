import Accounts
import Events
import Ledger
import Model
import Projections
import Synchronization
import TestSupport
import Testing

/// Thousands of devices on a few credentials that open, zap, leave, die without a word, and come back by themselves.
///
/// Everything goes through the real commands on a real ledger, by a clock of the simulation's own; what the viewers' side
/// would do (closing sockets, noticing dead ones) is played here. The same seed plays the same people.
final class SlotSimulation {
    /// What the simulation is of.
    struct Setting: Sendable, CustomTestStringConvertible {
        var policy: OnLimit
        var seed: UInt64
        var devices = 10_000
        var credentials = 1_000
        var ticks = 600

        var testDescription: String { "\(self.policy.rawValue), \(self.devices) devices" }
    }

    /// Seconds of a tick.
    static let tick = 0.25
    /// Ticks after which the viewers' side has noticed a device that died: 20 s.
    static let noticeTicks = 80

    private enum State {
        case away
        case asking
        case watching(Grant)
        /// Died in this tick with the connection open.
        case dead(Grant, since: Int)
    }

    private struct Device {
        var credential: Int
        var agent: String
        var address: NetworkAddress
        var output: Output
        var state = State.away
        /// When it does something next.
        var next: Int
        /// How often it comes back by itself before somebody has to press a button.
        var persistence = 0
    }

    /// What the events say, as they come.
    private struct Seen {
        var live: [CredentialID: Set<ConnectionID>] = [:]
        var limits: [CredentialID: Int] = [:]
        var overLimit: [String] = []
        var evicted: [ConnectionEvicted] = []
        var pushes: [(credential: CredentialID, winner: ClientID, loser: ClientID, at: WallTime)] = []
        var counts: [String: Int] = [:]

        mutating func take(_ envelope: Envelope) {
            switch envelope.event {
            case .connectionOpened(let it):
                self.counts["opened", default: 0] += 1
                self.live[it.credential, default: []].insert(it.connection)
                let count = self.live[it.credential]?.count ?? 0
                let limit = self.limits[it.credential] ?? 0
                if count > limit { self.overLimit.append("\(it.credential): \(count) of \(limit) at \(envelope.at)") }
            case .connectionClosed(let it):
                self.live[it.credential]?.remove(it.connection)
            case .connectionEvicted(let it):
                self.counts[it.why, default: 0] += 1
                self.live[it.credential]?.remove(it.connection)
                self.evicted.append(it)
                if let winner = it.winner, let loser = it.client, winner != loser {
                    self.pushes.append((it.credential, winner, loser, envelope.at))
                }
            case .limitRejected(let it): self.counts["refused " + it.rule, default: 0] += 1
            default: break
            }
        }
    }

    /// What the ledger's thread hands over.
    private final class Watching: Sendable {
        private let seen = Mutex(Seen())

        func withLock<Answer: Sendable>(_ body: (inout Seen) -> Answer) -> Answer { self.seen.withLock { body(&$0) } }
    }

    /// Answers of one tick, by device.
    private final class Inbox: Sendable {
        private let answers = Mutex<[Int: Result<Grant, Denial>]>([:])

        func add(_ answer: Result<Grant, Denial>, for device: Int) { self.answers.withLock { $0[device] = answer } }

        func take() -> [(device: Int, answer: Result<Grant, Denial>)] {
            self.answers.withLock { answers in
                defer { answers = [:] }
                return answers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            }
        }
    }

    let office: Office
    private let setting: Setting
    private var random: SeededRandom
    private var devices: [Device] = []
    /// Who does something in which tick.
    private var due: [Int: [Int]] = [:]
    private var dead: Set<Int> = []
    private var passwords: [Redacted<String>] = []
    private var holders: [ConnectionID: Int] = [:]
    private let seen = Watching()
    private let inbox = Inbox()
    private var now = 0
    /// Whether everybody leaves, and nobody comes back.
    private var isEnding = false
    /// The oldest connection of a dead device that was found in the tables, in ticks after its death.
    private(set) var oldestGhost = 0

    init(_ setting: Setting) async throws {
        self.setting = setting
        self.random = SeededRandom(seed: setting.seed)
        self.office = try Office(isPatient: true)
        _ = self.office.ledger.observe { [seen = self.seen] envelopes in
            seen.withLock { seen in for envelope in envelopes { seen.take(envelope) } }
        }
        try await self.sell()
        for number in 0..<setting.devices {
            let first = Int.random(in: 1..<setting.ticks, using: &self.random)
            self.due[first, default: []].append(number)
            let credential = number % setting.credentials
            // Some stand in one house, some elsewhere, and each is a box of its own.
            let house = UInt8(truncatingIfNeeded: Int.random(in: 0..<3, using: &self.random))
            self.devices.append(
                Device(
                    credential: credential,
                    agent: "box \(number)",
                    address: NetworkAddress(v4: (10, house, UInt8(credential % 250), UInt8(number % 250))),
                    output: Bool.random(using: &self.random) ? .ts : .hls,
                    next: first
                )
            )
        }
    }

    private func sell() async throws {
        var catalogue = Catalogue()
        catalogue.channels = (1...9).map { ChannelEntry(id: $0, name: "Channel \($0)") }
        for limit in Int64(1)...4 {
            var plan = PlanEntry(name: "p\(limit)", maxConnections: limit, priceMonthCents: 0)
            plan.terms.onLimit = self.setting.policy.rawValue
            catalogue.plans.append(plan)
        }
        catalogue.customers = (0..<self.setting.credentials).map { number in
            CustomerEntry(
                id: "c\(number)",
                plan: "p\(number % 4 + 1)",
                credentials: [CredentialEntry(username: "user\(number)")]
            )
        }
        let reply = try await self.office.apply(catalogue)
        // The passwords are made up and told once.
        var told: [String: String] = [:]
        for line in reply.messages {
            let words = line.split(separator: " ").map(String.init)
            guard let name = words.firstIndex(of: "username"), let password = words.firstIndex(of: "password"),
                words.count > max(name, password) + 1
            else { continue }
            told[String(words[name + 1].dropLast())] = words[password + 1]
        }
        self.passwords = (0..<self.setting.credentials).map { Redacted(told["user\($0)"] ?? "") }
        let rows = try self.office.ledger.read { try $0.credentials() }
        let plans = try self.office.ledger.read { state in try rows.map { try state.customer($0.customer)?.plan } }
        self.seen.withLock { seen in
            for (row, plan) in zip(rows, plans) {
                seen.limits[row.credential] = Int(plan?.rawValue.dropFirst() ?? "") ?? 0
            }
        }
    }

    /// Plays it, and a minute more in which everybody leaves.
    func run() async throws {
        while self.now < self.setting.ticks {
            try await self.step()
            if self.now % 40 == 0 { try self.lookForGhosts() }
        }
        self.isEnding = true
        self.due = [:]
        for index in self.devices.indices {
            guard case .watching(let grant) = self.devices[index].state else { continue }
            self.close(grant, .left)
            self.devices[index].state = .away
        }
        for _ in 0..<(2 * Self.noticeTicks) { try await self.step() }
    }

    private func step() async throws {
        self.now += 1
        self.office.clock.advance(seconds: Self.tick)
        try await self.barrier()
        self.noticeDead()
        try await self.barrier()
        for index in self.due.removeValue(forKey: self.now) ?? [] where self.devices[index].next == self.now {
            self.act(index)
        }
        try await self.barrier()
        self.hear()
    }

    /// Everything that was asked is decided, and so is what was asked again because of it.
    private func barrier() async throws {
        for _ in 0..<2 { try await self.office.settle() }
    }

    /// Has a device do something in so many seconds.
    private func wake(_ index: Int, in seconds: ClosedRange<Double>) {
        guard !self.isEnding else { return }
        let tick = self.now + max(1, Int(Double.random(in: seconds, using: &self.random) / Self.tick))
        self.devices[index].next = tick
        self.due[tick, default: []].append(index)
    }

    private func act(_ index: Int) {
        self.devices[index].next = .max
        switch self.devices[index].state {
        case .away: self.ask(index)
        case .asking, .dead: break
        case .watching(let grant):
            switch Int.random(in: 0..<10, using: &self.random) {
            case 0..<6:
                // A zap: the new socket is there before the old one is closed.
                self.ask(index)
                self.close(grant, .left)
            case 6..<8:
                self.close(grant, .left)
                self.devices[index].state = .away
                self.wake(index, in: 20...200)
            default:
                self.devices[index].state = .dead(grant, since: self.now)
                self.dead.insert(index)
            }
        }
    }

    private func ask(_ index: Int) {
        let device = self.devices[index]
        self.devices[index].state = .asking
        let request = OpenRequest(
            username: Redacted("user\(device.credential)"),
            password: self.passwords[device.credential],
            channel: ChannelID(Int64.random(in: 1...9, using: &self.random)),
            output: device.output,
            device: Accounts.Device(address: device.address, userAgent: device.agent),
            token: SessionToken(high: self.random.next(), low: self.random.next())
        )
        self.office.admission.open(request) { [inbox = self.inbox] in inbox.add($0, for: index) }
    }

    private func close(_ grant: Grant, _ reason: Closing.Reason) {
        self.holders[grant.connection] = nil
        self.office.admission.close(
            Closing(connection: grant.connection, reason: reason, bytes: 1, watchedMs: 1, stalls: 0)
        )
    }

    /// Answers and evictions, as players take them.
    private func hear() {
        for (index, answer) in self.inbox.take() {
            switch answer {
            case .success(let grant) where self.isEnding:
                self.close(grant, .left)
                self.devices[index].state = .away
            case .success(let grant):
                self.devices[index].state = .watching(grant)
                self.holders[grant.connection] = index
                self.wake(index, in: 2...60)
            case .failure: self.comeBack(index, after: 2...6)
            }
        }
        let evicted = self.seen.withLock { seen in
            defer { seen.evicted = [] }
            return seen.evicted
        }
        for event in evicted {
            guard let index = self.holders[event.connection] else { continue }
            guard case .watching(let grant) = self.devices[index].state, grant.connection == event.connection else {
                continue
            }
            self.close(grant, .evicted)
            self.comeBack(index, after: 0.25...1.5)
        }
    }

    /// A player tries some times by itself, some for ever.
    private func comeBack(_ index: Int, after seconds: ClosedRange<Double>) {
        self.devices[index].state = .away
        if self.devices[index].persistence == 0 {
            self.devices[index].persistence = Int.random(in: 0..<8, using: &self.random) == 0 ? 20 : 3
        }
        self.devices[index].persistence -= 1
        self.wake(index, in: self.devices[index].persistence > 0 ? seconds : 60...300)
    }

    private func noticeDead() {
        for index in self.dead.sorted() {
            guard case .dead(let grant, let since) = self.devices[index].state else { continue }
            guard self.now - since >= (self.devices[index].output == .ts ? 64 : Self.noticeTicks) else { continue }
            self.close(grant, self.devices[index].output == .ts ? .stalled : .idle)
            self.devices[index].state = .away
            self.dead.remove(index)
            self.wake(index, in: 5...100)
        }
    }

    private func lookForGhosts() throws {
        var deaths: [ConnectionID: Int] = [:]
        for index in self.dead {
            if case .dead(let grant, let since) = self.devices[index].state { deaths[grant.connection] = since }
        }
        for row in try self.office.live() {
            if let since = deaths[row.connection] { self.oldestGhost = max(self.oldestGhost, self.now - since) }
        }
    }

    // MARK: What came of it

    var overLimit: [String] { self.seen.withLock { $0.overLimit } }
    var counts: [String: Int] { self.seen.withLock { $0.counts } }

    /// The most evictions of one device by one other within any minute.
    var pushesOfPairMax: Int {
        self.most { "\($0.credential) \($0.winner)>\($0.loser)" }
    }

    /// The most evictions of one credential within any minute.
    var pushesOfCredentialMax: Int {
        self.most { "\($0.credential)" }
    }

    private func most(
        _ key: ((credential: CredentialID, winner: ClientID, loser: ClientID, at: WallTime)) -> String
    ) -> Int {
        let pushes = self.seen.withLock { $0.pushes }
        var most = 0
        for (_, group) in Dictionary(grouping: pushes, by: key) {
            var first = 0
            for (last, push) in group.enumerated() {
                while push.at.microseconds - group[first].at.microseconds >= SlotFight.window { first += 1 }
                most = max(most, last - first + 1)
            }
        }
        return most
    }
}
