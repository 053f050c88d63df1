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
            ]
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
}
