import Events
import Model
import Projections
import TestSupport
import Testing

@testable import Accounts

struct CalendarClockTests {
    private static let second: Int64 = 1_000_000
    private static let start: Int64 = 1_795_000_000

    /// What the wall clock is moved by (s) at which second of the run, and what is believed at the end (s after the start).
    static let steps: [(what: String, steps: [(at: Int64, by: Int64)], end: Int64, believed: Int64)] = [
        ("no step", [], 1_000, 1_000),
        ("a year forward, a moment ago", [(100, 31_536_000)], 200, 200),
        ("a year forward, and back", [(100, 31_536_000), (400, -31_536_000)], 2_000, 2_000),
        ("an hour back, a moment ago", [(100, -3_600)], 200, 200),
        ("an hour forward, and it stays", [(100, 3_600)], 900, 4_500),
        ("an hour back, and it stays", [(100, -3_600)], 900, -2_700),
        ("forward again and again", [(100, 3_600), (500, 3_600), (900, 3_600)], 1_400, 1_400),
        ("a second, which is no step", [(100, 1)], 101, 102),
    ]

    @Test(arguments: steps.indices)
    func `a step of the wall clock is believed when it has stood for ten minutes`(_ index: Int) {
        let (what, steps, end, believed) = Self.steps[index]
        var clock = CalendarClock(wall: WallTime(seconds: Self.start), monotonic: 0)
        var time = WallTime(seconds: 0)
        for elapsed in 0...end {
            let moved = steps.filter { $0.at <= elapsed }.reduce(0) { $0 + $1.by }
            time = clock.time(wall: WallTime(seconds: Self.start + elapsed + moved), monotonic: elapsed * Self.second)
        }
        #expect(time.seconds - Self.start == believed, "\(what)")
    }
}

struct ExpiryScheduleTests {
    private static func issued(_ credential: Int64, _ end: Int64?) -> Event {
        .credentialIssued(
            CredentialIssued(
                credential: CredentialID(credential),
                customer: CustomerID(rawValue: "c1"),
                login: "l",
                username: "u",
                password: "p",
                expires: end.map { WallTime(seconds: $0) },
                trial: true
            )
        )
    }

    private static func changed(_ credential: Int64, _ end: Int64?) -> Event {
        .credentialChanged(
            CredentialChanged(
                credential: CredentialID(credential),
                customer: CustomerID(rawValue: "c1"),
                login: "l",
                username: "u",
                expires: end.map { WallTime(seconds: $0) },
                trial: true
            )
        )
    }

    private static func suspended(_ credential: Int64) -> Event {
        .credentialSuspended(CredentialSuspended(credential: CredentialID(credential), why: "x"))
    }

    private static func resumed(_ credential: Int64) -> Event {
        .credentialResumed(CredentialResumed(credential: CredentialID(credential)))
    }

    private static func expired(_ credential: Int64) -> Event {
        .credentialExpired(CredentialExpired(credential: CredentialID(credential)))
    }

    private static func removed(_ credential: Int64) -> Event {
        .credentialRemoved(CredentialRemoved(credential: CredentialID(credential)))
    }

    /// What is recorded, and who has ended when 100 s are reached.
    static let lives: [(String, [Event], [Int64])] = [
        ("before its end", [issued(1, 101)], []),
        ("at its end", [issued(1, 100)], [1]),
        ("without an end", [issued(1, nil)], []),
        ("the earliest first", [issued(1, 90), issued(2, 80), issued(3, 95)], [2, 1, 3]),
        ("extended", [issued(1, 90), changed(1, 110)], []),
        ("shortened", [issued(1, 110), changed(1, 90)], [1]),
        ("made endless", [issued(1, 90), changed(1, nil)], []),
        ("suspended", [issued(1, 90), suspended(1)], []),
        ("suspended and resumed", [issued(1, 90), suspended(1), resumed(1)], [1]),
        ("extended while suspended", [issued(1, 90), suspended(1), changed(1, 95)], []),
        ("ended by another command", [issued(1, 90), expired(1)], []),
        ("ended and extended to another end", [issued(1, 90), expired(1), changed(1, 95)], [1]),
        ("ended, suspended and resumed", [issued(1, 90), expired(1), suspended(1), resumed(1)], [1]),
        ("suspended without an end, and given one", [issued(1, nil), suspended(1), changed(1, 90)], []),
        ("suspended, given an end and resumed", [issued(1, nil), suspended(1), changed(1, 90), resumed(1)], [1]),
        ("removed", [issued(1, 90), removed(1)], []),
    ]

