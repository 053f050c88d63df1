import Testing

@testable import Reports

struct StabilityTests {
    private static func source(_ number: Int64, _ channel: Int32, _ supplier: Int, _ position: Int64) -> FeedFact {
        FeedFact(source: number, channel: channel, supplier: supplier, position: position)
    }

    /// Two channels: one with a second source, one without.
    private static var facts: SupplyFacts {
        var facts = SupplyFacts(span: 0..<100_000)
        facts.suppliers = ["alpha", "beta"]
        facts.sources = [Self.source(1, 1, 0, 0), Self.source(2, 1, 1, 1), Self.source(3, 2, 0, 0)]
        facts.outages = [
            OutageFact(source: 0, from: 10_000, to: 40_000, seq: 1),
            OutageFact(source: 1, from: 30_000, to: 31_000, seq: 2),
            OutageFact(source: 2, from: 50_000, to: 55_000, seq: 3),
        ]
        facts.switches = [
            SwitchFact(channel: 1, from: 0, to: 1, at: 18_000, seq: 4),
            SwitchFact(channel: 1, from: 1, to: 0, at: 45_000, seq: 5),
        ]
        return facts
    }

    @Test func `a channel is dark until its source is well or was left, whichever comes first`() {
        let dark = SupplyWeek.darknesses(Self.facts)
        #expect(dark.map(\.from) == [10_000, 30_000, 50_000])
        #expect(dark.map(\.to) == [18_000, 31_000, 55_000])
        #expect(dark.map(\.isSwitched) == [true, false, false])
    }

    @Test func `the failure of a source that feeds nobody darkens nothing`() {
        var facts = Self.facts
        facts.switches = []
        #expect(SupplyWeek.darknesses(facts).map(\.from) == [10_000, 50_000])
    }

    @Test func `each source feeds its channel in its own time`() {
        let covers = ActiveSources(Self.facts, in: 0..<100_000).covers
        #expect(covers[0]?.spans == [0..<18_000, 45_000..<100_000])
        #expect(covers[1]?.spans == [18_000..<45_000])
        #expect(covers[2]?.total == 100_000)
    }

    static let incidents: [([(Int64, Int32)], Int64)] = [
        ([(0, 1), (4_000, 2), (10_000, 3)], 1), ([(0, 1), (4_000, 2), (10_001, 3)], 0), ([(0, 1), (1, 1), (2, 1)], 0),
        ([(0, 1), (1, 2), (2, 3), (3, 4), (20_000, 1), (20_001, 2), (20_002, 3)], 2), ([], 0),
    ]

    @Test(arguments: incidents)
    func `three channels of a supplier within ten seconds are one incident`(
        _ outages: [(Int64, Int32)],
        _ count: Int64
    ) {
        #expect(StabilityReport.incidents(outages.map { (at: $0.0, channel: $0.1) }) == count)
    }

    @Test func `half of the lengths do not pass the middle one`() {
        #expect(StabilityReport.quantile([], 0.5) == nil)
        #expect(StabilityReport.quantile([1_000, 2_000, 9_000], 0.5) == 2)
        #expect(StabilityReport.quantile([1_000, 2_000, 9_000], 0.95) == 9)
    }
}
