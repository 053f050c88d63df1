import Accounts
import Events
import Model
import Projections
import Testing

/// The slot rule asked directly: who is live, who asks, what follows.
struct SlotMachineTests {
    static let now = WallTime(seconds: 1_795_417_200)

    /// A connection of device `client` on a network, open for so many seconds.
    private static func slot(
        _ connection: Int64,
        client: Int64,
        network: String = "home",
        channel: Int64 = 1,
        output: OutputKind = .ts,
        age: Int64 = 600
    ) -> SlotRow {
        SlotRow(
            credential: CredentialID(1),
            connection: ConnectionID(connection),
            customer: CustomerID(rawValue: "c1"),
            channel: ChannelID(channel),
            client: ClientID(client),
            output: output,
            network: network,
            openedAt: Self.now.advanced(milliseconds: -age * 1_000)
        )
    }

    private static func ask(
        _ client: Int64,
        network: String = "home",
        channel: Int64 = 2,
        output: Output = .ts,
        limit: Int64 = 1,
        _ policy: OnLimit,
        _ live: [SlotRow],
        hasDeviceID: Bool = false,
        mayWait: Bool = false,
        evictions: [RecentEviction] = [],
        blocks: [DeviceBlock] = []
    ) -> SlotMachine.Verdict {
        SlotMachine(
            clients: [ClientID(client)],
            hasDeviceID: hasDeviceID,
            network: network,
            channel: ChannelID(channel),
            output: output,
            limit: limit,
            policy: policy,
            live: live,
            evictions: evictions,
            blocks: blocks,
            mayWait: mayWait,
            now: Self.now
        ).decide()
    }

