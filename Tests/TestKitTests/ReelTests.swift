import Foundation
import MPEGTS
import Model
import Testing

@testable import TestKit

@Suite(.serialized)
struct ReelTests {
    @Test func `a picture's cells say its number, and half of another's don't`() {
        for number in [0, 1, 2, 1_439, 12_345, 65_535] {
            #expect(NumberedPicture.read(NumberedPicture.draw(number)) == number)
            let mixed = NumberedPicture.draw(number).prefix(40) + NumberedPicture.draw(number ^ 0x35).dropFirst(40)
            #expect(NumberedPicture.read(Array(mixed)) == nil)
        }
        #expect(NumberedPicture.read([UInt8](repeating: 128, count: NumberedPicture.cells)) == nil)
    }

    @Test(arguments: ReelSpec.allKinds)
    func `every kind of reel plays over its seam with every picture in its place`(_ spec: ReelSpec) async throws {
        let reel = try await ReelWorkshop.shared.reel(spec)
        var broadcast = Broadcast(reel)
        var bytes: [UInt8] = []
        var check = StreamCheck()
        // Over the end of the reel, in steps shorter than what is kept.
        for group in 1...Int64(65) {
            let next = broadcast.next
            // Not the first picture of the next group, so that the last one is whole.
            broadcast.advance(to: MediaTime(milliseconds: 960 * group - 1))
            let fresh = try #require(broadcast.chunks(from: next)).flatMap(\.bytes)
            bytes += fresh
            check.received(fresh, at: Double(group))
        }
        #expect(check.faults == [])
        #expect(check.counters.faults == 0)
        #expect(check.times.values.map(\.stepMax).max() == 40)
        let scratch = try Scratch()
        try Data(bytes).write(to: URL(filePath: "\(scratch.path)/reel.ts"))
        let seen = try await Screening(file: "\(scratch.path)/reel.ts")
        #expect(seen.errors == [])
        #expect(seen.pictures.count == 65 * 24, "\(seen.summary)")
        #expect(seen.pictures.first?.number == 0)
        #expect((seen.unreadable, seen.repeated, seen.skipped) == (0, 0, 0), "\(seen.summary)")
        #expect(seen.holds == [])
        #expect(seen.pictureStepMax < 0.041 && seen.timesBack == 0, "\(seen.summary)")
        #expect(seen.beeps.count >= 63, "\(seen.summary)")
        #expect(seen.drift < 0.01, "\(seen.soundDelays)")
        #expect(seen.soundDelays.allSatisfy { abs($0) < 0.06 }, "\(seen.soundDelays)")
        #expect(reel.videoBitRate > 700_000, "\(reel.videoBitRate)")
    }

    @Test func `the same seed makes the same script, with a fault every 5 to 30 seconds`() {
        for menu in FaultMenu.allCases {
            let script = Script.generated(seed: 7, length: 600, from: menu)
            #expect(script.lines == Script.generated(seed: 7, length: 600, from: menu).lines)
            #expect(script.lines != Script.generated(seed: 8, length: 600, from: menu).lines)
            for (step, next) in zip(script.steps, script.steps.dropFirst()) {
                #expect((4.9...30.1).contains(next.at - step.at - step.fault.seconds))
            }
        }
    }
}
