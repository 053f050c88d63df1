import Foundation
import MPEGTS
import Model
import TestKit
import Testing

@testable import LiveChannels

/// A source with short gaps again and again, for minutes, faster than they play.
struct BlipTests {
    /// A blip comes this often, in ticks.
    private static let period: Int64 = 207_000
    /// How long each of six in turn lasts, in ticks: less than is kept, and more.
    private static let lengths: [Int64] = [27_000, 54_000, 108_000, 45_000, 153_000, 81_000]

    /// The reel over and over, as a source sends it.
    private static func units(_ reel: Reel, seconds: Int64) -> [AccessUnit] {
        let loops = seconds * 90_000 / Reel.length.ticks + 1
        return (0..<loops).flatMap { loop in
            let base = MediaTime(ticks: 900_000 + loop * Reel.length.ticks)
            return reel.units.map { unit in
                AccessUnit(
                    pid: unit.isVideo ? reel.video.pid : reel.audio.pid,
                    pts: unit.pts + base,
                    dts: unit.dts + base,
                    isRandomAccessPoint: unit.isRandomAccessPoint,
                    data: unit.data,
                    streamID: unit.streamID
                )
            }
        }
    }

    @Test func `two hundred blips leave sound and pictures together, and no picture comes again`() async throws {
        let count: Int64 = 200
        let reel = try await ReelWorkshop.shared.reel()
        var studio = Studio()
        studio.play(([reel.video, reel.audio], []))
        let start = studio.now
        var isLost = false
        for unit in Self.units(reel, seconds: (count + 2) * Self.period / 90_000) {
            let time = (unit.dts?.ticks ?? 0) - 900_000
            let (blip, within) = (time / Self.period, time % Self.period)
            let length = Self.lengths[Int(blip) % Self.lengths.count]
            let isSilent = blip > 0 && blip <= count && within < length
            // Every other one comes late; the others never do.
            if isSilent, blip % 2 == 0 {
                isLost = true
                continue
            }
            let due = start + (isSilent ? blip * Self.period + length : time)
            while studio.now < due { studio.pass(min(9_000, due - studio.now)) }
            if isLost { studio.lost() }
            isLost = false
            studio.take(unit)
        }
        studio.finish()
        let scratch = try Scratch()
        let file = "\(scratch.path)/live.ts"
        try Data(studio.live).write(to: URL(filePath: file))
        let seen = try await Screening(file: file)
        #expect(seen.errors == [])
        #expect(seen.drift <= 0.04, "\(seen.summary)")
        #expect(seen.beeps.count > 200, "\(seen.summary)")
        #expect(seen.replayed == 0 && seen.unreadable == 0, "\(seen.summary)")
        #expect(seen.timesBack == 0, "\(seen.summary)")
        #expect(seen.pictureStepMax < 0.041, "\(seen.summary)")
        #expect(seen.audioGapMax < 0.04, "\(seen.summary)")
        #expect((seen.pictures.last?.at ?? 0) - (seen.pictures.first?.at ?? 0) > Double(count) * 2.3 - 5)
    }
}
