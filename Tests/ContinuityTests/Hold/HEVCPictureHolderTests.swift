import MPEGTS
import Model
import TestSupport
import Testing

@testable import Continuity

struct HEVCPictureHolderTests {
    static func recipe(_ name: String, _ parameters: String, more: [String] = []) -> HoldStream.Recipe {
        HoldStream.Recipe(
            testDescription: name,
            arguments: more + [
                "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
                "keyint=25:min-keyint=25:scenecut=0:bframes=3:log-level=none:" + parameters,
            ],
            // Rows side by side, so that the entry points are used.
            decoding: ["-threads", "2", "-thread_type", "slice"]
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
}
