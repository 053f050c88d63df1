import Events
import Model
import Testing

@testable import Ledger

struct LogClockTests {
    static let start = WallTime(seconds: 1_795_000_000)

    func reading(_ wallMs: Int64, _ monotonicMs: Int64) -> LogClock.Reading {
        LogClock.Reading(wall: Self.start.advanced(milliseconds: wallMs), monotonic: monotonicMs * 1_000)
    }

    func tick(_ atMs: Int64, _ step: Int64? = nil) -> LogClock.Tick {
        LogClock.Tick(at: Self.start.advanced(milliseconds: atMs), step: step.map { Milliseconds($0) })
    }

    @Test func `follows the wall clock forwards`() {
        var clock = LogClock(last: Self.start)
        #expect(clock.tick(self.reading(0, 0)) == self.tick(0))
        #expect(clock.tick(self.reading(10, 10)) == self.tick(10))
        #expect(clock.tick(self.reading(5_010, 5_000)) == self.tick(5_010))
    }

    @Test func `never runs backwards, and tells steps`() {
        var clock = LogClock(last: Self.start)
        #expect(clock.tick(self.reading(10_000, 0)) == self.tick(10_000))
        #expect(clock.tick(self.reading(9_000, 10)) == self.tick(10_000))
        #expect(clock.tick(self.reading(-3_590_980, 30)) == self.tick(10_000, -3_600_000))
        #expect(clock.tick(self.reading(-3_590_970, 40)) == self.tick(10_000))
        #expect(clock.tick(self.reading(9_040, 50)) == self.tick(10_000, 3_600_000))
        #expect(clock.tick(self.reading(3_609_050, 60)) == self.tick(3_609_050, 3_600_000))
    }

    @Test func `at the start only a clock behind the log is wrong`() {
        var behind = LogClock(last: Self.start)
        #expect(behind.tick(self.reading(-60_000, 0)) == self.tick(0, -60_000))
        var ahead = LogClock(last: Self.start)
        #expect(ahead.tick(self.reading(86_400_000, 0)) == self.tick(86_400_000))
    }

    @Test func `time suspended is no step`() {
        var clock = LogClock(last: Self.start)
        _ = clock.tick(self.reading(0, 0))
        #expect(clock.tick(self.reading(7_200_000, 7_200_000)) == self.tick(7_200_000))
    }
}
