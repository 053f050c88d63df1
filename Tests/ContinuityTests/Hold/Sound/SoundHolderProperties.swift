import MPEGTS
import Model
import TestSupport
import Testing

@testable import Continuity

struct SoundHolderProperties {
    struct Codec: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var codec: Track.Codec
        var rate: Int64
        var samples: Int64
        var frame: [UInt8]
    }

    static let codecs = [
        Codec(
            testDescription: "AAC at 44.1 kHz",
            codec: .aac,
            rate: 44_100,
            samples: 1_024,
            frame: [0xFF, 0xF1, 0x50, 0x80, 0x01, 0x1F, 0xFC, 9]
        ),
        Codec(
            testDescription: "AAC at 22.05 kHz",
            codec: .aac,
            rate: 22_050,
            samples: 1_024,
            frame: [0xFF, 0xF1, 0x5C, 0x40, 0x01, 0x1F, 0xFC, 9]
        ),
        Codec(
            testDescription: "layer II at 44.1 kHz",
            codec: .mpegAudio,
            rate: 44_100,
            samples: 1_152,
            frame: [0xFF, 0xFD, 0x10, 0xC0] + [UInt8](repeating: 1, count: 100)
        ),
        Codec(
            testDescription: "AC-3 at 32 kHz",
            codec: .ac3,
            rate: 32_000,
            samples: 1_536,
            frame: [0x0B, 0x77, 0, 0, 0x80, 0x40, 0x20] + [UInt8](repeating: 1, count: 185)
        ),
    ]

    @Test(arguments: codecs)
    func `a hundred holds leave the grid where it was`(_ codec: Codec) throws {
        var random = SeededRandom(seed: 11)
        var holder = SoundHolder(track: track(audioPID, codec.codec))
        let start: Int64 = 900_000
        let half = codec.samples * 90_000 / codec.rate / 2 + 1
        var clock = start
        var samples: Int64 = 0
        var lastTime = Int64.min
        /// Checks the next unit of the output against all that came before it.
        func sent(_ unit: AccessUnit, tolerance: Int64) throws {
            let time = try #require(unit.pts).ticks
            let grid = start + (samples * 90_000 + codec.rate / 2) / codec.rate
            #expect(abs(time - grid) <= tolerance, "after \(samples) samples")
            #expect(time > lastTime && unit.dts == unit.pts)
            lastTime = time
            samples += Int64(Array(AudioFrames(unit.data, codec: codec.codec)).count) * codec.samples
        }
        for hold in 0..<100 {
            // A run of live sound, its times rounded down from a clock of its own.
            let runStart = clock
            var frame: Int64 = 0
            var isBack = true
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let count = Int.random(in: 1...3, using: &random)
                var unit = sound(runStart + frame * codec.samples * 90_000 / codec.rate)
                unit.data = (0..<count).flatMap { _ in codec.frame }
                let source = try #require(unit.pts)
                if hold > 0, isBack {
                    for made in holder.silence(until: source) { try sent(made, tolerance: 0) }
                }
                let fitted = holder.fitted(unit)
                frame += Int64(count)
                guard let live = fitted else { continue }
                isBack = false
                try sent(live, tolerance: 2)
                let cut = Int64(unit.data.count - live.data.count) / Int64(codec.frame.count)
                let due = source.ticks + cut * codec.samples * 90_000 / codec.rate
                #expect(abs(try #require(live.pts).ticks - due) <= half, "skew in run \(hold)")
                holder.passed(live)
            }
            clock = runStart + frame * codec.samples * 90_000 / codec.rate
            // A hold of odd length, filled step by step, sometimes past the time at which the source is back.
            let back = clock + Int64.random(in: 1...400_001, using: &random)
            for until in stride(from: clock, to: back, by: Int.random(in: 1_001...30_001, using: &random)) {
                for made in holder.silence(until: MediaTime(ticks: until)) { try sent(made, tolerance: 0) }
            }
            clock = back - (Bool.random(using: &random) ? 0 : Int64.random(in: 0...9_001, using: &random))
        }
        #expect(samples > 100 * codec.samples)
    }

    @Test(arguments: [Track.Codec.aac, .latm, .mpegAudio, .ac3, .eac3, .h264])
    func `never traps on hostile bytes and times`(_ codec: Track.Codec) {
        let starts: [Track.Codec: [[UInt8]]] = [
            .aac: [[0xFF, 0xF1, 0x4C, 0x80, 0x01, 0x9F, 0xFC], [0xFF, 0xF1, 0x4C, 0x00, 0x01, 0x9F, 0xFC, 0xA0]],
            .latm: [[0x56, 0xE0, 0x09, 0x20, 0x00, 0x11, 0x90], [0x56, 0xE0, 0x09, 0xA0]],
            .mpegAudio: [[0xFF, 0xFD, 0x14, 0x00], [0xFF, 0xFA, 0x14, 0x00], [0xFF, 0xF3, 0x14, 0xC0]],
            .ac3: [[0x0B, 0x77, 0, 0, 0x00, 0x40, 0xE1]],
            .eac3: [[0x0B, 0x77, 0x00, 0x07, 0x30, 0x80], [0x0B, 0x77, 0x40, 0x07, 0x30, 0x80]],
        ]
        let times: [Int64] = [.min, .min + 1, -1, 0, 1, 900_000, 1 << 33, 1 << 62, .max - 1, .max]
        for seed in UInt64(0)..<40 {
            var random = SeededRandom(seed: seed)
            var holder = SoundHolder(track: track(audioPID, codec))
            var made = 0
            for _ in 0..<12 {
                var unit = sound(0)
                unit.data = []
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    var frame = (starts[codec] ?? [[]]).randomElement(using: &random) ?? []
                    let count = Int.random(in: 0...200, using: &random)
                    frame += (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                    if !frame.isEmpty, Bool.random(using: &random) {
                        frame[.random(in: 0..<frame.count, using: &random)] = .random(in: 0...255, using: &random)
                    }
                    unit.data += frame
                }
                let near = Int64.random(in: 880_000...990_000, using: &random)
                unit.pts = MediaTime(
                    ticks: Bool.random(using: &random) ? near : times.randomElement(using: &random) ?? 0
                )
                if Int.random(in: 0...9, using: &random) == 0 { unit.pts = nil }
                if Bool.random(using: &random) {
                    if let fitted = holder.fitted(unit) { holder.passed(fitted) }
                } else {
                    holder.passed(unit)
                }
                let units = holder.silence(until: MediaTime(ticks: near &+ 20_000))
                made += units.count
                if holder.obstacle != nil { #expect(units.isEmpty, "seed \(seed)") }
                #expect(units.allSatisfy { !$0.data.isEmpty && $0.pts != nil }, "seed \(seed)")
            }
            #expect(made < 12 * 12_000)
        }
    }
}
