import Model
import TestSupport
import Testing

struct WallTimeTests {
    static let cases: [(String, Int64)] = [
        ("1970-01-01T00:00:00.000000Z", 0),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2000-02-29T12:34:56.000001Z", 951_827_696_000_001),
        ("2026-11-23T07:00:00.123456Z", 1_795_417_200_123_456),
        ("2100-03-01T00:00:00.000000Z", 4_107_542_400_000_000),
    ]

    @Test(arguments: cases)
    func `is written and read as RFC 3339`(_ text: String, _ microseconds: Int64) {
        #expect(WallTime(microseconds: microseconds).description == text)
        #expect(WallTime(text) == WallTime(microseconds: microseconds))
    }

    static let short: [(String, String)] = [
        ("2026-11-23", "2026-11-23T00:00:00.000000Z"),
        ("2026-11-23 07:01", "2026-11-23T07:01:00.000000Z"),
        ("2026-11-23T07:01:02", "2026-11-23T07:01:02.000000Z"),
        ("2026-11-23T07:01:02.5Z", "2026-11-23T07:01:02.500000Z"),
    ]

    @Test(arguments: short)
    func `shorter forms are read`(_ text: String, _ full: String) {
        #expect(WallTime(text)?.description == full)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-11-23T25:00", "2026-11-23X07:00", "2026-11-23T07:00:00+01:00",
        "20261123T070000Z",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(WallTime(text) == nil)
    }

    @Test func `every moment comes back from its text`() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<2_000 {
            let time = WallTime(
                microseconds: Int64.random(in: -62_135_596_800_000_000..<253_402_300_800_000_000, using: &random)
            )
            #expect(WallTime(time.description) == time)
        }
    }

    static let weeks: [(String, String)] = [
        ("2026-01-01", "2026-W01"), ("2025-12-29", "2026-W01"), ("2025-12-28", "2025-W52"), ("2021-01-03", "2020-W53"),
        ("2026-11-23", "2026-W48"),
    ]

    @Test(arguments: weeks)
    func `knows its ISO week`(_ day: String, _ week: String) {
        #expect(WallTime(day)?.isoWeek == week)
    }
}
