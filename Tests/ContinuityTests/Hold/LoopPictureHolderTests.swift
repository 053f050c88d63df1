import MPEGTS
import Model
import TestSupport
import Testing

@testable import Continuity

struct LoopPictureHolderTests {
    /// A group of `count` pictures from `start` on, in decoding order: one in front of each pair shown before it.
    static func group(from start: Int64, pairs: Int, leading: Int64 = 0, size: Int = 10) -> [AccessUnit] {
        let ticks = HoldSweep.pictureTicks
        func unit(_ place: Int64, decoded: Int64, isPoint: Bool = false) -> AccessUnit {
            AccessUnit(
                pid: 0x31,
                pts: MediaTime(ticks: (start + place) * ticks),
                dts: MediaTime(ticks: (start + decoded) * ticks),
                isRandomAccessPoint: isPoint,
                data: [UInt8](repeating: UInt8(truncatingIfNeeded: place), count: size),
                streamID: 0xE0
            )
        }
        var units = [unit(leading, decoded: -1, isPoint: true)]
        units += (0..<leading).map { unit($0, decoded: $0) }
        for pair in 0..<Int64(pairs) {
            let base = leading + 1 + 2 * pair
            units += [unit(base + 1, decoded: base - 1), unit(base, decoded: base)]
        }
        return units
    }

    static func places(_ units: [AccessUnit]) -> [Int64] {
        units.compactMap { $0.pts.map { $0.ticks / HoldSweep.pictureTicks } }
    }

    @Test func `shows the last whole group again and again, one picture a place`() {
        var holder = LoopPictureHolder(codec: .other)
        for unit in Self.group(from: 100, pairs: 3) { _ = holder.passed(unit) }
        #expect(holder.obstacle == "no-whole-group")
        #expect(holder.held(parameterSets: false) == nil)
        // The second group is led by two pictures and cut after its first three.
        for unit in Self.group(from: 107, pairs: 4, leading: 2).prefix(3) { _ = holder.passed(unit) }
        #expect(holder.obstacle == nil)
        #expect(holder.fill() == [])
        var held: [AccessUnit] = []
        for _ in 0..<14 {
            #expect(holder.nextPresentation != nil)
            let expected = holder.nextPresentation
            guard let picture = holder.held(parameterSets: false) else { break }
            #expect(picture.pts == expected)
            held.append(picture)
        }
        #expect(Self.places(held) == [110, 112, 111, 114, 113, 116, 115, 117, 119, 118, 121, 120, 123, 122])
        #expect(held.map(\.data.first) == [0, 2, 1, 4, 3, 6, 5, 0, 2, 1, 4, 3, 6, 5])
        let times = held.compactMap { $0.dts?.ticks }
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == HoldSweep.pictureTicks })
        #expect(held.allSatisfy { ($0.dts ?? .zero) <= ($0.pts ?? .zero) })
    }

    @Test func `leaves out what leads the group, and begins it anew where it is asked to`() {
        var holder = LoopPictureHolder(codec: .other)
        for unit in Self.group(from: 100, pairs: 2, leading: 2) { _ = holder.passed(unit) }
        _ = holder.passed(Self.group(from: 107, pairs: 0)[0])
        let held = (0..<3).compactMap { _ in holder.held(parameterSets: false) }
        #expect(held.map(\.data.first) == [2, 4, 3])
        let again = holder.restart()
        #expect(again?.isRandomAccessPoint == true)
        #expect(again?.data.first == 2)
        #expect(Self.places(held + [again].compactMap(\.self)) == [108, 110, 109, 111])
    }

    @Test func `keeps no group that is too long, nor one that was cut`() {
        var holder = LoopPictureHolder(codec: .other)
        let groups = [
            Self.group(from: 100, pairs: 160), Self.group(from: 500, pairs: 9, size: 1 << 20),
            Self.group(from: 600, pairs: 1),
        ]
        for unit in groups.joined() { _ = holder.passed(unit) }
        #expect(holder.obstacle == "no-whole-group")
        holder.resume()
        _ = holder.passed(Self.group(from: 603, pairs: 0)[0])
        #expect(holder.obstacle == "no-whole-group")
        _ = holder.passed(Self.group(from: 604, pairs: 0)[0])
        #expect(holder.obstacle == nil)
    }

    @Test(arguments: [HEVCPictureHolderTests.recipes[0], MPEG2PictureHolderTests.recipes[0]])
    func `a decoder plays a loop without a word`(_ recipe: HoldStream.Recipe) throws {
        let stream = try HoldStream.make(recipe)
        for cut in [55, 58] {
            var holder = LoopPictureHolder(codec: stream.track.codec)
            var sent = stream.units[..<cut].map { holder.passed($0) }
            sent += (0..<60).compactMap { holder.held(parameterSets: $0 == 0) }
            #expect(sent.count == cut + 60)
            let times = try stream.decoded(sent).map(\.time)
            #expect(times == Self.places(sent).map { $0 * HoldSweep.pictureTicks }.sorted())
            // Where the cut left places empty they stay so; from the loop on there is none.
            let first = sent[cut].pts?.ticks ?? 0
            let rest = times.drop { $0 < first }
            #expect(rest.count == 60)
            // At the end pictures are missing that are decoded later and shown earlier.
            let whole = rest.dropLast(8)
            #expect(zip(whole, whole.dropFirst()).allSatisfy { $1 - $0 == HoldSweep.pictureTicks })
        }
    }
}
