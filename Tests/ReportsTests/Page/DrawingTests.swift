import Model
import Testing

@testable import Reports

/// What the pages of the three reports say of weeks made by hand.
struct DrawingTests {
    private static func shared() throws -> SharingStory {
        var story = try SharingStory("2026-W43")
        story.limit(1)
        for day in Int64(0)..<7 {
            story.watch(.tv(1), .home(1), day: day, at: 19, for: 100)
            story.watch(.tv(8), .otherHome(1), day: day, at: 19.5, for: 120, channel: 5)
            story.watch(.box(3), .otherHome(1), day: day, at: 10, for: 60, channel: 6)
        }
        story.refuse(.phone(1), .mobile(1), day: 2, at: 20)
        return story
    }

    private static func drawing(cents: Int64 = 1_000, excuses: [SharingExcuse] = []) throws -> ReportDrawing {
        let story = try Self.shared()
        var report = SharingReport(
            clock: story.clock,
            cheapestCents: cents,
            customers: [1: "c1"],
            credentials: [1: "u1"],
            excuses: excuses
        )
        let views = story.facts
        let week = report.take(story.week, views: views)
        let strips = SharingStrips(story.week, of: views, story.clock, until: .max)
        return week.drawing(week.chosen(top: nil, customer: nil), first: 3, strips: strips)
    }

    @Test func `sharing: how many, how much money, and whom to look at first`() throws {
        let drawing = try Self.drawing()
        #expect(
            drawing.lead == [
                "Several households seem to use 1 of 13 credentials, 1 of them very likely.",
                "That is 1 home beyond the first; if some of those paid, it would be 2.00 to 5.00 more a month.",
                "Look first at u1 (c1): 98 of 100, 2 homes; offer a second connection.",
            ]
        )
        #expect(drawing.cards.first == WebCard("2.00 – 5.00", "a month at stake, an assumption", .bad))
        #expect(drawing.figures.map(\.title) == ["What it looks like", "When other homes watch"])
        #expect(drawing.figures.last?.note.contains("most on") == true)
    }

    @Test func `sharing: a strip has a lane for each home and for refusals`() throws {
        let drawing = try Self.drawing()
        #expect(drawing.rows.keys.min() == 3 && drawing.rows.count == 13)
        let strip = try #require(drawing.rows[3]?.text)
        for lane in [">main home<", ">other home<", ">refused<"] { #expect(strip.contains(lane), "\(lane)") }
        #expect(!strip.contains("VPN") && !strip.contains("on the move"))
    }

    @Test func `sharing: what is known to be fine asks for nothing, and no price means no money`() throws {
        let excuse = SharingExcuse(credential: CredentialID(1), reason: "staff", until: try Self.shared().week.end)
        let fine = try Self.drawing(excuses: [excuse])
        #expect(
            fine.lead.first
                == "No sign that several households use any of 13 credentials. Known to be fine: 1 more."
        )
        #expect(fine.figures.isEmpty)
        #expect(try Self.drawing(cents: 0).lead[1] == "No plan has a price, so what this costs can't be said.")
    }

    /// One customer, who watched for an hour and saw a minute frozen and a minute hidden.
    private static func failed() throws -> (week: ReportWeek, clock: LocalClock, supply: SupplyFacts, views: ViewFacts)
    {
        let clock = try LocalClock(zone: "Europe/Berlin")
        let week = try #require(ReportWeek("2026-W43", clock))
        let (start, end) = (week.start.ms, week.end.ms)
        var supply = SupplyFacts(span: start..<end)
        supply.suppliers = ["<hotel>"]
        supply.sources = [FeedFact(source: 1, channel: 1, supplier: 0, position: 0)]
        supply.outages = [OutageFact(source: 0, from: start + 60_000, to: start + 180_000, seq: 5)]
        supply.gaps = [
            GapFact(channel: 1, source: 0, from: start + 60_000, to: start + 120_000, isHidden: true, seq: 6),
            GapFact(channel: 1, source: 0, from: start + 120_000, to: start + 180_000, isHidden: false, seq: 7),
        ]
        var connection = ConnectionFact()
        connection.connection = 1
        connection.from = start
        connection.length = 3_600_000
        connection.channel = 1
        var views = ViewFacts(span: start..<end)
        views.clients = [ClientFact()]
        views.connections = [connection]
        views.credentials = [
            CredentialFact(
                credential: CredentialID(1),
                customer: 7,
                maxConnections: 1,
                priceMonthCents: 1_000,
                connections: 0..<1,
                rejections: 0..<0
            )
        ]
        return (week, clock, supply, views)
    }

    private static var names: Names {
        var names = Names()
        names.customers[7] = Names.Customer(name: "ada", since: 0, priceMonthCents: 5_200)
        names.channels[1] = "One"
        return names
    }

    @Test func `stability: what was lost, what was saved and its worth, and whose fault it was`() throws {
        let (week, clock, supply, views) = try Self.failed()
        let report = StabilityReport(supply: supply, views: views, names: Self.names, clock: clock)
        let figures = report.figures(of: week, until: .max)
        let drawing = StabilityDrawing(
            report: report,
            week: week,
            figures: figures,
            harm: HarmHistory(),
            bounds: week.start.ms..<week.end.ms
        ).drawing(report.subjects(figures, .init()), first: 0)
        #expect(
            drawing.lead == [
                "Viewers lost 1 min of picture in 1 h watched.",
                "Anti-freeze hid 1 min, 50 % of what was missing, worth 0.20 at this week's part of your prices.",
                "Most of it is supplier <hotel>: 1 min lost by 1 failure, worst on Mon 19 Oct 00:02.",
            ]
        )
        #expect(drawing.cards.first == WebCard("0.20", "worth of lost viewing", .bad))
        #expect(drawing.figures.map(\.title) == ["Suppliers", "When viewers lost picture", "Channels"])
        #expect(drawing.figures[0].chart.text.contains("&lt;hotel&gt;"))
        #expect(drawing.rows.keys.sorted() == [1, 2])
        #expect(report.totals(figures.all).contains(.init("worth_lost", .number(0.2, decimals: 2))))
    }

    @Test func `refund risk: whom to speak to, what it may cost, and whose failures they saw`() throws {
        let (week, clock, supply, views) = try Self.failed()
        var report = RefundRiskReport(names: Self.names, clock: clock)
        report.add(week, supply: supply, views: views, until: .max)
        let ranked = report.ranked(0, shift: 0)
        let drawing = RefundRiskDrawing(
            report: report,
            week: week,
            views: views,
            bounds: week.start.ms..<week.end.ms,
            ranked: ranked
        ).drawing(ranked, first: 0)
        let score = try #require(ranked.first?.score)
        let money = DecimalText.text(score / 100 * 52, decimals: 2)
        let isNow = score >= RefundRiskReport.actScoreMin
        #expect(
            drawing.lead == [
                "Speak to \(isNow ? 1 : 0) of 1 customer now, and look at \(isNow ? 0 : 1) more.",
                "As far as what they saw tells, \(money) of a month's prices may be asked back by these, \(money) by all.",
                "Customers saw 60 seconds of frozen picture (most from supplier <hotel>); anti-freeze hid 60 seconds more.",
            ]
        )
        #expect(drawing.cards.first?.number == "\(money) – \(money)")
        #expect(drawing.figures.map(\.title) == ["Whose failures customers saw", "When they saw it"])
        let strip = try #require(drawing.rows[0]?.text)
        #expect(strip.contains(">frozen<") && strip.contains(">hidden<") && !strip.contains(">refused<"))
    }
}
