import Model
import Testing

@testable import Reports

struct ReportPageTests {
    private static let hostile = "<script>alert('x')</script>\u{202E}\u{1b}[2J"

    private static func report(rows: Int = 3, top: Int? = nil, isDrawn: Bool = true) throws -> Report {
        let clock = try LocalClock(zone: "Europe/Berlin")
        let week = try #require(ReportWeek("2026-W43", clock))
        var report = Report(
            name: "example",
            version: 1,
            weeks: [week],
            clock: clock,
            coversUntil: week.end,
            columns: [
                .init("week", "week"), .init("customer", "who"), .init("band", "band"), .init("score", "score"),
                .init("devices"), .init("worst_at"), .init("reasons", "why"),
            ]
        )
        report.totals = [.init("lost_money", .number(12.5, decimals: 2))]
        report.notes = ["A \(Self.hostile) note."]
        if let top { report.options = [.init("top", .integer(Int64(top)))] }
        for row in 0..<rows {
            let reasons = [
                Reason("refused \(Self.hostile)", points: 1.1, events: [7, 9]), Reason("a phone", points: -0.6),
                Reason("hidden"),
            ]
            report.rows.append([
                .text(week.name), .text("\(Self.hostile)\(row)"), .text("likely"), .number(1_234.567, decimals: 3),
                .integer(12_345), .moment(week.start, seq: 8), .reasons(reasons),
            ])
        }
        if isDrawn {
            var drawing = ReportDrawing(
                title: Self.hostile,
                lead: [Self.hostile],
                cards: [WebCard("1.00", Self.hostile)]
            )
            drawing.rows[0] = "<svg id=\"first\"></svg>"
            drawing.figures = [.init(title: Self.hostile, chart: "<svg id=\"chart\"></svg>", note: Self.hostile)]
            report.drawing = drawing
        }
        return report
    }

    private static func text(_ report: Report) -> String { String(decoding: report.bytes(.html), as: UTF8.self) }

    private static func count(_ part: String, in text: String) -> Int { text.split(separator: part).count - 1 }

    @Test func `a page asks nobody for anything, has no script, and escapes every name`() throws {
        let page = Self.text(try Self.report())
        #expect(!page.contains("<script") && !page.contains("\u{1b}"))
        #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"))
        for outside in ["http:", "https:", "//", "url(", "@import", "<link", "<img", "onload", "src="] {
            #expect(!page.contains(outside), "\(outside)")
        }
        #expect(page.contains("default-src 'none'"))
    }

    @Test func `each row opens to its reasons, its chart and all its columns`() throws {
        let page = Self.text(try Self.report())
        #expect(Self.count("<details>", in: page) == 3)
        #expect(Self.count("<summary>refused ", in: page) == 3)
        #expect(Self.count("id=\"first\"", in: page) == 1)
        #expect(page.contains("<span class=\"points\">+1.1</span>") && page.contains("<small>#7, #9</small>"))
        #expect(page.contains("<dt>devices</dt><dd>12\u{202F}345</dd>"))
        #expect(page.contains("<dt>worst at</dt><dd>Mon 19 Oct 00:00 <small>#8</small></dd>"))
        #expect(page.contains("1234.6"))
        #expect(page.contains("<span class=\"tag likely\">likely</span>"))
    }

    @Test func `a page has the sentences, then the figures, then charts, then rows`() throws {
        let page = Self.text(try Self.report())
        let order = ["class=\"lead\"", "class=\"cards\"", "id=\"chart\"", "class=\"rows\"", "<footer>"]
        let places = order.compactMap { page.firstRange(of: $0)?.lowerBound }
        #expect(places.count == order.count && places == places.sorted())
        #expect(page.contains("2026-W43, Mon 19 Oct 2026 to Sun 25 Oct 2026 (Europe/Berlin), final</p>"))
    }

    @Test func `without sentences of its own, a report has its totals in large`() throws {
        let page = Self.text(try Self.report(isDrawn: false))
        #expect(page.contains("<b>12.50</b><span>lost money</span>"))
    }

    @Test(arguments: [(101, nil, 100), (101, 101, 101), (2_003, 2_003, 2_000), (0, nil, 0)])
    func `a page has a hundred rows, or as many as were asked for, up to its limit`(
        _ rows: Int,
        _ top: Int?,
        _ shown: Int
    ) throws {
        let page = Self.text(try Self.report(rows: rows, top: top))
        #expect(Self.count("<details>", in: page) == shown)
        #expect(page.contains("\(shown) of \(rows) rows") == (shown < rows))
    }

    @Test func `two weeks stand apart, the latest first`() throws {
        var report = try Self.report(rows: 1)
        let next = report.weeks[0].next(report.clock)
        report.weeks.append(next)
        var row = report.rows[0]
        row[0] = .text(next.name)
        report.rows.append(row)
        let page = Self.text(report)
        let headings = ["<h2>2026-W44</h2>", "<h2>2026-W43</h2>"].compactMap { page.firstRange(of: $0)?.lowerBound }
        #expect(headings.count == 2 && headings == headings.sorted())
    }

    static let figures: [(Double, Int, String)] = [
        (0, 0, "0"), (1_234.5, 1, "1234.5"), (12_345.6, 2, "12\u{202F}345.60"),
        (-1_234_567, 0, "-1\u{202F}234\u{202F}567"),
        (123_456, 0, "123\u{202F}456"), (.infinity, 2, "0"),
    ]

    @Test(arguments: figures) func `large numbers are grouped`(_ value: Double, _ decimals: Int, _ text: String) {
        #expect(Figures.text(value, decimals: decimals) == text)
    }
}
