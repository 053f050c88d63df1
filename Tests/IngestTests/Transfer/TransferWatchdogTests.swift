import Testing

@testable import Ingest

struct TransferWatchdogTests {
    static func watchdog(total: Int? = nil) -> TransferWatchdog {
        TransferWatchdog(now: 1_000, firstByteMilliseconds: 100, stallMilliseconds: 50, totalMilliseconds: total)
    }

    @Test func `the first byte is waited for from the connection on, and redirects do not start again`() {
        var watchdog = Self.watchdog()
        #expect(watchdog.overdue(now: 9_000) == nil)
        watchdog.connected(now: 2_000)
        watchdog.connected(now: 2_080)
        #expect(watchdog.overdue(now: 2_099) == nil)
        #expect(watchdog.overdue(now: 2_100) == .firstByte)
    }

    @Test func `less than a packet within the stall time is a stall`() {
        var watchdog = Self.watchdog()
        watchdog.connected(now: 2_000)
        watchdog.received(188, now: 2_010)
        #expect(watchdog.overdue(now: 2_059) == nil)
        for time in stride(from: Int64(2_010), to: 2_060, by: 5) { watchdog.received(1, now: time) }
        #expect(watchdog.overdue(now: 2_060) == .stall)
        watchdog.received(188, now: 2_060)
        #expect(watchdog.overdue(now: 2_109) == nil)
    }

    @Test func `a pause of our own is not a stall`() {
        var watchdog = Self.watchdog()
        watchdog.connected(now: 2_000)
        watchdog.received(188, now: 2_010)
        watchdog.paused(now: 2_500)
        #expect(watchdog.overdue(now: 2_549) == nil)
        #expect(watchdog.overdue(now: 2_550) == .stall)
    }

    @Test func `a bounded request ends at its total time however it drips`() {
        var watchdog = Self.watchdog(total: 500)
        watchdog.connected(now: 1_010)
        for time in stride(from: Int64(1_020), to: 1_500, by: 10) {
            watchdog.received(200, now: time)
            #expect(watchdog.overdue(now: time) == nil)
        }
        #expect(watchdog.overdue(now: 1_500) == .total)
    }
}

struct TransferBacklogTests {
    @Test func `pauses at the limit and resumes once at half`() {
        let backlog = TransferBacklog(bytesMax: 100)
        #expect(backlog.admits(60, pending: 0))
        backlog.handedOver(60)
        #expect(backlog.admits(40, pending: 0))
        #expect(!backlog.admits(41, pending: 0))
        #expect(!backlog.workedOff(9))
        #expect(backlog.workedOff(1))
        #expect(!backlog.workedOff(50))
    }

    @Test func `one delivery larger than the limit passes into an empty backlog`() {
        let backlog = TransferBacklog(bytesMax: 100)
        #expect(backlog.admits(500, pending: 0))
        #expect(!backlog.admits(500, pending: 1))
    }
}
