import Model
import Testing

@testable import Reports

struct ChartTests {
    private static func grid(
        _ name: String,
        zone: String = "Europe/Berlin"
    ) throws -> (HourGrid, ReportWeek, LocalClock) {
        let clock = try LocalClock(zone: zone)
        let week = try #require(ReportWeek(name, clock))
        return (HourGrid(week, clock), week, clock)
    }

    /// 169, 167 and 168 hours.
    @Test(arguments: ["2026-W43", "2026-W13", "2026-W20"])
    func `all minutes of a week are in its hours, also where the clock is changed`(_ name: String) throws {
        var (grid, week, _) = try Self.grid(name)
        grid.add((week.start.ms - 5_000)..<(week.end.ms + 5_000))
        #expect(grid.values.reduce(0, +) == Double(week.seconds) / 60)
        #expect(grid.values.allSatisfy { $0 == 60 || $0 == 120 || $0 == 0 })
    }

    @Test func `minutes count in the hours they lie in, and the most is named`() throws {
        var (grid, week, clock) = try Self.grid("2026-W43")
        #expect(grid.isEmpty && grid.most == nil)
        let saturday = clock.start(ofDay: week.monday + 5).ms
        grid.add((saturday + 20 * 3_600_000 - 600_000)..<(saturday + 20 * 3_600_000 + 1_800_000))
        #expect(grid.values[5 * 24 + 19] == 10 && grid.values[5 * 24 + 20] == 30)
        #expect(grid.most == "Saturday, 20–21\u{A0}h")
        let svg = HeatMap(grid: grid, label: "minutes").svg.text
        #expect(svg.split(separator: "class=\"heat\"").count - 1 == 2)
        #expect(svg.split(separator: "class=\"bed\"").count - 1 == 168)
    }

    @Test func `gaps that overlap are seen once`() throws {
        var (grid, week, _) = try Self.grid("2026-W43")
        var views = ViewFacts(span: week.start.ms..<week.end.ms)
        var connection = ConnectionFact()
        connection.from = week.start.ms
        connection.length = 3_600_000
        connection.channel = 1
        views.connections = [connection]
        let gaps = [(0, 60_000, false), (30_000, 120_000, false), (200_000, 260_000, true)].map {
            GapFact(channel: 1, source: -1, from: week.start.ms + $0, to: week.start.ms + $1, isHidden: $2, seq: 1)
        }
        let bounds = week.start.ms..<week.end.ms
        grid.addFrozen(views, gaps, in: bounds)
        #expect(grid.values[0] == 2 && grid.values.reduce(0, +) == 2)
        grid.addFrozen(views, gaps, in: bounds, attention: 60_000)
        #expect(grid.values[0] == 3)
    }

    @Test func `bars of a strip that could not be told apart are one`() throws {
        let (_, week, clock) = try Self.grid("2026-W43")
        let start = week.start.ms
        let spans = [
            start..<(start + 1_000), (start + 60_000)..<(start + 120_000), (start + 86_400_000)..<(start + 90_000_000),
        ]
        let lanes = [WeekStrip.Lane(name: "<main>", style: "watch", spans: spans)]
        let svg = WeekStrip(week, clock, label: "strip", lanes: lanes).svg.text
        #expect(svg.split(separator: "z").count - 1 == 2)
        #expect(svg.contains("&lt;main&gt;") && !svg.contains("<main>"))
        #expect(WeekStrip(week, clock, label: "strip", lanes: []).svg.text.isEmpty)
        let outside = [WeekStrip.Lane(name: "a", style: "watch", spans: [(start - 9_000_000)..<(start - 8_000_000)])]
        #expect(!WeekStrip(week, clock, label: "strip", lanes: outside).svg.text.contains("<path"))
    }

    @Test func `a chart has twelve bars at most, and none for nothing`() {
        let bars = (0..<20).map {
            BarChart.Bar(name: "<\($0)>", parts: [.init(style: "frozen", value: Double($0))], words: "\($0)")
        }
        let svg = BarChart(bars: bars, label: "bars").svg.text
        #expect(svg.split(separator: "<rect").count - 1 == BarChart.barsMax - 1)
        #expect(svg.contains("&lt;11&gt;") && !svg.contains("&lt;12&gt;"))
        #expect(BarChart(bars: [], label: "bars").svg.text.isEmpty)
    }
}
