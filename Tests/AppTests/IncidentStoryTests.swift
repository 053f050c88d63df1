import Events
import Model
import Projections
import Testing

@testable import App

struct IncidentStoryTests {
    static let suppliers: [SourceID: SupplierID] = [
        SourceID(1): SupplierID(rawValue: "alpha"), SourceID(2): SupplierID(rawValue: "beta"),
    ]

    static func row(
        _ kind: String,
        at ms: Int64,
        source: Int64? = 1,
        to: Int64? = nil,
        cause: String? = nil,
        length: Int64? = nil,
        viewers: Int64? = nil,
        visible: Bool? = nil
    ) -> IncidentRow {
        var row = IncidentRow.empty
        row.seq = ms
        row.at = WallTime(seconds: 1_795_464_700).advanced(milliseconds: ms)
        row.kind = kind
        row.channel = ChannelID(101)
        row.source = source.map { SourceID($0) }
        row.supplier = kind.hasPrefix("ingest") ? source.flatMap { Self.suppliers[SourceID($0)] } : nil
        row.to = to.map { SourceID($0) }
        row.cause = cause
        row.length = length.map { Milliseconds($0) }
        row.viewers = viewers
        row.visible = visible
        return row
    }

    static let golden: [([IncidentRow], [String])] = [
        (
            [
                row("ingest.blip", at: 4_000, cause: "closed", length: 3_900),
                row("freeze.patch", at: 4_100, cause: "skip-pictures", length: 3_200, viewers: 18, visible: false),
            ],
            ["supplier alpha closed the connection; picture held 3.2 s (hidden); back on source 1; 18 viewers"]
        ),
        (
            [
                row("ingest.blip", at: 900, cause: "closed", length: 400),
                row("overlap.dropped", at: 1_500, length: 10_000),
            ],
            [
                "supplier alpha closed the connection; nothing to hide; 10.0 s sent a second time dropped; back on source 1"
            ]
        ),
        (
            [
                row("freeze.patch", at: 3_000, cause: "skip-pictures", length: 2_400, viewers: 1, visible: false),
                row("failover.switch", at: 3_000, to: 2, cause: "stall", length: 2_400),
                row("ingest.down", at: 3_400, cause: "stall"),
            ],
            ["supplier alpha sent nothing; picture held 2.4 s (hidden); switched to source 2 (supplier beta); 1 viewer"]
        ),
        (
            [row("failover.switch", at: 0, source: 2, to: 1, cause: "returned", length: 0)],
            ["back on the better source 1 (supplier alpha)"]
        ),
        (
            [
                row(
                    "slate.shown",
                    at: 30_000,
                    source: nil,
                    cause: "no-source",
                    length: 30_000,
                    viewers: 4,
                    visible: true
                )
            ],
            ["slate shown for 30.0 s (seen); 4 viewers"]
        ),
        (
            [
                row("ingest.started", at: 0, length: 300), row("ingest.down", at: 60_000, cause: "http-404"),
                row("ingest.recovered", at: 72_000, length: 12_000),
            ],
            [
                "source 1 of supplier alpha delivers", "supplier alpha answered 404; source 1 is down",
                "source 1 is back after 12.0 s",
            ]
        ),
    ]

    @Test(arguments: Self.golden)
    func `what happens together is one line in words`(_ rows: [IncidentRow], _ lines: [String]) {
        #expect(IncidentStory.stories(rows).map { $0.words(Self.suppliers) } == lines)
    }

    @Test func `a story begins when the first of it did`() throws {
        let story = try #require(IncidentStory.stories(Self.golden[0].0).first)
        #expect(story.begin == WallTime(seconds: 1_795_464_700).advanced(milliseconds: 100))
    }

    static let report = ChannelReport(
        now: Table(columns: ["channel", "name", "category"], rows: [[.number(101), .text("News \"One\""), .missing]]),
        incidents: [.init(seq: 7, atMicroseconds: 1_795_464_700_000_000, what: "supplier alpha sent nothing")],
        timezone: "Europe/Berlin"
    )

    @Test func `is read in the operator's zone, and by machines`() {
        let page = #"""
            channel   101
            name      News "One"
            category  -

            last incidents (Europe/Berlin):
            2026-11-23 21:11:40  supplier alpha sent nothing

            """#
        let sheets = #"""
            channel,name,category
            101,"News ""One""",

            seq,at,what
            7,2026-11-23T20:11:40.000000Z,supplier alpha sent nothing

            """#
        let document = #"""
            {"channel": {"channel": 101, "name": "News \"One\"", "category": null}, "incidents": [
              {"seq": 7, "at": "2026-11-23T20:11:40.000000Z", "what": "supplier alpha sent nothing"}
            ]}

            """#
        #expect(Self.report.text(.table) == page)
        #expect(Self.report.text(.csv) == sheets)
        #expect(Self.report.text(.json) == document)
    }
}
