import Model
import Testing

@testable import Reports

struct ReportWeekTests {
    struct Case: CustomTestStringConvertible {
        var name: String
        var start: String
        var hours: Int64

        var testDescription: String { self.name }
    }

    static let cases = [
        Case(name: "2026-W42", start: "2026-10-12T00:00:00+02:00", hours: 168),
        Case(name: "2026-W43", start: "2026-10-19T00:00:00+02:00", hours: 169),
        Case(name: "2026-W44", start: "2026-10-26T00:00:00+01:00", hours: 168),
        Case(name: "2026-W13", start: "2026-03-23T00:00:00+01:00", hours: 167),
        Case(name: "2026-W53", start: "2026-12-28T00:00:00+01:00", hours: 168),
        Case(name: "2027-W01", start: "2027-01-04T00:00:00+01:00", hours: 168),
        Case(name: "2025-W01", start: "2024-12-30T00:00:00+01:00", hours: 168),
    ]

    @Test(arguments: cases)
    func `a name means one span`(_ testCase: Case) throws {
        let clock = try LocalClock(zone: "Europe/Berlin")
        let week = try #require(ReportWeek(testCase.name, clock))
        #expect(clock.text(week.start) == testCase.start)
        #expect(week.seconds == testCase.hours * 3_600)
        #expect(week.name == testCase.name)
        #expect(ReportWeek(containing: week.start, clock) == week)
        #expect(ReportWeek(containing: week.end.advanced(milliseconds: -1), clock) == week)
        #expect(ReportWeek(containing: week.end, clock) == week.next(clock))
        #expect(week.next(clock).previous(clock) == week)
        #expect(week.days(clock).first?.lowerBound == week.start && week.days(clock).last?.upperBound == week.end)
    }

    @Test(arguments: ["2027-W53", "2026-W00", "2026-W54", "2026-45", "26-W45", "2026-W5", "2026-W045", "", "2026-W4x"])
    func `refuses what is no week`(_ name: String) {
        #expect(ReportWeek(name, .utc) == nil)
    }

    @Test func `weeks follow each other without a gap for a century`() throws {
        let clock = try LocalClock(zone: "America/Havana")
        var week = try #require(ReportWeek("1990-W01", clock))
        for _ in 0..<5_200 {
            let next = week.next(clock)
            #expect(week.end == next.start && week < next)
            #expect(ReportWeek(next.name, clock) == next)
            week = next
        }
    }

    @Test func `prime time is an hour of the wall, not of Greenwich`() throws {
        let clock = try LocalClock(zone: "Europe/Berlin")
        let week = try #require(ReportWeek("2026-W43", clock))
        let spans = PrimeTime.usual.spans(in: week, clock)
        #expect(spans.map { clock.text($0.lowerBound) }.first == "2026-10-19T19:00:00+02:00")
        #expect(spans.map { clock.text($0.upperBound) }.last == "2026-10-25T23:00:00+01:00")
    }
}
