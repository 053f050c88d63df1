import Model
import TestSupport
import Testing

@testable import Vault

struct KeyCalendarTests {
    /// Moments, seconds that the clock is ahead of UTC then, and the week's name, beginning and end.
    static let weeks: [(String, Int64, String, String, String)] = [
        ("2026-11-23T00:00:00Z", 0, "2026-W48", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
        ("2026-11-22T23:59:59Z", 0, "2026-W47", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("2026-11-22T23:59:59Z", 3_600, "2026-W48", "2026-11-22T23:00:00Z", "2026-11-29T23:00:00Z"),
        ("2026-11-23T07:59:59Z", -28_800, "2026-W47", "2026-11-16T08:00:00Z", "2026-11-23T08:00:00Z"),
        ("2027-01-03T12:00:00Z", 0, "2026-W53", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z"),
        ("1969-12-31T00:00:00Z", 0, "1970-W01", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"),
    ]

    @Test(arguments: weeks) func `weeks begin on the operator's Monday`(
        _ at: String,
        _ offset: Int64,
        _ name: String,
        _ from: String,
        _ until: String
    ) throws {
        let calendar = KeyCalendar { _ in offset }
        let week = calendar.week(of: try #require(WallTime(at)))
        #expect(week == KeyWeek(name: name, from: try #require(WallTime(from)), until: try #require(WallTime(until))))
    }

    @Test func `weeks follow each other without a gap where the clock is changed`() throws {
        // Central Europe, 2026: summer time from 29 March to 25 October.
        let spring = try #require(WallTime("2026-03-29T01:00:00Z"))
        let autumn = try #require(WallTime("2026-10-25T01:00:00Z"))
        let calendar = KeyCalendar { $0 >= spring && $0 < autumn ? 7_200 : 3_600 }
        var week = calendar.week(of: try #require(WallTime("2027-01-15T12:00:00Z")))
        var lengths: [Int64: Int] = [:]
        for _ in 0..<60 {
            let before = calendar.week(1, before: week)
            #expect(before.until == week.from)
            #expect(calendar.week(of: before.from) == before)
            lengths[(before.until.seconds - before.from.seconds) / 3_600, default: 0] += 1
            week = before
        }
        #expect(lengths == [167: 1, 168: 58, 169: 1])
        #expect(calendar.week(12, before: calendar.week(of: autumn)).name == "2026-W31")
    }

    @Test func `equal things have equal hashes in a week and in no other`() throws {
        let scratch = try ScratchDirectory()
        let keys = InstallationKeys.random()
        let store = try KeyStore(path: scratch.file("keys.sqlite"), installation: keys)
        let vault = Vault(installation: keys, store: store)
        let hash = try vault.weeklyHash(.network, "192.0.2.0/24", week: "2026-W47")
        #expect(try vault.weeklyHash(.network, "192.0.2.0/24", week: "2026-W47") == hash)
        #expect(try vault.weeklyHash(.network, "192.0.2.0/24", week: "2026-W48") != hash)
        #expect(try vault.weeklyHash(.address, "192.0.2.0/24", week: "2026-W47") != hash)
        #expect(keys.hash(.network, "192.0.2.0/24") != hash)
        #expect(try store.weeks() == ["2026-W47", "2026-W48"])
    }
}
