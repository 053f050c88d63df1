import Model
import Testing

@testable import Reports

/// What a customer suffered, by the definitions, on cases made by hand.
struct ExposureTests {
    private static let hour: Int64 = 3_600_000

    private static func client(_ agent: UInt64, id: UInt64 = 0) -> ClientFact {
        var client = ClientFact()
        client.agent = agent
        client.deviceID = id
        return client
    }

    private static func connection(
        _ number: Int64,
        client: Int32 = 0,
        _ span: Range<Int64>,
        _ end: ConnectionFact.End = .left
    ) -> ConnectionFact {
        var fact = ConnectionFact()
        fact.connection = number
        fact.client = client
        fact.channel = 1
        fact.from = span.lowerBound
        fact.length = UInt32(span.upperBound - span.lowerBound)
        fact.end = end
        fact.openedSeq = number * 10
        fact.closedAfter = 5
        return fact
    }

    private static func exposure(
        _ connections: [ConnectionFact],
        gaps: [GapFact] = [],
        rejections: [(at: Int64, client: Int32, holders: [Int64])] = [],
        events: [EventFact] = []
    ) throws -> Exposure {
        var views = ViewFacts(span: 0..<(24 * self.hour))
        views.clients = [self.client(1), self.client(2)]
        views.connections = connections
        for rejection in rejections {
            let first = views.holders.count
            views.holders += rejection.holders
            views.rejections.append(
                RejectionFact(
                    at: rejection.at,
                    seq: rejection.at,
                    client: rejection.client,
                    channel: 1,
                    rule: .limit,
                    holders: first..<views.holders.count
                )
            )
        }
        views.events = events
        views.credentials = [
            CredentialFact(
                credential: .init(1),
                customer: 7,
                maxConnections: 1,
                priceMonthCents: 1_000,
                connections: 0..<connections.count,
                rejections: 0..<rejections.count
            )
        ]
        var supply = SupplyFacts(span: views.span)
        supply.gaps = gaps
        var fold = ExposureFold(
            supply: supply,
            views: views,
            bounds: views.span,
            prime: [(19 * self.hour)..<(23 * self.hour)]
        )
        fold.run()
        return try #require(fold.exposures[7])
    }

    private static func gap(_ span: Range<Int64>, isHidden: Bool = false) -> GapFact {
        GapFact(channel: 1, source: -1, from: span.lowerBound, to: span.upperBound, isHidden: isHidden, seq: 99)
    }

    @Test func `a television left on is no viewer after two and a half hours`() throws {
        let found = try Self.exposure(
            [Self.connection(1, 0..<(10 * Self.hour))],
            gaps: [Self.gap((9 * Self.hour)..<(9 * Self.hour + 5_000))]
        )
        #expect(found.watchMs == RefundWeights.attentionMs && found.frozenMs == 0)
    }

    @Test func `what was frozen and what was hidden count only while somebody watched`() throws {
        let gaps = [Self.gap(1_000..<3_000), Self.gap(3_000..<9_000, isHidden: true), Self.gap(50_000..<60_000)]
        let found = try Self.exposure([Self.connection(1, 2_000..<8_000)], gaps: gaps)
        #expect(found.frozenMs == 1_000 && found.hiddenMs == 5_000 && found.interruptions == 1)
        #expect(found.longestMs == 1_000 && found.longestAt.ms == 2_000 && found.longestAt.seq == 99)
    }

    @Test func `prime time weighs one and a half, an event three`() throws {
        let at = 20 * Self.hour
        let span = at..<(at + 100_000)
        let gaps = [Self.gap((at + 10_000)..<(at + 70_000))]
        let prime = try Self.exposure([Self.connection(1, span)], gaps: gaps)
        #expect(prime.weightedSeconds == 90 && prime.primeFrozenMs == 60_000)
        let event = EventFact(channel: 1, from: at, to: at + Self.hour, title: "final")
        let final = try Self.exposure([Self.connection(1, span)], gaps: gaps, events: [event])
        #expect(final.weightedSeconds == 180 && final.eventFrozenMs == 60_000)
    }

    @Test func `one leaves because of a freeze within a minute of it`() throws {
        let gaps = [Self.gap(10_000..<14_000)]
        #expect(try Self.exposure([Self.connection(1, 0..<69_000)], gaps: gaps).leftAfterFreeze == 1)
        #expect(try Self.exposure([Self.connection(1, 0..<71_000)], gaps: gaps).leftAfterFreeze == 0)
        #expect(try Self.exposure([Self.connection(1, 0..<69_000, .timeout)], gaps: gaps).leftAfterFreeze == 0)
    }

    @Test
    func `a device that comes back within twenty seconds rejoins, by its own line's fault if the channel was well`()
        throws
    {
        let first = Self.connection(1, 0..<100_000, .timeout)
        let back = Self.connection(2, 119_000..<200_000)
        let found = try Self.exposure([first, back])
        #expect(found.rejoins == 1 && found.lineRejoins == 1)
        let faulty = try Self.exposure([first, back], gaps: [Self.gap(90_000..<95_000)])
        #expect(faulty.rejoins == 1 && faulty.lineRejoins == 0)
        #expect(try Self.exposure([first, Self.connection(2, client: 1, 119_000..<200_000)]).rejoins == 0)
        #expect(try Self.exposure([first, Self.connection(2, 121_000..<200_000)]).rejoins == 0)
    }

    @Test func `a lock-out is wrong when the slot is held by a dead connection or by the same device`() throws {
        let dead = Self.connection(1, 0..<100_000, .timeout)
        let wrong = try Self.exposure([dead], rejections: [(at: 50_000, client: 1, holders: [1])])
        #expect(wrong.lockouts == 1 && wrong.wrongLockouts == 1)
        let same = try Self.exposure(
            [Self.connection(1, 0..<Self.hour)],
            rejections: [(at: 50_000, client: 0, holders: [1])]
        )
        #expect(same.lockouts == 1)
        let right = try Self.exposure(
            [Self.connection(1, 0..<Self.hour)],
            rejections: [(at: 50_000, client: 1, holders: [1])]
        )
        #expect(right.lockouts == RefundWeights.rightLockout && right.wrongLockouts == 0)
    }

    @Test func `refusals within two minutes of one another are one episode`() throws {
        let view = Self.connection(1, 0..<Self.hour)
        let close = [0, 100_000, 200_000].map { (at: Int64($0), client: Int32(1), holders: [Int64(1)]) }
        #expect(try Self.exposure([view], rejections: close).rightLockouts == 1)
        let apart = [0, 120_001].map { (at: Int64($0), client: Int32(1), holders: [Int64(1)]) }
        #expect(try Self.exposure([view], rejections: apart).rightLockouts == 2)
    }

    static let lengths: [(Int64, String)] = [
        (400, "0 s"), (41_000, "41 s"), (200_000, "3 min 20 s"), (240_000, "4 min"), (7_500_000, "2 h 5 min"),
        (7_200_000, "2 h"),
    ]

    @Test(arguments: lengths)
    func `lengths are told as people tell them`(_ ms: Int64, _ words: String) {
        #expect(RefundStory.length(ms) == words)
    }
}
