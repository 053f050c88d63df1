import MPEGTS
import Model
import TestSupport
import Testing

@testable import Continuity

struct H264PictureHolderTests {
    static func recipe(_ name: String, _ parameters: String, _ more: [String] = []) -> HoldStream.Recipe {
        HoldStream.Recipe(
            testDescription: "h264-" + name,
            arguments: [
                "-c:v", "libx264", "-preset", "veryfast", "-b:v", "400k", "-maxrate", "400k", "-bufsize", "400k",
                "-x264-params", "keyint=30:min-keyint=30:scenecut=0:b-adapt=0:" + parameters,
            ] + more
        )
    }

    static let recipes = [
        recipe("base", "bframes=0", ["-profile:v", "baseline"]),
        recipe("main-cavlc", "cabac=0:bframes=2:b-pyramid=none:ref=3", ["-profile:v", "main"]),
        recipe("main-cabac", "cabac=1:bframes=2:b-pyramid=none:ref=3:weightp=2", ["-profile:v", "main"]),
        recipe("high", "bframes=3:b-pyramid=normal:ref=4:8x8dct=1:weightp=2", ["-profile:v", "high"]),
        recipe("strict-pyramid", "bframes=7:b-pyramid=strict:ref=4"),
        recipe("slices", "bframes=3:slices=4"),
        recipe("hrd", "bframes=2:nal-hrd=vbr"),
        recipe("interlaced", "tff=1:bframes=2", ["-flags", "+ilme+ildct"]),
        recipe("interlaced-cavlc", "bff=1:cabac=0:bframes=2", ["-flags", "+ilme+ildct"]),
        recipe("high10", "bframes=3", ["-pix_fmt", "yuv420p10le", "-profile:v", "high10"]),
        recipe("high422", "bframes=3:cabac=0", ["-pix_fmt", "yuv422p", "-profile:v", "high422"]),
        recipe("high444", "bframes=3:weightp=2", ["-pix_fmt", "yuv444p", "-profile:v", "high444"]),
        recipe("open-gop", "bframes=3:open-gop=1:b-pyramid=normal:ref=4"),
        recipe("open-gop-cavlc", "bframes=2:open-gop=1:cabac=0:weightp=2:ref=2"),
        recipe("open-gop-strict", "bframes=7:open-gop=1:b-pyramid=strict:slices=3:ref=5"),
    ]

    @Test(arguments: recipes)
    func `holds wherever the source stops, and goes on at its next random access point`(
        _ recipe: HoldStream.Recipe
    ) throws {
        var sweep = H264Sweep(try HoldStream.make(recipe))
        for cut in 36..<46 { try sweep.add(cut: cut, hold: 20) }
        try sweep.judge()
    }

    @Test(arguments: recipes)
    func `begins again at its last random access point`(
        _ recipe: HoldStream.Recipe
    ) throws {
        var sweep = H264Sweep(try HoldStream.make(recipe))
        for cut in 50..<53 { try sweep.add(cut: cut, hold: 12, restartAt: 4) }
        // Right behind an IDR picture, and one that needs another number than the last.
        try sweep.add(cut: 31, hold: 3, restartAt: 0)
        try sweep.judge()
    }

    @Test func `goes on with a stream that is refreshed line by line`() throws {
        let recipe = Self.recipe("intra-refresh", "intra-refresh=1:bframes=0")
        var sweep = H264Sweep(try HoldStream.make(recipe))
        sweep.healing = 32
        for cut in 36..<46 { try sweep.add(cut: cut, hold: 20) }
        // Nothing was held in between: the numbers go on all the same.
        for cut in 46..<49 { try sweep.add(cut: cut, hold: 0) }
        try sweep.judge()
    }

    @Test func `is told to pass whatever it is given, and never traps`() throws {
        let stream = try HoldStream.make(Self.recipes[3])
        var random = SeededRandom(seed: 264)
        for round in 0..<150 {
            var holder = H264PictureHolder()
            for unit in stream.units.prefix(40) {
                var unit = unit
                if round % 3 != 0 { Self.spoil(&unit.data, &random) }
                switch UInt8.random(in: 0..<20, using: &random) {
                case 0: _ = holder.fill()
                case 1: for _ in 0..<3 { _ = holder.held(parameterSets: true) }
                case 2: _ = holder.restart()
                case 3: holder.resume()
                case 4: unit.pts = MediaTime(ticks: Int64(truncatingIfNeeded: random.next()))
                case 5: unit.dts = nil
                case 6: unit.data = (0..<200).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                default: break
                }
                _ = holder.passed(unit)
                _ = (holder.obstacle, holder.nextPresentation, holder.pictureTicks)
            }
        }
    }

    /// Changes some bits in front, where the headers are.
    static func spoil(_ data: inout [UInt8], _ random: inout SeededRandom) {
        for _ in 0..<Int.random(in: 0...3, using: &random) where !data.isEmpty {
            let place = Int.random(in: 0..<min(data.count, 120), using: &random)
            data[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        if UInt8.random(in: 0..<10, using: &random) == 0 { data = Array(data.prefix(60)) }
    }
}
