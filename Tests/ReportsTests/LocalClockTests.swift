import Model
import TestSupport
import Testing

@testable import Reports

struct LocalClockTests {
    struct Case: CustomTestStringConvertible {
        var zone: String
        var utc: String
        var local: String

        var testDescription: String { "\(self.zone) \(self.utc)" }
    }

    /// As `TZ=… date` tells them.
    static let cases = [
        Case(zone: "Europe/Berlin", utc: "2026-10-25T00:59:59Z", local: "2026-10-25T02:59:59+02:00"),
        Case(zone: "Europe/Berlin", utc: "2026-10-25T01:00:00Z", local: "2026-10-25T02:00:00+01:00"),
        Case(zone: "Europe/Berlin", utc: "2026-03-29T01:00:00Z", local: "2026-03-29T03:00:00+02:00"),
        Case(zone: "Europe/Berlin", utc: "2061-07-01T12:00:00Z", local: "2061-07-01T14:00:00+02:00"),
        Case(zone: "Europe/Berlin", utc: "2061-12-31T23:30:00Z", local: "2062-01-01T00:30:00+01:00"),
        Case(zone: "Australia/Lord_Howe", utc: "2026-04-04T15:00:00Z", local: "2026-04-05T01:30:00+10:30"),
        Case(zone: "Australia/Sydney", utc: "2055-01-15T12:00:00Z", local: "2055-01-15T23:00:00+11:00"),
        Case(zone: "America/New_York", utc: "2050-11-06T05:59:59Z", local: "2050-11-06T01:59:59-04:00"),
        Case(zone: "Asia/Kolkata", utc: "2026-01-01T00:00:00Z", local: "2026-01-01T05:30:00+05:30"),
        Case(zone: "UTC", utc: "2026-01-01T00:00:00Z", local: "2026-01-01T00:00:00Z"),
    ]

    @Test(arguments: cases)
    func `tells the wall clock's time`(_ testCase: Case) throws {
        let clock = try LocalClock(zone: testCase.zone)
        let time = try #require(WallTime(testCase.utc))
        #expect(clock.text(time) == testCase.local)
    }

    @Test(arguments: ["", "Europe/Nowhere", "../../etc/passwd", "/etc/localtime", "Europe", "a\u{0}b"])
    func `refuses what is no zone`(_ name: String) {
        #expect(throws: ZoneError.self) { try LocalClock(zone: name) }
    }

    @Test func `a day begins once, also where the clock jumps over midnight`() throws {
        // Until 2018 Brazil's summer began at midnight: 4 November had no 00:00.
        let brazil = try LocalClock(zone: "America/Sao_Paulo")
        let day = CivilDate(year: 2018, month: 11, day: 4).daysSinceEpoch
        #expect(brazil.text(brazil.start(ofDay: day)) == "2018-11-04T01:00:00-02:00")
        // Cuba goes back at 01:00, so that 00:30 comes twice; the day begins with the first 00:00.
        let cuba = try LocalClock(zone: "America/Havana")
        let autumn = CivilDate(year: 2026, month: 11, day: 1).daysSinceEpoch
        #expect(cuba.text(cuba.start(ofDay: autumn)) == "2026-11-01T00:00:00-04:00")
    }

    @Test func `never traps on mutated files`() throws {
        let file = try #require(LocalClock.read("\(LocalClock.directory)/Europe/Berlin"))
        var random = SeededRandom(seed: 0x7A0E)
        for _ in 0..<2_000 {
            var bytes = file
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            guard let zone = try? ZoneFile(parsing: bytes) else { continue }
            _ = zone.offset(at: Int64.random(in: -4_000_000_000...8_000_000_000, using: &random))
        }
    }
}
