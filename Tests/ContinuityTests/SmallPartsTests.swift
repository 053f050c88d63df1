import MPEGTS
import Model
import Testing

@testable import Continuity

struct FrameDurationTests {
    @Test func `is the median of the last distances, gaps left out`() {
        var frames = FrameDuration(unknown: 3_600)
        #expect(frames.ticks == 3_600)
        for _ in 0..<3 { frames.observe(1_800) }
        frames.observe(1_801)
        frames.observe(90_001)
        frames.observe(0)
        frames.observe(-5)
        #expect(frames.ticks == 1_800)
        for _ in 0..<FrameDuration.kept { frames.observe(1_500) }
        #expect(frames.ticks == 1_500)
    }
}

struct MediaTimeDistanceTests {
    static let cases: [(start: Int64, end: Int64, distance: Int64)] = [
        (0, 0, 0),
        (0, 5, 5),
        (5, 0, -5),
        (MediaTime.wrap - 1, 0, 1),
        (0, MediaTime.wrap - 1, -1),
        (0, MediaTime.wrap / 2 - 1, MediaTime.wrap / 2 - 1),
        (0, MediaTime.wrap / 2, -MediaTime.wrap / 2),
        (.max, .min, 1),
    ]

    @Test(arguments: cases)
    func `goes the short way round`(_ testCase: (start: Int64, end: Int64, distance: Int64)) {
        #expect(MediaTime.distance(from: testCase.start, to: testCase.end) == testCase.distance)
    }
}

struct AudioJointTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        /// When the sound starts, beside the end of the sound before it.
        var start: Int64
        /// First frame kept, of four; `nil` when none.
        var kept: Int?
        var time: Int64 = 0
        var shift: Int64 = 0
    }

    static let cases = [
        Case(testDescription: "exact", start: 0, kept: 0),
        Case(testDescription: "overlap of less than half a frame is moved", start: -900, kept: 0, shift: 900),
        Case(testDescription: "overlap of half a frame is moved", start: -960, kept: 0, shift: 960),
        Case(
            testDescription: "overlap of more drops a frame and moves the rest back",
            start: -961,
            kept: 1,
            shift: -959
        ),
        Case(testDescription: "two and a half frames", start: -4_800, kept: 2, shift: 960),
        Case(testDescription: "all heard", start: -8_000, kept: nil),
        Case(testDescription: "gap of less than a frame is closed", start: 1_919, kept: 0, shift: -1_919),
        Case(testDescription: "gap of a frame stays", start: 1_920, kept: 0, time: 1_920),
    ]

    @Test(arguments: cases)
    func `fits sound to the end of the sound before`(_ testCase: Case) {
        let labels: [[UInt8]] = [[1], [2], [3], [4]]
        let data = labels.flatMap(adtsFrame)
        let end: Int64 = 900_000
        let joint = AudioJoint(data, codec: .aac, at: end + testCase.start, after: end, else: soundTicks)
        #expect((joint == nil) == (testCase.kept == nil))
        guard let joint, let kept = testCase.kept else { return }
        #expect(joint.data == labels[kept...].flatMap(adtsFrame))
        #expect(joint.time == end + testCase.time)
        #expect(joint.shift == testCase.shift)
    }
}
