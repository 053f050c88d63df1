import Accounts
import Delivery
import HTTP
import Model
import Testing

struct CatchUpTests {
    /// 2026-11-23 20:15 UTC.
    static let evening: Int64 = 1_795_464_900

    @Test(
        arguments: [
            ("2026-11-23:20-15", evening), ("2026-11-23:20-15-30", evening + 30), ("2026-11-23_20-15", evening),
            ("2026-11-23:20:15", evening), ("2026-11-23:20:15:30", evening + 30),
            ("2026-11-23 20:15:30", evening + 30), ("2026-11-23T20:15:30", evening + 30),
            ("2026-11-23T20:15:30.250", evening + 30), ("20261123-20", evening - 900),
        ]
    )
    func `reads starts of the server's clock in every form`(_ text: String, _ seconds: Int64) {
        #expect(CatchUpStart(text) == .local(WallTime(seconds: seconds)))
    }

    @Test(
        arguments: [
            ("1795464900", evening), ("1795464900000", evening), ("2026-11-23T20:15:30Z", evening + 30),
            ("2026-11-23T21:15:00+01:00", evening), ("2026-11-23T21:15:00.5+0100", evening),
            ("2026-11-23T14:45:00-05:30", evening),
        ]
    )
    func `reads moments`(_ text: String, _ seconds: Int64) {
        #expect(CatchUpStart(text) == .instant(WallTime(seconds: seconds)))
    }

    @Test(
        arguments: [
            "", "0", "12345678", "2026-11-23", "2026-11-31:20-15", "2026-13-01:20-15", "2026-11-23:24-00",
            "2026-11-23:20-60", "2026-11-23x20-15", "2026-11-23:20-15Z", "2026-11-23:20-15-", "20261123-2",
            "2026-11-23T20:15:30+1", "99999999999999", String(repeating: "1", count: 50), "２０２６-11-23:20-15",
        ]
    )
    func `refuses what is no start`(_ text: String) {
        #expect(CatchUpStart(text) == nil)
    }

    @Test func `a start means the server's zone, on both sides of a change of the clocks`() {
        // Clocks go back from UTC+2 to UTC+1 at this moment.
        let change: Int64 = 1_793_000_000
        let offset: (WallTime) -> Int64 = { $0.seconds < change ? 7_200 : 3_600 }
        for moment in [change - 86_400, change - 7_201, change + 3_600, change + 86_400] {
            let local = WallTime(seconds: moment + offset(WallTime(seconds: moment)))
            #expect(CatchUpStart.local(local).time(offset: offset) == WallTime(seconds: moment))
        }
    }

    @Test func `a window has bounds, and ends now where nobody says when`() {
        let now = WallTime(seconds: Self.evening)
        let start = CatchUpStart.instant(WallTime(seconds: Self.evening - 600))
        #expect(CatchUp(start: start, seconds: 60).window(now: now, offset: { _ in 0 }).seconds == 60)
        #expect(CatchUp(start: start, seconds: nil).window(now: now, offset: { _ in 0 }).seconds == 600)
        #expect(CatchUp(start: start, seconds: 999_999_999).window(now: now, offset: { _ in 0 }).seconds == 86_400)
        let future = CatchUp(start: .instant(WallTime(seconds: Self.evening + 9)), seconds: nil)
        #expect(future.window(now: now, offset: { _ in 0 }) == CatchUpWindow(start: Self.evening + 9, seconds: 1))
    }

    private static func opening(_ output: Output, _ start: CatchUpStart, _ seconds: Int64?) -> Route {
        .open(
            Route.Opening(
                username: Redacted("u"),
                password: Redacted("p"),
                channel: ChannelID(7),
                output: output,
                catchUp: CatchUp(start: start, seconds: seconds)
            )
        )
    }

    private static let local = CatchUpStart.local(WallTime(seconds: evening))
    private static let instant = CatchUpStart.instant(WallTime(seconds: evening))

    @Test(
        arguments: [
            ("/timeshift/u/p/60/2026-11-23:20-15/7.ts", opening(.ts, local, 3_600)),
            ("/timeshift/u/p/60/2026-11-23:20-15/7.m3u8", opening(.hls, local, 3_600)),
            ("/timeshift/u/p/60/2026-11-23%3A20-15/7", opening(.ts, local, 3_600)),
            ("/timeshift/u/p/60/2026-11-23%2020:15:00/7.ts", opening(.ts, local, 3_600)),
            ("/timeshift/u/p/9999999/1795464900/7.ts", opening(.ts, instant, 86_400)),
            ("/timeshift/u/p/x/2026-11-23:20-15/7.ts", .notFound), ("/timeshift/u/p/60/never/7.ts", .notFound),
            ("/timeshift/u/p/60/2026-11-23:20-15/7.mp4", .notFound), ("/timeshift/u/p/60/7.ts", .notFound),
            (
                "/streaming/timeshift.php?username=u&password=p&stream=7&start=2026-11-23:20-15&duration=60",
                opening(.ts, local, 3_600)
            ),
            (
                "/streaming/timeshift.php?username=u&password=p&stream=7&start=1795464900&duration=1&extension=m3u8",
                opening(.hls, instant, 60)
            ),
            (
                "/streaming/timeshift.php?username=u&password=p&stream=7&start=1795464900",
                opening(.ts, instant, nil)
            ),
            ("/streaming/timeshift.php?username=u&password=p&stream=7", .notFound),
            ("/streaming/timeshift.php?username=u&stream=7&start=1795464900", .notFound),
            ("/streaming/timeshift.php?username=u&password=p&stream=7&start=1795464900&extension=exe", .notFound),
            ("/live/u/p/7.m3u8?utc=1795464900&lutc=1795465000", opening(.hls, instant, 100)),
            ("/u/p/7?utc=1795464900", opening(.ts, instant, nil)),
            ("/u/p/7?utc=1795464900&lutc=5", opening(.ts, instant, nil)), ("/u/p/7?utc=soon", .notFound),
            (
                "/hls/\(RouterTests.token)/a1795464900-60.m3u8",
                .archivePlaylist(RouterTests.session, CatchUpWindow(start: evening, seconds: 60))
            ),
            (
                "/hls/\(RouterTests.token)/a1795464900-17.ts",
                .archiveSegment(RouterTests.session, file: evening, index: 17)
            ),
            ("/hls/\(RouterTests.token)/a1795464900-86401.m3u8", .notFound),
            ("/hls/\(RouterTests.token)/a1795464900-0.m3u8", .notFound),
            ("/hls/\(RouterTests.token)/a1795464900.ts", .notFound), ("/hls/\(RouterTests.token)/a-1-2.ts", .notFound),
            ("/hls/\(RouterTests.token)/a.ts", .notFound), ("/hls/\(RouterTests.token)/a", .notFound),
        ]
    )
    func `says what an address of catch-up asks for`(_ path: String, _ route: Route) {
        #expect(RouterTests.route(path) == route)
    }
}
