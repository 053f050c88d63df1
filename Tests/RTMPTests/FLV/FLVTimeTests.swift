import RTMP
import Testing

struct FLVTimeTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var stamps: [(UInt32, FLVTag.Kind)]
        var times: [Int64]
        /// The tag, counted from 0, at which time begins anew.
        var restart: Int?
    }

    static let cases = [
        Case(testDescription: "rising", stamps: [(0, .audio), (40, .video), (21, .audio)], times: [0, 40, 21]),
        Case(
            testDescription: "starts anywhere",
            stamps: [(.max, .video), (39, .video)],
            times: [4_294_967_295, 4_294_967_335]
        ),
        Case(
            testDescription: "two wraps with the tracks on both sides",
            stamps: [
                (0xFFFF_FFF0, .video), (0xFFFF_FFE0, .audio), (24, .video), (0xFFFF_FFF8, .audio),
            ],
            times: [4_294_967_280, 4_294_967_264, 4_294_967_320, 4_294_967_288]
        ),
        Case(
            testDescription: "half a second back is disorder",
            stamps: [(1_000, .video), (500, .video)],
            times: [1_000, 500]
        ),
        Case(
            testDescription: "more is a restart",
            stamps: [(1_000, .video), (499, .video)],
            times: [1_000, 499],
            restart: 1
        ),
        Case(
            testDescription: "one restart for both tracks",
            stamps: [(90_000, .audio), (90_010, .video), (0, .video), (5, .audio), (40, .video)],
            times: [90_000, 90_010, 0, 5, 40],
            restart: 2
        ),
        Case(
            testDescription: "the other track starts up to 3 s behind",
            stamps: [(5_000, .audio), (2_000, .video)],
            times: [5_000, 2_000]
        ),
        Case(
            testDescription: "or has restarted",
            stamps: [(5_000, .audio), (1_999, .video)],
            times: [5_000, 1_999],
            restart: 1
        ),
        Case(
            testDescription: "silence of an hour",
            stamps: [(0, .audio), (3_600_000, .audio)],
            times: [0, 3_600_000]
        ),
        Case(
            testDescription: "a restart after 30 days",
            stamps: [(2_592_000_000, .video), (0, .video)],
            times: [2_592_000_000, 0],
            restart: 1
        ),
    ]

    @Test(arguments: cases)
    func `unwraps milliseconds`(_ testCase: Case) {
        var clock = MillisecondClock()
        for (index, time) in testCase.times.enumerated() {
            let (timestamp, kind) = testCase.stamps[index]
            let (milliseconds, restarted) = clock.place(timestamp, kind)
            #expect(milliseconds == time)
            #expect(restarted == (index == testCase.restart))
        }
    }

    @Test func `rises over 100 days`() {
        var clock = MillisecondClock()
        var last: Int64 = -1
        for minute in 0..<Int64(100 * 1_440) {
            let (milliseconds, restarted) = clock.place(UInt32(truncatingIfNeeded: minute * 60_000), .video)
            guard milliseconds == minute * 60_000, milliseconds > last, !restarted else {
                Issue.record("minute \(minute): \(milliseconds) ms")
                return
            }
            last = milliseconds
        }
    }

    @Test func `counts samples instead of rounding`() {
        var grid = SampleGrid()
        // 1,024 samples at 44.1 kHz are 23.2 ms: 0, 23, 46, 69, 92, 116 … as FLV rounds them.
        for frame in 0..<Int64(10_000) {
            let stamp = frame * 1_024 * 1_000 / 44_100
            #expect(
                grid.place(ticks: stamp * 90, samples: 1_024, sampleRate: 44_100) == frame * 1_024 * 90_000 / 44_100
            )
        }
    }

    @Test func `believes the time stamp beyond 40 ms`() {
        var grid = SampleGrid()
        #expect(grid.place(ticks: 0, samples: 1_024, sampleRate: 48_000) == 0)
        #expect(grid.place(ticks: 1_920 + 3_600, samples: 1_024, sampleRate: 48_000) == 1_920)
        #expect(grid.place(ticks: 3_840 - 3_600, samples: 1_024, sampleRate: 48_000) == 3_840)
        #expect(grid.place(ticks: 5_760 + 3_601, samples: 1_024, sampleRate: 48_000) == 9_361)
        #expect(grid.place(ticks: 9_361 + 1_920, samples: 1_024, sampleRate: 48_000) == 9_361 + 1_920)
        // Another rate is another grid.
        #expect(grid.place(ticks: 13_000, samples: 1_024, sampleRate: 44_100) == 13_000)
    }
}
