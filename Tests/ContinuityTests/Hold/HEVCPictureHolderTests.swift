import MPEGTS
import Model
import TestSupport
import Testing

@testable import Continuity

struct HEVCPictureHolderTests {
    static func recipe(
        _ name: String,
        _ parameters: String,
        more: [String] = [],
        size: String = "320x180"
    ) -> HoldStream.Recipe {
        HoldStream.Recipe(
            testDescription: name,
            arguments: more + [
                "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
                "keyint=27:min-keyint=27:scenecut=0:bframes=3:log-level=none:" + parameters,
            ],
            // Rows side by side, so that the entry points are used.
            decoding: ["-threads", "2", "-thread_type", "slice"],
            size: size
        )
    }

    static let recipes = [
        recipe("hevc-wavefronts-open", "wpp=1:ctu=32"),
        recipe("hevc-idr", "wpp=0:open-gop=0"),
        recipe(
            "hevc-hard",
            "sao=1:ctu=64:min-cu-size=8:weightp=1:temporal-layers=1:b-adapt=0:b-pyramid=1:amp=1:rect=1",
            more: ["-pix_fmt", "yuv420p10le"]
        ),
    ]

    @Test(arguments: recipes)
    func `holds wherever the source stops, and goes on at its next random access point`(
        _ recipe: HoldStream.Recipe
    ) throws {
        let stream = try HoldStream.make(recipe)
        for cut in 40..<50 {
            var sweep = try #require(HoldSweep(stream, cut: cut))
            var holder = HEVCPictureHolder()
            try sweep.run(&holder)
            try sweep.judge()
        }
    }

    /// Streams whose slice headers and blocks differ in some other way.
    static let others = [
        recipe("hevc-one-column", "wpp=1:ctu=64", size: "64x200"),
        recipe("hevc-small-trees", "wpp=1:ctu=16:min-cu-size=16:slices=2", size: "208x112"),
        recipe("hevc-lossless-444", "lossless=1:cu-lossless=1:wpp=1", more: ["-pix_fmt", "yuv444p"]),
        recipe(
            "hevc-unfiltered",
            "deblock=0:sao=0:wpp=0:temporal-mvp=0:weightb=1:cbqpoffs=3",
            more: ["-pix_fmt", "gray"]
        ),
        recipe("hevc-low-delay", "bframes=0:wpp=0:ref=4:ctu=32:deblock=2:opt-ref-list-length-pps=0"),
    ]

    @Test(arguments: others)
    func `holds streams made with other tools`(_ recipe: HoldStream.Recipe) throws {
        let stream = try HoldStream.make(recipe)
        var sweep = try #require(HoldSweep(stream, cut: 46))
        var holder = HEVCPictureHolder()
        try sweep.run(&holder)
        try sweep.judge()
    }

    /// The types of the slices of each unit.
    static func types(_ units: [AccessUnit]) -> [UInt8] {
        units.compactMap { unit in
            NALUnits(unit.data).map { HEVC.type(unit.data[$0.lowerBound]) }.first { HEVC.UnitType.slices.contains($0) }
        }
    }

    @Test(arguments: [recipes[0], recipes[2]])
    func `goes on at a CRA picture as BLA, with copies for the pictures that led it`(
        _ recipe: HoldStream.Recipe
    ) throws {
        let stream = try HoldStream.make(recipe)
        var sweep = try #require(HoldSweep(stream, cut: 44))
        let before = Self.types(Array(stream.units[sweep.back...]))
        try #require(before.first == 21 && before.contains { $0 == 8 || $0 == 9 })
        var holder = HEVCPictureHolder()
        try sweep.run(&holder)
        let after = Array(Self.types(sweep.sent).suffix(before.count))
        let end = before.dropFirst().firstIndex(of: 21) ?? before.count
        #expect(after[..<end] == before[..<end].map { $0 == 21 ? 17 : $0 == 8 || $0 == 9 ? 6 : $0 }[...])
        #expect(after[end...] == before[end...])
        let held = sweep.made.map(\.data.count)
        #expect(held.filter { $0 < 188 }.count >= held.count - 3, "\(held)")
    }

    @Test(arguments: recipes)
    func `decoding can begin within a hold`(_ recipe: HoldStream.Recipe) throws {
        let stream = try HoldStream.make(recipe)
        for cut in [41, 47] {
            var sweep = try #require(HoldSweep(stream, cut: cut))
            var holder = HEVCPictureHolder()
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
        var holder = HEVCPictureHolder()
        try sweep.run(&holder, moved: true)
        #expect(try sweep.judgedTimes().count == sweep.sent.count)
    }

    @Test func `reads a set that is told as the difference to another`() {
        var writer = BitWriter()
        // Two before, one after, at −1, −3 and +2.
        for value: UInt32 in [2, 1] { writer.unsignedExpGolomb(value) }
        for value: UInt32 in [0, 1, 1] {
            writer.unsignedExpGolomb(value)
            writer.flag(true)
        }
        // All of them one less, and the picture that carried them; the second is kept and not used.
        writer.flag(true)
        writer.flag(true)
        writer.unsignedExpGolomb(0)
        for bit: UInt32 in [1, 0, 1, 1, 1] { writer.bit(bit) }
        var reader = BitReader(writer.bytes)
        let first = HEVCShortTermSet(&reader, index: 0, earlier: [], inSlice: false)
        #expect(first?.deltas == [-1, -3, 2])
        let second = HEVCShortTermSet(&reader, index: 1, earlier: first.map { [$0] } ?? [], inSlice: false)
        #expect(second?.negative == [-1, -2, -4].map { .init(delta: $0, isUsed: $0 != -4) })
        #expect(second?.positive == [.init(delta: 1, isUsed: true)])
    }

    @Test func `says why it can't`() throws {
        var holder = HEVCPictureHolder()
        #expect(holder.obstacle == "no-picture")
        let stream = try HoldStream.make(Self.recipes[0])
        _ = holder.passed(stream.units[1])
        #expect(holder.obstacle == "unread-picture")
        #expect(holder.held(parameterSets: true) == nil)
        #expect(holder.restart() == nil)
        #expect(holder.fill() == [])
        _ = holder.passed(stream.units[0])
        #expect(holder.obstacle == nil)
        #expect(holder.pictureTicks == 3_600)
    }

    @Test func `an end of sequence is taken out, and the next picture joined on`() throws {
        let stream = try HoldStream.make(Self.recipes[0])
        let point = try #require(stream.units.indices.dropFirst().first { stream.units[$0].isRandomAccessPoint })
        var holder = HEVCPictureHolder()
        for unit in stream.units[..<(point - 1)] { _ = holder.passed(unit) }
        var last = stream.units[point - 1]
        last.data += [0, 0, 1, 0x48, 0x01]
        #expect(holder.passed(last).data == stream.units[point - 1].data)
        #expect(Self.types([holder.passed(stream.units[point])]) == [17])
    }
}
