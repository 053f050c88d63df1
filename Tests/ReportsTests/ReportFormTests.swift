import Model
import Testing

@testable import Reports

struct ReportFormTests {
    private static func report(rows: Int = 2) throws -> Report {
        let clock = try LocalClock(zone: "Europe/Berlin")
        let week = try #require(ReportWeek("2026-W43", clock))
        var report = Report(
            name: "example",
            version: 1,
            weeks: [week],
            clock: clock,
            coversUntil: week.end,
            columns: [
                .init("week"), .init("who", "who"), .init("score", "score"), .init("at", "at"), .init("reasons", "why"),
            ]
        )
        report.totals = [.init("lost", .number(12.5, decimals: 1))]
        report.notes = ["A note, \"quoted\"."]
        for row in 0..<rows {
            report.rows.append([
                .text(week.name), .text(row == 0 ? "=cmd|' /C calc'!A0" : "c\(row), the \"second\""),
                .number(-1.25, decimals: 1), row == 0 ? .moment(week.start, seq: 7) : .missing,
                .reasons([
                    Reason("refused \u{1b}[2J twice", points: 1.1, events: [7, 9]),
                    Reason(
                        "a phone seen in both homes, which speaks for one family that goes about, or so it seems",
                        points: -0.6
                    ),
                ]),
            ])
        }
        return report
    }

    private static func text(_ format: ReportFormat, rows: Int = 2) throws -> String {
        String(decoding: try Self.report(rows: rows).bytes(format), as: UTF8.self)
    }

    @Test func `csv follows RFC 4180 and begins no formula`() throws {
        let expected = [
            "week,who,score,at,reasons",
            "2026-W43,'=cmd|' /C calc'!A0,-1.3,2026-10-19T00:00:00+02:00,\"'+1.1 refused \u{1b}[2J twice (#7, #9); -0.6 a phone seen in both homes, which speaks for one family that goes about, or so it seems\"",
            "2026-W43,\"c1, the \"\"second\"\"\",-1.3,,\"'+1.1 refused \u{1b}[2J twice (#7, #9); -0.6 a phone seen in both homes, which speaks for one family that goes about, or so it seems\"",
            "",
        ]
        #expect(try Self.text(.csv) == expected.joined(separator: "\r\n"))
    }

    @Test func `json has numbers for numbers and moments with their event`() throws {
        let text = try Self.text(.json, rows: 1)
        #expect(
            text.hasPrefix(
                #"{"report":"example","version":1,"week":"2026-W43","weeks":["2026-W43"],"tz":"Europe/Berlin","partial":false,"final":true,"covers_until":"2026-10-26T00:00:00+01:00","revision":0,"options":{},"totals":{"lost":12.5},"rows":["#
            )
        )
        #expect(text.contains(#""score":-1.3,"at":{"at":"2026-10-19T00:00:00+02:00","seq":7}"#))
        #expect(text.contains(#"{"text":"refused \u001b[2J twice","points":1.100,"seq":[7,9]}"#))
        #expect(text.hasSuffix("],\"notes\":[\"A note, \\\"quoted\\\".\"]}\n"))
    }

    @Test func `a table is 120 columns wide at most, has no control characters and says how to see more`() throws {
        let lines = try Self.text(.table, rows: 23).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= TableWriter.widthMax })
        #expect(!lines.joined().unicodeScalars.contains { $0.value < 32 })
        #expect(lines[0] == "example 2026-W43 (Europe/Berlin), final")
        #expect(lines.contains { $0.hasPrefix("20 of 23 rows; --top 23") })
        #expect(lines.contains("lost 12.5"))
    }

    static let decimals: [(Double, Int, String)] = [
        (0, 0, "0"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (-1.25, 1, "-1.3"), (1e300, 2, "0"), (.nan, 2, "0"),
        (12_345.678, 2, "12345.68"), (0.000_001, 3, "0.000"),
    ]

    @Test(arguments: decimals)
    func `decimals are rounded half away from zero`(_ value: Double, _ decimals: Int, _ text: String) {
        #expect(DecimalText.text(value, decimals: decimals) == text)
    }
}
