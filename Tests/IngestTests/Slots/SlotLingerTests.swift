import NIOCore
import Testing

@testable import Ingest

struct SlotLingerTests {
    private static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    @Test func `a supplier that refuses what comes after a closing is given time, step by step`() {
        var linger = SlotLinger()
        #expect(linger.length == .zero)
        linger.closed(now: Self.at(0))
        _ = linger.refused(403, openedAt: Self.at(1))
        #expect(linger.length == .seconds(2))
        // The same refusal again teaches nothing more.
        _ = linger.refused(403, openedAt: Self.at(3))
        #expect(linger.length == .seconds(2))
        for second in [10, 20, 30] as [Int64] {
            linger.closed(now: Self.at(second))
            _ = linger.refused(509, openedAt: Self.at(second + 2))
        }
        #expect(linger.length == .seconds(5))
    }

    @Test(arguments: [(404, 1), (403, 10), (403, -1), (500, 2)] as [(Int, Int64)])
    func `other refusals teach nothing`(_ status: Int, _ after: Int64) {
        var linger = SlotLinger()
        linger.closed(now: Self.at(5))
        _ = linger.refused(status, openedAt: Self.at(5 + after))
        #expect(linger.length == .zero)
    }

    @Test func `without a closing of ours nothing is learnt`() {
        var linger = SlotLinger()
        _ = linger.refused(429, openedAt: Self.at(1))
        #expect(linger.length == .zero)
    }
}
