import HTTP
import NIOCore
import Testing

struct ConnectionClockTests {
    static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(100 + seconds) }

    func clock() -> ConnectionClock {
        ConnectionClock(configuration: HTTPConfiguration(), acceptedAt: Self.at(0))
    }

    @Test func `a head that drips is over ten seconds after the accept`() {
        var clock = self.clock()
        for second in 1...9 {
            clock.headPending(at: Self.at(Int64(second)))
            #expect(clock.swept(written: 0, queued: 0, at: Self.at(Int64(second))) == .keep)
        }
        #expect(clock.swept(written: 0, queued: 0, at: Self.at(10)) == .timeOutHead)
    }

    @Test func `a kept connection waits thirty seconds for the next request and ten for its head`() {
        var clock = self.clock()
        clock.requested()
        #expect(clock.swept(written: 10, queued: 0, at: Self.at(60)) == .keep)
        clock.answered(at: Self.at(60))
        #expect(clock.swept(written: 10, queued: 0, at: Self.at(89)) == .keep)
        clock.headPending(at: Self.at(89))
        #expect(clock.swept(written: 10, queued: 0, at: Self.at(98)) == .keep)
        #expect(clock.swept(written: 10, queued: 0, at: Self.at(99)) == .timeOutHead)
        clock.requested()
        clock.answered(at: Self.at(100))
        #expect(clock.swept(written: 10, queued: 0, at: Self.at(130)) == .close)
    }

    @Test func `a peer that takes nothing for twenty seconds is closed, one that takes a byte is not`() {
        var clock = self.clock()
        clock.requested()
        #expect(clock.swept(written: 1_000, queued: 1_000, at: Self.at(1)) == .keep)
        #expect(clock.swept(written: 1_000, queued: 999, at: Self.at(19)) == .keep)
        #expect(clock.swept(written: 2_000, queued: 1_999, at: Self.at(38)) == .keep)
        #expect(clock.swept(written: 3_000, queued: 2_999, at: Self.at(39)) == .close)
    }

    @Test func `a closed end is not waited for long`() {
        var clock = self.clock()
        clock.lingering(at: Self.at(5))
        #expect(clock.swept(written: 1, queued: 0, at: Self.at(6)) == .keep)
        #expect(clock.swept(written: 1, queued: 0, at: Self.at(7)) == .close)
    }
}
