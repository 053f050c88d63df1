import MPEGTS
import Model
import TestSupport
import Testing

@testable import Continuity

struct PictureHoldTests {
    @Test func `is there for video alone`() {
        for codec: Track.Codec in [.aac, .mpegAudio, .scte35, .teletext, .other] {
            #expect(PictureHold(codec: codec) == nil)
        }
    }

    @Test(arguments: [HEVCPictureHolderTests.recipes[0], MPEG2PictureHolderTests.recipes[0]])
    func `repeats the last picture where the codec's own can`(_ recipe: HoldStream.Recipe) throws {
        let stream = try HoldStream.make(recipe)
        var hold = try #require(PictureHold(codec: stream.track.codec))
        #expect(hold.method == .loop)
        #expect(hold.obstacle != nil)
        var sweep = try #require(HoldSweep(stream, cut: 45))
        try sweep.run(&hold)
        #expect(hold.method == .skip)
        try sweep.judge()
    }

    @Test func `shows the last group again where it can't, and begins anew without complaint`() throws {
        let stream = try HoldStream.make(HEVCPictureHolderTests.recipes[1])
        let units = stream.units.map(Self.multiview)
        let back = try #require(units.indices.last { units[$0].isRandomAccessPoint })
        var hold = try #require(PictureHold(codec: .hevc))
        var sent = units[..<40].map { hold.passed($0) }
        #expect(hold.skipObstacle == "unknown-profile")
        #expect(hold.method == .loop)
        try #require(hold.obstacle == nil)
        sent += hold.fill()
        let end = try #require(units[back].pts)
        while let next = hold.nextPresentation, next < end {
            let picture = hold.held(parameterSets: false)
            sent.append(try #require(picture))
            // The loop's pictures come in decoding order: the last one asked for may be shown after those that follow.
            if sent.compactMap(\.pts).max() == end - MediaTime(ticks: HoldSweep.pictureTicks) { break }
        }
        hold.resume()
        sent += units[back...].map { hold.passed($0) }
        let frames = try stream.decoded(sent)
        #expect(frames.count == sent.count)
        #expect(frames.last?.hash == stream.frames.max { $0.key < $1.key }?.value)
    }

    /// The unit with parameter sets that say a profile which is not held.
    private static func multiview(_ unit: AccessUnit) -> AccessUnit {
        var unit = unit
        for range in NALUnits(unit.data) where HEVC.type(unit.data[range.lowerBound]) == HEVC.UnitType.sps {
            // Behind the header and the byte of the VPS: general_profile_idc.
            unit.data[range.lowerBound + 3] = unit.data[range.lowerBound + 3] & 0xE0 | 6
        }
        return unit
    }

    @Test(arguments: [HEVCPictureHolderTests.recipes[0], MPEG2PictureHolderTests.recipes[0]])
    func `never traps, and ends, on streams that are wrong`(_ recipe: HoldStream.Recipe) throws {
        let stream = try HoldStream.make(recipe)
        var random = SeededRandom(seed: 0x401D)
        for _ in 0..<60 {
            guard var hold = PictureHold(codec: stream.track.codec) else { return }
            for unit in stream.units.prefix(40) {
                _ = hold.passed(Self.changed(unit, &random))
                guard Int.random(in: 0..<8, using: &random) == 0 else { continue }
                #expect(hold.fill().count <= 17)
                for _ in 0..<3 { _ = hold.held(parameterSets: Bool.random(using: &random)) }
                if Bool.random(using: &random) { _ = hold.restart() }
                if Bool.random(using: &random) { hold.resume() }
            }
        }
    }

    /// Some bytes of the first 200 are others, or the unit ends early, or its times are not of this world.
    private static func changed(_ unit: AccessUnit, _ random: inout SeededRandom) -> AccessUnit {
        var unit = unit
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1:
            for _ in 0..<Int.random(in: 1...6, using: &random) where !unit.data.isEmpty {
                let place = Int.random(in: 0..<min(200, unit.data.count), using: &random)
                unit.data[place] = UInt8.random(in: 0...255, using: &random)
            }
        case 2: unit.data = Array(unit.data.prefix(Int.random(in: 0...120, using: &random)))
        case 3:
            let times: [MediaTime?] = [nil, .zero, MediaTime(ticks: .max), MediaTime(ticks: .min)]
            unit.pts = times.randomElement(using: &random) ?? nil
            if Bool.random(using: &random) { unit.dts = times.randomElement(using: &random) ?? nil }
        default: break
        }
        return unit
    }

    @Test(arguments: [Track.Codec.hevc, .mpeg2Video, .h264])
    func `never traps on random bytes`(_ codec: Track.Codec) {
        var random = SeededRandom(seed: 7)
        guard var hold = PictureHold(codec: codec) else { return }
        for index in 0..<2_000 {
            var data: [UInt8] = [0, 0, 1]
            for _ in 0..<Int.random(in: 0..<60, using: &random) {
                data.append(UInt8.random(in: 0...255, using: &random) & UInt8.random(in: 0...255, using: &random))
            }
            _ = hold.passed(picture(Int64(index) * 3_600, point: index % 7 == 0, label: data))
            _ = hold.fill()
            _ = hold.held(parameterSets: true)
            _ = hold.restart()
            if index % 5 == 0 { hold.resume() }
        }
    }
}