    @Test(arguments: lives.indices)
    func `who has ended`(_ index: Int) {
        let (what, events, ended) = Self.lives[index]
        var schedule = ExpirySchedule()
        for event in events { schedule.recorded(event) }
        let now = WallTime(seconds: 100)
        let (first, second) = (schedule.reached(now), schedule.reached(now))
        #expect(first == ended.map { CredentialID($0) }, "\(what)")
        #expect(second.isEmpty, "told once: \(what)")
    }

    @Test func `what could not be ended is told again`() {
        var schedule = ExpirySchedule()
        for event in [Self.issued(1, 90), Self.issued(2, 91)] { schedule.recorded(event) }
        let now = WallTime(seconds: 100)
        let reached = schedule.reached(now)
        schedule.recorded(Self.suspended(2))
        schedule.putBack(reached)
        let again = schedule.reached(now)
        #expect(again == [CredentialID(1)])
    }

    /// A credential as a rule of thumb has it.
    private struct Line {
        var end: Int64?
        var state = CredentialRow.State.active
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `whatever is recorded, who ends is who the tables say has ended`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var schedule = ExpirySchedule()
        var lines: [Int64: Line] = [:]
        for step in 0..<2_000 {
            let now = Int64(step)
            let credential = Int64.random(in: 1...40, using: &random)
            let end: Int64? =
                Int.random(in: 0..<10, using: &random) == 0 ? nil : now + .random(in: -5...60, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                guard lines[credential] == nil else { continue }
                lines[credential] = Line(end: end)
                schedule.recorded(Self.issued(credential, end))
            case 1:
                guard let line = lines[credential] else { continue }
                lines[credential] = Line(end: end, state: line.state == .suspended ? .suspended : .active)
                schedule.recorded(Self.changed(credential, end))
            case 2:
                guard lines[credential] != nil else { continue }
                lines[credential]?.state = .suspended
                schedule.recorded(Self.suspended(credential))
            case 3:
                guard lines[credential]?.state == .suspended else { continue }
                lines[credential]?.state = .active
                schedule.recorded(Self.resumed(credential))
            case 4 where step % 10 == 0:
                guard lines[credential] != nil else { continue }
                lines[credential] = nil
                schedule.recorded(Self.removed(credential))
            default: break
            }
            let due = lines.filter { $0.value.state == .active && ($0.value.end ?? .max) <= now }.keys.sorted()
            // A restart in between reads the tables, and changes nothing.
            if step % 97 == 0 { schedule = Self.restarted(lines) }
            let reached = schedule.reached(WallTime(seconds: now)).map(\.rawValue).sorted()
            #expect(reached == due, "step \(step)")
            for credential in due {
                lines[credential]?.state = .expired
                schedule.recorded(Self.expired(credential))
            }
        }
    }

    private static func restarted(_ lines: [Int64: Line]) -> ExpirySchedule {
        var schedule = ExpirySchedule()
        for (credential, line) in lines {
            schedule.add(CredentialID(credential), end: line.end.map { WallTime(seconds: $0) }, state: line.state)
        }
        return schedule
    }
}

struct PeriodTests {
    private static let start = "2026-01-31T10:00:00Z"

    @Test(arguments: [
        ("90s", "2026-01-31T10:01:30Z"), ("30m", "2026-01-31T10:30:00Z"), ("24h", "2026-02-01T10:00:00Z"),
        ("7d", "2026-02-07T10:00:00Z"), ("4w", "2026-02-28T10:00:00Z"), ("1mo", "2026-02-28T10:00:00Z"),
        ("2mo", "2026-03-31T10:00:00Z"), ("11mo", "2026-12-31T10:00:00Z"), ("12mo", "2027-01-31T10:00:00Z"),
        ("1y", "2027-01-31T10:00:00Z"), ("25mo", "2028-02-29T10:00:00Z"), ("100y", "2126-01-31T10:00:00Z"),
    ])
    func `a length has an end`(_ text: String, _ end: String) throws {
        let start = try #require(WallTime(Self.start))
        #expect(Period(text)?.end(from: start) == WallTime(end))
    }

    @Test(arguments: ["", "24", "h", "0h", "-1h", "1.5h", "24 h", "1mon", "101y", "99999999999d", "1H"])
    func `anything else is no length`(_ text: String) {
        #expect(Period(text) == nil)
    }
}
