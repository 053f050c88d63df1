import Model
import TestSupport
import Testing

@testable import Reports

struct SharingReportTests {
    /// A second home, in use all the week.
    private static func shared(_ week: String = "2026-W43") throws -> SharingStory {
        var story = try SharingStory(week)
        story.limit(1)
        for day in Int64(0)..<7 {
            story.watch(.tv(1), .home(1), day: day, at: 19, for: 100)
            story.watch(.tv(8), .otherHome(1), day: day, at: 19.5, for: 120, channel: 5)
            story.watch(.box(3), .otherHome(1), day: day, at: 10, for: 60, channel: 6)
        }
        return story
    }

    @Test func `shown points add up to the score`() throws {
        let entry = try #require(try Self.shared().entry)
        for earlier in [[], [-700], [50, 1_200, -100]] {
            let score = SharingScore(entry.points, earlier: earlier)
            let reasons = SharingReasons(evidence: entry.evidence, score: score).list
            let sum = reasons.compactMap(\.points).reduce(0) { $0 + Int(($1 * 100).rounded()) }
            #expect(sum == score.sum)
            #expect(score.value == (1_000 / (1 + Logarithm.exponential(-Double(sum) / 100))).rounded() / 10)
            let shown = reasons.dropLast(2).map { abs($0.points ?? 0) }
            #expect(shown == shown.sorted(by: >))
        }
    }

    @Test func `one kind of evidence alone stays below 90`() throws {
        var evidence = try #require(try Self.shared().entry).evidence
        evidence.overlapOwn = 0
        evidence.overlapMobile = 0
        evidence.switchesFast = 0
        evidence.switchesSlow = 0
        evidence.devices = 14
        evidence.match = 240 * WatchedWeek.minute
        let points = SharingPoints(evidence)
        let score = SharingScore(points, earlier: [900])
        #expect(score.value == SharingScore.aloneMax)
        #expect(score.band == .likely)
        let reasons = SharingReasons(evidence: evidence, score: score).list
        #expect(reasons.last?.points == nil)
        evidence.refusedHome = 2
        #expect(SharingScore(SharingPoints(evidence), earlier: [900]).band == .veryLikely)
    }

    @Test func `earlier weeks count by the strongest, within bounds`() throws {
        let points = try #require(try Self.shared().entry).points
        #expect(SharingScore(points, earlier: []).memory == nil)
        #expect(SharingScore(points, earlier: [100, 500, -200]).memory == 150)
        #expect(SharingScore(points, earlier: [5_000]).memory == 180)
        #expect(SharingScore(points, earlier: [-5_000]).memory == -120)
    }

    @Test(arguments: 1...8) func `the order of rows says nothing`(seed: UInt64) throws {
        let story = try Self.shared()
        let sorted = SharingWeek(story.week, of: story.facts, story.clock).entries.map(\.points)
        let mixed = SharingWeek(story.week, of: story.facts(shuffled: SeededRandom(seed: seed)), story.clock)
        #expect(mixed.entries.map(\.points) == sorted)
    }

    @Test func `the same facts give the same bytes, and rows stand by band, money, score and name`() throws {
        let story = try Self.shared()
        var texts: [[[ReportCell]]] = []
        for _ in 0..<3 {
            var report = SharingReport(
                clock: story.clock,
                cheapestCents: 1_000,
                customers: [1: "c1"],
                credentials: [1: "u1"]
            )
            let week = report.take(story.week, views: story.facts)
            texts.append(week.cells())
            #expect(week.cells(top: 1).first?[1] == .text("u1"))
            #expect(week.cells(customer: 1).count == 1)
        }
        #expect(texts[0] == texts[1] && texts[1] == texts[2])
        #expect(texts[0].allSatisfy { $0.count == SharingReport.columns.count })
        let first = try #require(texts[0].first)
        #expect(first[4] == .text("very likely"))
        #expect(first[5] == .text("two_homes"))
        #expect(first[8] == .number(2, decimals: 2))
        #expect(first[9] == .number(5, decimals: 2))
        #expect(first[21] == .text("offer a second connection"))
    }

    @Test func `weeks remember those before, and tell what changed`() throws {
        var report = try SharingReport(clock: Self.shared().clock)
        var cells: [[ReportCell]] = []
        for name in ["2026-W43", "2026-W44", "2026-W46"] {
            let story = try Self.shared(name)
            cells.append(try #require(report.take(story.week, views: story.facts).cells(customer: 1).first))
        }
        #expect(cells.map { $0[19] } == [.integer(1), .integer(2), .integer(3)])
        #expect(cells[0][20] == .missing)
        #expect(cells[1][20] != .missing)
        // The week before was not in use.
        #expect(cells[2][20] == .missing)
    }

    @Test func `what is known to be fine is listed last, without a call to act`() throws {
        let story = try Self.shared()
        let excuse = SharingExcuse(credential: CredentialID(1), reason: "staff", until: story.week.end)
        var report = SharingReport(clock: story.clock, cheapestCents: 1_000, excuses: [excuse])
        let week = report.take(story.week, views: story.facts)
        let last = try #require(week.cells().last)
        #expect(last[1] == .text("1"))
        #expect(last[4] == .text("known, fine"))
        #expect(last[21] == .text("nothing until 2026-10-26: staff"))
        #expect(week.totals.contains(.init("known_fine", .integer(1))))
        #expect(week.totals.contains(.init("at_stake_month_high", .number(0, decimals: 2))))
        let over = SharingExcuse(credential: CredentialID(1), reason: "staff", until: story.week.start)
        var later = SharingReport(clock: story.clock, excuses: [over])
        #expect(later.take(story.week, views: story.facts).cells().first?[4] == .text("very likely"))
    }

    @Test func `nothing in a report ends anybody's access`() {
        for kind in SharingVerdict.Kind.allCases {
            #expect(!kind.action.contains("ban") && !kind.action.contains("block"))
        }
        #expect(!SharingReport.columns.contains { ["ban", "banned", "block"].contains($0.name) })
    }

    @Test func `a week that is cut has only what was before`() throws {
        let story = try Self.shared()
        let middle = story.week.start.microseconds / 1_000 + 3 * 86_400_000
        let cut = SharingWeek(story.week, of: story.facts, story.clock, until: middle)
        let whole = SharingWeek(story.week, of: story.facts, story.clock)
        let (a, b) = (try #require(cut.entries.first), try #require(whole.entries.first))
        #expect(a.evidence.ownHome < b.evidence.ownHome)
        #expect(a.evidence.overlapDays.nonzeroBitCount == 3)
    }
}