    /// What a verdict comes to: `admit`, the connections that end with their rules, `wait`, or the refusing rule.
    private static func words(_ verdict: SlotMachine.Verdict) -> String {
        switch verdict {
        case .admit(let gone):
            (["admit"] + gone.map { "\($0.slot.connection):\($0.rule.rawValue)" }).joined(separator: " ")
        case .wait: "wait"
        case .refuse(let refusal):
            "\(refusal.rule.rawValue) winner \(refusal.winner.map(\.description) ?? "none")"
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var policy: OnLimit
        var limit: Int64 = 1
        var client: Int64
        var network = "home"
        var channel: Int64 = 2
        var output = Output.ts
        var live: [SlotRow]
        var expected: String
    }

    static let cases: [Case] = [
        Case(testDescription: "nobody is there", policy: .rejectNewest, client: 1, live: [], expected: "admit"),
        Case(
            testDescription: "a limit of nothing",
            policy: .supersede,
            limit: 0,
            client: 1,
            live: [],
            expected: "max-connections winner none"
        ),
        Case(
            testDescription: "another device, newest refused",
            policy: .rejectNewest,
            client: 2,
            live: [slot(10, client: 1)],
            expected: "max-connections winner 10"
        ),
        Case(
            testDescription: "another device of the house, superseded",
            policy: .supersede,
            client: 2,
            live: [slot(10, client: 1)],
            expected: "admit 10:same-network"
        ),
        Case(
            testDescription: "another device elsewhere, superseded",
            policy: .supersede,
            client: 2,
            network: "away",
            live: [slot(10, client: 1)],
            expected: "admit 10:oldest"
        ),
        Case(
            testDescription: "the same network goes before the oldest",
            policy: .supersede,
            limit: 2,
            client: 3,
            network: "away",
            live: [slot(10, client: 1), slot(11, client: 2, network: "away")],
            expected: "admit 11:same-network"
        ),
        Case(
            testDescription: "the same device goes before the same network",
            policy: .supersede,
            limit: 2,
            client: 2,
            live: [slot(10, client: 1), slot(11, client: 2)],
            expected: "admit 11:same-device"
        ),
        Case(
            testDescription: "the oldest goes, whoever is of the house",
            policy: .evictOldest,
            limit: 2,
            client: 3,
            network: "away",
            live: [slot(10, client: 1), slot(11, client: 2, network: "away")],
            expected: "admit 10:oldest"
        ),
        Case(
            testDescription: "two are to go after a limit was lowered",
            policy: .evictOldest,
            limit: 1,
            client: 3,
            live: [slot(10, client: 1), slot(11, client: 2)],
            expected: "admit 10:oldest 11:oldest"
        ),
        Case(
            testDescription: "the same device changes channels at the limit",
            policy: .rejectNewest,
            client: 1,
            live: [slot(10, client: 1)],
            expected: "admit 10:same-device"
        ),
        Case(
            testDescription: "the same device watches a second channel where there is room",
            policy: .rejectNewest,
            limit: 2,
            client: 1,
            live: [slot(10, client: 1)],
            expected: "admit"
        ),
        Case(
            testDescription: "the same device asks for its channel again where there is room",
            policy: .rejectNewest,
            limit: 2,
            client: 1,
            channel: 1,
            live: [slot(10, client: 1)],
            expected: "admit 10:same-channel"
        ),
        Case(
            testDescription: "the same device zaps within two seconds where there is room",
            policy: .rejectNewest,
            limit: 3,
            client: 1,
            live: [slot(9, client: 1, channel: 7, age: 60), slot(10, client: 1, age: 1)],
            expected: "admit 10:zap"
        ),
        Case(
            testDescription: "a zap two seconds later is a second channel where there is room",
            policy: .rejectNewest,
            limit: 3,
            client: 1,
            live: [slot(10, client: 1, age: 2)],
            expected: "admit"
        ),
        Case(
            testDescription: "a playlist that is asked for again is its session going on",
            policy: .rejectNewest,
            limit: 3,
            client: 1,
            channel: 1,
            output: .hls,
            live: [slot(10, client: 1, output: .hls)],
            expected: "admit 10:same-device"
        ),
        Case(
            testDescription: "the same channel goes before the older one at the limit",
            policy: .rejectNewest,
            limit: 2,
            client: 1,
            channel: 5,
            live: [slot(10, client: 1, channel: 4), slot(11, client: 1, channel: 5)],
            expected: "admit 11:same-device"
        ),
    ]

    @Test(arguments: cases) func `who is admitted, and at whose expense`(_ it: Case) {
        let verdict = Self.ask(
            it.client,
            network: it.network,
            channel: it.channel,
            output: it.output,
            limit: it.limit,
            it.policy,
            it.live
        )
        #expect(Self.words(verdict) == it.expected)
    }

    @Test func `a refusal waits while it may, for slots that others hold only`() {
        let others = [Self.slot(10, client: 1)]
        #expect(Self.ask(2, .rejectNewest, others, mayWait: true) == .wait)
        #expect(Self.words(Self.ask(2, .rejectNewest, others)) == "max-connections winner 10")
        #expect(Self.words(Self.ask(2, .supersede, others, mayWait: true)) == "admit 10:same-network")
        #expect(Self.words(Self.ask(2, limit: 0, .rejectNewest, [], mayWait: true)) == "max-connections winner none")
    }

    @Test func `boxes that look alike are taken for several after two rounds, and one with an id never`() {
        func round(_ seconds: Int64) -> RecentEviction {
            RecentEviction(
                winner: ClientID(1),
                loser: ClientID(1),
                at: Self.now.advanced(milliseconds: -seconds * 1_000)
            )
        }
        let live = [Self.slot(10, client: 1, age: 1)]
        func ask(_ channel: Int64, _ evictions: [RecentEviction], hasDeviceID: Bool = false) -> String {
            Self.words(
                Self.ask(
                    1,
                    channel: channel,
                    limit: 2,
                    .supersede,
                    live,
                    hasDeviceID: hasDeviceID,
                    evictions: evictions
                )
            )
        }
        #expect(ask(1, [round(5)]) == "admit 10:same-channel")
        #expect(ask(1, [round(5), round(4)]) == "admit")
        #expect(ask(2, [round(5), round(4)]) == "admit")
        #expect(ask(1, [round(61), round(4)]) == "admit 10:same-channel")
        #expect(ask(1, [round(5), round(4)], hasDeviceID: true) == "admit 10:same-channel")
    }

    @Test func `a kicked device is refused without waiting, until its time is over`() {
        let block = DeviceBlock(client: ClientID(1), kind: .kick, until: Self.now.advanced(milliseconds: 1_000))
        #expect(Self.words(Self.ask(1, .supersede, [], mayWait: true, blocks: [block])) == "kicked winner none")
        #expect(Self.words(Self.ask(2, .supersede, [], blocks: [block])) == "admit")
        let past = DeviceBlock(client: ClientID(1), kind: .kick, until: Self.now)
        #expect(Self.words(Self.ask(1, .supersede, [], blocks: [past])) == "admit")
        // The calendar was set back by a day since.
        let absurd = DeviceBlock(client: ClientID(1), kind: .kick, until: Self.now.advanced(milliseconds: 86_400_000))
        #expect(Self.words(Self.ask(1, .supersede, [], blocks: [absurd])) == "admit")
    }

    @Test func `a device in its cool-down pushes nobody out, and takes what is free or its own`() {
        let block = DeviceBlock(client: ClientID(2), kind: .fight, until: Self.now.advanced(milliseconds: 100_000))
        let live = [Self.slot(10, client: 1)]
        #expect(Self.words(Self.ask(2, .supersede, live, blocks: [block])) == "anti-fight winner 10")
        #expect(Self.ask(2, .supersede, live, mayWait: true, blocks: [block]) == .wait)
        #expect(Self.words(Self.ask(2, limit: 2, .supersede, live, blocks: [block])) == "admit")
        let own = [Self.slot(11, client: 2)]
        #expect(Self.words(Self.ask(2, .supersede, own, blocks: [block])) == "admit 11:same-device")
    }

    /// Plays players that each come back by themselves as soon as they are pushed out; answers who pushed out whom, in
    /// order, and who was kept out.
    private func fight(devices: Int64, limit: Int64, policy: OnLimit, everyMs: Int64, forMs: Int64) -> [String] {
        var live: [SlotRow] = []
        var evictions: [RecentEviction] = []
        var blocks: [DeviceBlock] = []
        var told: [String] = []
        var connection: Int64 = 0
        var time: Int64 = 0
        while time < forMs {
            for device in 1...devices where !live.contains(where: { $0.client.rawValue == device }) {
                let now = Self.now.advanced(milliseconds: time)
                time += everyMs
                connection += 1
                let verdict = SlotMachine(
                    clients: [ClientID(device)],
                    network: "n\(device)",
                    channel: ChannelID(1),
                    output: .ts,
                    limit: limit,
                    policy: policy,
                    live: live,
                    evictions: evictions,
                    blocks: blocks,
                    now: now
                ).decide()
                let until = { (at: WallTime, client: Int64) in
                    DeviceBlock(client: ClientID(client), kind: .fight, until: at)
                }
                switch verdict {
                case .admit(let gone):
                    for eviction in gone {
                        live.removeAll { $0.connection == eviction.slot.connection }
                        let loser = eviction.slot.client
                        evictions.append(RecentEviction(winner: ClientID(device), loser: loser, at: now))
                        told.append("\(device)>\(loser)")
                        if let at = eviction.blockedUntil { blocks.append(until(at, loser.rawValue)) }
                    }
                    var row = Self.slot(connection, client: device, network: "n\(device)")
                    row.openedAt = now
                    live.append(row)
                case .refuse(let refusal):
                    if let at = refusal.blockedUntil {
                        blocks.append(until(at, device))
                        told.append("\(device) out")
                    }
                case .wait: Issue.record("nobody may wait here")
                }
            }
            if Int64(live.count) >= devices { return told }
            time += 100
        }
        return told
    }

    @Test(arguments: [OnLimit.evictOldest, .supersede])
    func `two devices take the slot from each other twice, then the first keeps it for five minutes`(
        _ policy: OnLimit
    ) {
        let told = self.fight(devices: 2, limit: 1, policy: policy, everyMs: 500, forMs: 250_000)
        #expect(told == ["2>1", "1>2", "2>1", "1>2"])
        let again = self.fight(devices: 2, limit: 1, policy: policy, everyMs: 500, forMs: 320_000)
        #expect(again == ["2>1", "1>2", "2>1", "1>2", "2>1", "1>2", "2>1", "1>2"])
    }

    @Test func `rings of devices come to rest, too`() {
        for (devices, limit) in [(3, 2), (3, 1), (5, 2), (12, 3)] as [(Int64, Int64)] {
            let told = self.fight(devices: devices, limit: limit, policy: .supersede, everyMs: 300, forMs: 200_000)
            let pushes = told.filter { $0.contains(">") }
            #expect(!pushes.isEmpty)
            // Nobody pushes anybody out more than twice.
            let pairs = Dictionary(grouping: pushes) { $0 }.mapValues(\.count)
            #expect(pairs.values.allSatisfy { $0 <= 2 }, "\(devices) devices on \(limit): \(told)")
            let each = Dictionary(grouping: pushes) { $0.prefix { $0 != ">" } }.mapValues(\.count)
            #expect(each.values.allSatisfy { $0 <= 3 }, "\(devices) devices on \(limit): \(told)")
        }
    }

    @Test func `slow visits of two devices are no fight`() {
        let told = self.fight(devices: 2, limit: 1, policy: .supersede, everyMs: 40_000, forMs: 1_000_000)
        #expect(told.count > 20)
        #expect(!told.contains { $0.contains("out") })
    }
}
