import MPEGTS
import Model
import TestSupport
import Testing

@testable import Continuity

struct OutputTimelineProperties {
    /// One stretch of a source with a clock of its own.
    struct Stretch {
        var base: Int64
        var pictures: Int64
        /// When the sound starts beside the first picture, in ticks.
        var skew: Int64
    }

    /// Units of stretches one after the other, in the order of a multiplexer, with labels that say stretch and index.
    ///
    /// The sound of a moment is multiplexed `interleave` ticks later than its picture.
    static func source(_ stretches: [Stretch], interleave: Int64) -> [AccessUnit] {
        var units: [(at: Int64, unit: AccessUnit)] = []
        var begin: Int64 = 0
        for (number, stretch) in stretches.enumerated() {
            let label = UInt8(number)
            for index in 0..<stretch.pictures {
                let unit = picture(
                    stretch.base + index * 3_600,
                    point: index % 25 == 0,
                    lead: 7_200,
                    label: [label, UInt8(index >> 8), UInt8(index & 255)]
                )
                units.append((begin + index * 3_600, unit))
            }
            let packets = (stretch.pictures * 3_600 - stretch.skew) / (4 * soundTicks)
            for index in 0..<max(0, packets) {
                let labels = (Int64(0)..<4).map { frame -> [UInt8] in
                    let count = index * 4 + frame
                    return [label, UInt8(count >> 8), UInt8(count & 255)]
                }
                let offset = stretch.skew + index * 4 * soundTicks
                units.append((begin + offset + interleave, sound(stretch.base + offset, labels: labels)))
            }
            begin += stretch.pictures * 3_600
        }
        return units.sorted { $0.at < $1.at }.map(\.unit)
    }

    /// Stretches whose clocks differ by more than a step within an epoch; half of them begin shortly before the wrap.
    static func stretches(using random: inout SeededRandom) -> [Stretch] {
        var stretches: [Stretch] = []
        let count = Int.random(in: 2...7, using: &random)
        while stretches.count < count {
            let next = Stretch(
                base: Bool.random(using: &random)
                    ? Int64.random(in: 0..<MediaTime.wrap, using: &random)
                    : MediaTime.wrap - Int64.random(in: 0..<seconds(3), using: &random),
                pictures: Int64.random(in: 60...200, using: &random),
                skew: Int64.random(in: 0...seconds(0.2), using: &random)
            )
            if let last = stretches.last {
                let jump = MediaTime.distance(from: last.base + last.pictures * 3_600, to: next.base)
                if (-seconds(1)...seconds(3.5)).contains(jump) { continue }
            }
            stretches.append(next)
        }
        return stretches
    }

    @Test(arguments: UInt64(1)...60)
    func `output only rises, and sound and picture stay together`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let interleave = Int64.random(in: -seconds(0.7)...seconds(0.7), using: &random)
        let stretches = Self.stretches(using: &random)
        var timeline = OutputTimeline()
        timeline.begin()
        _ = timeline.found(usualTracks)
        var last: [UInt16: Int64] = [:]
        var offsets: [UInt16: [UInt8: Set<Int64>]] = [:]
        var frames = 0
        var now: Int64 = 0
        for unit in Self.source(stretches, interleave: interleave) {
            now += 2_000
            for output in timeline.played(unit, at: MediaTime(ticks: now)) {
                guard case .deliver(let unit) = output, let dts = unit.dts?.ticks, let pts = unit.pts?.ticks else {
                    continue
                }
                #expect(pts >= dts, "seed \(seed)")
                if let before = last[unit.pid] { #expect(dts > before, "seed \(seed), pid \(unit.pid)") }
                last[unit.pid] = dts
                if unit.pid == 256 {
                    let index = Int64(unit.data[1]) << 8 | Int64(unit.data[2])
                    offsets[256, default: [:]][unit.data[0], default: []].insert(dts - index * 3_600)
                    #expect(pts - dts == 7_200, "seed \(seed)")
                } else {
                    let stretch = unit.data[7]
                    let index = Int64(unit.data[8]) << 8 | Int64(unit.data[9])
                    offsets[257, default: [:]][stretch, default: []].insert(
                        dts - index * soundTicks - stretches[Int(stretch)].skew
                    )
                    frames += unit.data.count / 10
                }
            }
        }
        let pictures = offsets[256] ?? [:]
        #expect(pictures.count == stretches.count, "seed \(seed): every stretch is seen")
        for (stretch, found) in pictures { #expect(found.count == 1, "seed \(seed), stretch \(stretch)") }
        for (stretch, found) in offsets[257] ?? [:] {
            #expect(found.count == 1, "seed \(seed), stretch \(stretch): one place for all sound of a stretch")
            for (sound, picture) in zip(found, pictures[stretch] ?? []) {
                #expect(abs(sound - picture) < soundTicks, "seed \(seed), stretch \(stretch): skew \(sound - picture)")
            }
        }
        // Joints cost some sound (what was heard before, what a stretch cut short), never much of it.
        let all = stretches.map { ($0.pictures * 3_600 - $0.skew) / (4 * soundTicks) * 4 }.reduce(0, +)
        #expect(frames >= Int(all) * 8 / 10, "seed \(seed): \(frames) of \(all) frames")
    }

    @Test func `never traps on hostile time stamps`() {
        var random = SeededRandom(seed: 0x5EED)
        var timeline = OutputTimeline()
        timeline.begin()
        _ = timeline.found(usualTracks)
        var last: [UInt16: Int64] = [:]
        var now: Int64 = 0
        var delivered = 0
        for _ in 0..<20_000 {
            now += Int64.random(in: 0...200_000, using: &random)
            func time() -> MediaTime? {
                switch Int.random(in: 0..<4, using: &random) {
                case 0: nil
                case 1: MediaTime(ticks: Int64.random(in: 0...50_000, using: &random))
                default: MediaTime(ticks: Int64.random(in: 0..<MediaTime.wrap, using: &random))
                }
            }
            let unit = AccessUnit(
                pid: [videoPID, audioPID, cuePID, subtitlePID, 0x77].randomElement(using: &random) ?? 0,
                pts: time(),
                dts: time(),
                isRandomAccessPoint: Bool.random(using: &random),
                data: (0..<Int.random(in: 0...30, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
                },
                streamID: 0
            )
            if Int.random(in: 0..<500, using: &random) == 0 {
                timeline.begin()
                _ = timeline.found(usualTracks.shuffled(using: &random))
            }
            if Int.random(in: 0..<100, using: &random) == 0 { timeline.expectEpoch() }
            for case .deliver(let unit) in timeline.played(unit, at: MediaTime(ticks: now)) {
                delivered += 1
                guard let dts = unit.dts?.ticks else { continue }
                #expect(dts > last[unit.pid] ?? 0)
                last[unit.pid] = dts
            }
        }
        #expect(delivered > 100)
    }
}
