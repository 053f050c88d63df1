import Foundation
import Model
import NIOCore
import TestKit
import TestSupport
import Testing

@testable import LiveChannels

/// Faults of the soak one at a time, through everything between a supplier's bytes and a viewer's, judged by a decoder.
@Suite(.serialized)
struct RehearsalTests {
    /// Plays the suppliers' scripts and shows what both outputs are; the backup is `lead` further in the programme.
    private func play(
        _ script: [Script.Step],
        seconds: Double,
        asList: Bool = false,
        backupLead lead: MediaTime? = nil
    ) async throws -> (seen: [Screening], diary: [String]) {
        let reel = try await ReelWorkshop.shared.reel()
        let (live, listed, diary) = try await OwnThread.run {
            var suppliers = [StagedSupplier(reel, script: Script(script))]
            if let lead { suppliers.append(StagedSupplier(reel, lead: lead)) }
            let rehearsal = Rehearsal(suppliers, asList: asList, returnAfter: .seconds(8))
            rehearsal.play(seconds: seconds)
            return (rehearsal.live, rehearsal.listed, rehearsal.diary)
        }
        let scratch = try Scratch()
        var seen: [Screening] = []
        for bytes in [live, listed] {
            let file = "\(scratch.path)/\(seen.count).ts"
            try Data(bytes).write(to: URL(filePath: file))
            seen.append(try await Screening(file: file))
        }
        return (seen, diary)
    }

    private func expectWhole(_ seen: [Screening], heldMax: Double) {
        for seen in seen {
            #expect(seen.errors == [], "\(seen.summary)")
            #expect(seen.unreadable == 0 && seen.replayed == 0 && seen.timesBack == 0, "\(seen.summary)")
            #expect(seen.pictureStepMax < 0.041, "\(seen.summary)")
            #expect(seen.drift <= 0.04, "\(seen.summary)")
            #expect((seen.holds.map(\.seconds).max() ?? 0) <= heldMax, "\(seen.summary)")
        }
    }

    @Test(arguments: [-300, 0, 300])
    func `another source of the same programme is gone over to and back without an error, and shows nothing twice`(
        lead: Int64
    ) async throws {
        // Away at once, back after a while, and away again at once.
        let script = [
            Script.Step(at: 6, .answer(.status(403), seconds: 2.5)),
            Script.Step(at: 22, .answer(.status(404), seconds: 2.5)),
        ]
        let (seen, diary) = try await self.play(script, seconds: 30, backupLead: MediaTime(milliseconds: lead))
        #expect(diary.count { $0.hasSuffix(" failover.switch") } == 3, "\(diary)")
        self.expectWhole(seen, heldMax: 1)
        // No more than the distance of the two is left out, twice over.
        for seen in seen { #expect(seen.skipped <= 2 * 25 + 8, "\(seen.summary)") }
    }

    @Test func `a segment that was cut is played as far as it is whole, and the gap behind it is held`() async throws {
        let script = [Script.Step(at: 8, .segments(.truncated, seconds: 4))]
        let (seen, _) = try await self.play(script, seconds: 24, asList: true)
        self.expectWhole(seen, heldMax: 1.5)
        for seen in seen { #expect((20...110).contains(seen.skipped), "\(seen.summary)") }
    }

    @Test(arguments: [
        Fault.packets(.missing, seconds: 3, oneIn: 200), .packets(.reordered, seconds: 3, oneIn: 200),
        .packets(.duplicated, seconds: 3, oneIn: 200), .garbage(bytes: 54_569), .closeInPacket,
        .stall(seconds: 0.3, .lost), .stall(seconds: 1.2, .lost),
    ])
    func `what a source loses is held until a decoder can go on`(fault: Fault) async throws {
        let script = [Script.Step(at: 6, fault), Script.Step(at: 12, fault)]
        let (seen, _) = try await self.play(script, seconds: 20)
        // Losses again and again in groups of pictures that follow each other.
        self.expectWhole(seen, heldMax: 4)
    }
}
