import Foundation
import Testing

@testable import TestKit

/// RTMP as ffmpeg plays it.
@Suite(.serialized)
struct RTMPSupplierTests {
    @Test func `another client plays it without an error`() async throws {
        let supplier = try await ScriptedSupplier(try await ReelWorkshop.shared.reel())
        let player = try await Player(supplier.rtmpURL)
        try await Download.listen(6)
        let seen = try await player.stop()
        #expect(seen.errors == [])
        #expect(seen.pictures.count > 60, "\(seen.summary)")
        #expect((seen.unreadable, seen.repeated, seen.skipped) == (0, 0, 0), "\(seen.summary)")
        #expect(seen.drift < 0.03, "\(seen.summary)")
    }

    @Test func `it is closed, and times begin again on a new connection`() async throws {
        let script = Script([
            Script.Step(at: 0, .entry(.replay(seconds: 2, .restarted))), Script.Step(at: 2, .close),
        ])
        let supplier = try await ScriptedSupplier(try await ReelWorkshop.shared.reel(), script: script)
        let first = try await Player(supplier.rtmpURL)
        try await Download.listen(4)
        #expect(first.hasGivenUp)
        let seen = try await first.stop()
        #expect(seen.pictures.count > 60, "\(seen.summary)")
        #expect((seen.pictures.first?.at ?? 9) < 1, "\(seen.summary)")
        #expect(supplier.record.now.faults.map(\.fault).contains(.close))
    }
}
