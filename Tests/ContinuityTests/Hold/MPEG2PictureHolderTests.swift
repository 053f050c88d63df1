import MPEGTS
import Model
import TestSupport
import Testing

@testable import Continuity

struct MPEG2PictureHolderTests {
    static let recipes = [
        HoldStream.Recipe(
            testDescription: "mpeg2-open",
            arguments: ["-c:v", "mpeg2video", "-b:v", "1M", "-bf", "2", "-g", "12"]
        ),
        HoldStream.Recipe(
            testDescription: "mpeg2-interlaced",
            arguments: [
                "-c:v", "mpeg2video", "-b:v", "2M", "-bf", "2", "-g", "12", "-flags", "+ilme+ildct+cgop", "-top", "1",
                "-sc_threshold", "1000000000",
            ],
            // Nine rows of macroblocks for a progressive sequence, ten for this one.
            size: "320x144"
        ),
    ]

    @Test(arguments: recipes)
    func `holds wherever the source stops, and goes on at its next random access point`(
        _ recipe: HoldStream.Recipe
    ) throws {
        let stream = try HoldStream.make(recipe)
        for cut in 40..<50 {
            var sweep = try #require(HoldSweep(stream, cut: cut))
            var holder = MPEG2PictureHolder()
            try sweep.run(&holder)
            try sweep.judge()
        }
    }

    @Test(arguments: recipes)
    func `decoding can begin within a hold`(_ recipe: HoldStream.Recipe) throws {
        let stream = try HoldStream.make(recipe)
        for cut in [41, 45] {
            var sweep = try #require(HoldSweep(stream, cut: cut))
            var holder = MPEG2PictureHolder()
            try sweep.run(&holder, restartAt: 5)
            try sweep.judge()
            let late = sweep.sent.drop { $0.pts?.ticks != sweep.restart }
            #expect(try stream.decoded(Array(late)).count == late.count)
        }
    }

    @Test(arguments: recipes)
    func `a source that comes back at other times is put behind the hold`(
        _ recipe: HoldStream.Recipe
    ) throws {
        let stream = try HoldStream.make(recipe)
        var sweep = try #require(HoldSweep(stream, cut: 43))
        var holder = MPEG2PictureHolder()
        try sweep.run(&holder, moved: true)
        #expect(try sweep.judgedTimes().count == sweep.sent.count)
    }

    /// The units up to a reference picture that is shown last, and that picture's head.
    static func upToReference(_ stream: HoldStream) throws -> (units: [AccessUnit], head: MPEG2PictureHead) {
        let end = try #require(stream.units[40...].firstIndex { MPEG2Unit($0.data).head?.kind == .predicted })
        let head = try #require(MPEG2Unit(stream.units[end].data).head)
        return (Array(stream.units[...end]), head)
    }

    @Test func `pictures can be two fields`() throws {
        let stream = try HoldStream.make(Self.recipes[1])
        var (units, head) = try Self.upToReference(stream)
        var holder = MPEG2PictureHolder()
        for unit in units { _ = holder.passed(unit) }
        units += holder.fill()
        let sequence = try #require(units.lazy.compactMap { MPEG2Unit($0.data).sequence }.first)
        let writer = MPEG2SkipPicture(sequence: sequence)
        for _ in 0..<3 {
            let made = holder.held(parameterSets: false)
            var unit = try #require(made)
            head.temporalReference += 1
            head.structure = .top
            unit.data = writer.bytes(head, .last)
            head.structure = .bottom
            unit.data += writer.bytes(head, .last)
            units.append(unit)
        }
        let frames = try stream.decoded(units)
        #expect(frames.count == units.count)
        let latest = units.dropLast(3).compactMap { $0.pts?.ticks }.max() ?? 0
        for frame in frames where frame.time >= latest { #expect(frame.hash == stream.frames[latest]) }
    }

    @Test func `a field without its other one gets it`() throws {
        let stream = try HoldStream.make(Self.recipes[1])
        var (units, head) = try Self.upToReference(stream)
        var holder = MPEG2PictureHolder()
        for unit in units { _ = holder.passed(unit) }
        units += holder.fill()
        let made = holder.held(parameterSets: false)
        var field = try #require(made)
        let sequence = try #require(units.lazy.compactMap { MPEG2Unit($0.data).sequence }.first)
        head.temporalReference += 1
        head.structure = .top
        field.data = MPEG2SkipPicture(sequence: sequence).bytes(head, .last)
        var second = MPEG2PictureHolder()
        for unit in units + [field] { _ = second.passed(unit) }
        let other = second.fill()
        #expect(other.map { MPEG2Unit($0.data).head?.structure } == [.bottom])
        #expect(other.first?.pts == field.pts.map { $0 + MediaTime(ticks: 1_800) })
        #expect(second.fill() == [])
        let held = second.held(parameterSets: true)
        let whole = units + [field] + other + [try #require(held)]
        let frames = try stream.decoded(whole)
        #expect(frames.count == whole.count - 1)
        #expect(frames.last?.hash == frames.dropLast().last?.hash)
        #expect(frames.last?.hash != frames.dropLast(2).last?.hash)
    }

    @Test func `says why it can't`() throws {
        var holder = MPEG2PictureHolder()
        #expect(holder.obstacle == "no-picture")
        let stream = try HoldStream.make(Self.recipes[0])
        _ = holder.passed(stream.units[1])
        #expect(holder.obstacle == "no-sequence-header")
        #expect(holder.held(parameterSets: true) == nil)
        #expect(holder.fill() == [])
        _ = holder.passed(stream.units[0])
        #expect(holder.obstacle == nil)
    }

    @Test func `places slices of tall pictures with three more bits, and skips wide rows`() throws {
        var data: [UInt8] = [0, 0, 1, 0xB3, 0x01, 0x0B, 0x00, 0x13, 0xFF, 0xFF, 0xE0, 0x18]
        // 4,112 wide and 2,816 tall: one more bit of width than the header holds.
        data += [0, 0, 1, 0xB5, 0x14, 0x8A, 0x80, 0x01, 0x00, 0x00]
        let sequence = try #require(MPEG2Sequence(data, from: 0, to: data.count))
        #expect(sequence.columns == 257 && sequence.rows == 176)
        let head = try #require(
            MPEG2PictureHead([0, 0, 1, 0, 0, 0x17, 0xFF, 0xF8, 0, 0, 1, 0xB5, 0x81, 0x1F, 0xF3, 0x41, 0x80], at: 0)
        )
        let bytes = MPEG2SkipPicture(sequence: sequence).bytes(head, .last)
        let slices = MPEG2StartCodes(bytes).filter { (0x01...0xAF).contains($0.code) }
        #expect(slices.map(\.code) == (0..<176).map { UInt8($0 & 0x7F) + 1 })
        var last = BitReader(Array(bytes[(slices[175].offset + 4)...]))
        // Place 1, scale 1, no more; increment 1, type, vector; 7 escapes for 231, then 25; type, vector.
        #expect(last.bits(3) == 1 && last.bits(6) == 2 && last.bits(6) == 0b100111)
        for _ in 0..<7 { #expect(last.bits(11) == 0b1000) }
        #expect(last.bits(11) == 32 && last.bits(5) == 0b00111)
    }
}
