import HLS
import Model
import TestSupport
import Testing

struct SegmenterTests {
    /// 2026-11-23T07:00:00Z.
    static let morning = WallTime(seconds: 1_795_417_200)

    /// Feeds one picture every 40 ms with random access points where `isRandomAccessPoint` says, and gives the segments.
    static func cut(
        _ segmenter: inout Segmenter,
        pictures: Int,
        step: MediaTime = MediaTime(milliseconds: 40),
        isRandomAccessPoint: (Int) -> Bool
    ) -> [Segment<[UInt8]>] {
        var segments: [Segment<[UInt8]>] = []
        for picture in 0..<pictures {
            let dts = MediaTime(ticks: Int64(picture) * step.ticks)
            let actions = segmenter.append(
                [UInt8(truncatingIfNeeded: picture)],
                at: dts,
                start: isRandomAccessPoint(picture) ? .randomAccessPoint : .picture,
                wallTime: Self.morning.advanced(milliseconds: dts.milliseconds)
            )
            for case .publish(let segment) in actions { segments.append(segment) }
        }
        return segments
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        /// Pictures from one random access point to the next, at 25 Hz.
        var gop: Int
        var gopMax = MediaTime(seconds: 5)
        var target: Int
        var milliseconds: [Int64]
    }

    static let cases = [
        Case(testDescription: "GOPs of 1 s", gop: 25, target: 6, milliseconds: [4_000, 4_000, 4_000]),
        Case(testDescription: "GOPs of 2 s", gop: 50, target: 6, milliseconds: [4_000, 4_000, 4_000]),
        Case(
            testDescription: "GOPs of 1.92 s: two, for 3.84 s is near enough",
            gop: 48,
            target: 6,
            milliseconds: [3_840, 3_840]
        ),
        Case(testDescription: "GOPs of 2.4 s: two fit", gop: 60, target: 6, milliseconds: [4_800, 4_800]),
        Case(
            testDescription: "GOPs of 3.2 s: one, since two would pass the limit",
            gop: 80,
            target: 6,
            milliseconds: [3_200, 3_200, 3_200]
        ),
        Case(testDescription: "GOPs of 5 s: one", gop: 125, target: 6, milliseconds: [5_000, 5_000]),
        Case(
            testDescription: "GOPs of 10 s: cut by duration",
            gop: 250,
            target: 6,
            milliseconds: [5_520, 4_480, 5_520, 4_480]
        ),
        Case(
            testDescription: "GOPs of 10 s that were allowed for: one",
            gop: 250,
            gopMax: .init(seconds: 10),
            target: 11,
            milliseconds: [10_000, 10_000]
        ),
    ]

    @Test(arguments: cases)
    func `cuts at random access points, and below the declared target duration`(_ testCase: Case) {
        var configuration = Segmenter.Configuration()
        configuration.gopMax = testCase.gopMax
        var segmenter = Segmenter(configuration: configuration, initialMediaSequence: 7)
        #expect(segmenter.targetDurationSeconds == testCase.target)
        let segments = Self.cut(&segmenter, pictures: 1_000) { $0 % testCase.gop == 0 }
        #expect(segments.prefix(testCase.milliseconds.count).map(\.duration.milliseconds) == testCase.milliseconds)
        #expect(segments.map(\.mediaSequence) == Array(7..<(7 + UInt64(segments.count))))
    }

    @Test func `gives every byte once, in order`() {
        var segmenter = Segmenter(initialMediaSequence: 0)
        var segments = Self.cut(&segmenter, pictures: 500) { $0 % 50 == 0 }
        for case .publish(let segment) in segmenter.finish() { segments.append(segment) }
        #expect(segments.flatMap(\.payload) == (0..<500).map { UInt8(truncatingIfNeeded: $0) })
        #expect(segments.allSatisfy { $0.sizeBytes == $0.payload.count })
        #expect(segments.map(\.duration).reduce(.zero, +) == MediaTime(seconds: 20))
        #expect(segmenter.finish() == [])
    }

    @Test func `a picture that can be replaced is cut at the target, and sound only when no picture came`() {
        var segmenter = Segmenter(initialMediaSequence: 0)
        #expect(segmenter.due == nil)
        _ = segmenter.append([1], at: MediaTime(seconds: 7), start: .randomAccessPoint, wallTime: Self.morning)
        #expect(segmenter.due == MediaTime(seconds: 13))
        let cuts: (Int64, Segmenter.Start) -> Bool = { milliseconds, start in
            segmenter.cutsBefore(dts: MediaTime(milliseconds: 7_000 + milliseconds), start: start)
        }
        #expect(!cuts(3_999, .insertable))
        #expect(cuts(4_000, .insertable))
        #expect(!cuts(5_499, .picture))
        #expect(cuts(5_500, .picture))
        #expect(!cuts(5_999, .other))
        #expect(cuts(6_000, .other))
    }

    @Test func `says before the unit whether it begins a segment`() {
        var segmenter = Segmenter(initialMediaSequence: 0)
        #expect(segmenter.cutsBefore(dts: .zero, start: .randomAccessPoint))
        #expect(segmenter.append([1], at: .zero, start: .randomAccessPoint, wallTime: Self.morning) == [])
        #expect(!segmenter.cutsBefore(dts: MediaTime(seconds: 4), start: .picture))
        // Another GOP of this length would pass 5.5 s; with a shorter one known to be usual, it would not.
        #expect(segmenter.cutsBefore(dts: MediaTime(milliseconds: 2_751), start: .randomAccessPoint))
        #expect(!segmenter.cutsBefore(dts: MediaTime(milliseconds: 2_750), start: .randomAccessPoint))
        #expect(segmenter.append([2], at: .init(seconds: 2), start: .randomAccessPoint, wallTime: Self.morning) == [])
        #expect(!segmenter.cutsBefore(dts: MediaTime(milliseconds: 3_499), start: .randomAccessPoint))
        #expect(segmenter.cutsBefore(dts: MediaTime(milliseconds: 3_500), start: .randomAccessPoint))
        #expect(!segmenter.cutsBefore(dts: MediaTime(milliseconds: 5_499), start: .picture))
        #expect(segmenter.cutsBefore(dts: MediaTime(milliseconds: 5_500), start: .picture))
        #expect(segmenter.cutsBefore(dts: MediaTime(milliseconds: 1), start: .picture, discontinuity: true))
        // Half a day back without a mark is a jump all the same.
        #expect(segmenter.cutsBefore(dts: MediaTime(seconds: -43_200), start: .picture))
        // Sound may lie seconds behind the pictures it is interleaved with; that cuts nothing.
        #expect(!segmenter.cutsBefore(dts: MediaTime(seconds: -3), start: .picture))
    }

    @Test func `without video, or in a freeze, cuts at the first unit that reaches the target`() {
        var segmenter = Segmenter(initialMediaSequence: 0, cutsAtAnyAccessUnit: true)
        // AAC at 48 kHz: 1,920 ticks a frame, each a random access point.
        let segments = Self.cut(&segmenter, pictures: 700, step: MediaTime(ticks: 1_920)) { _ in true }
        #expect(segments.map(\.duration.ticks) == [360_960, 360_960, 360_960])
    }

    @Test func `a discontinuity cuts at once and marks the new segment`() {
        var segmenter = Segmenter(initialMediaSequence: 0)
        _ = Self.cut(&segmenter, pictures: 25) { $0 == 0 }
        let actions = segmenter.append(
            [9],
            at: MediaTime(seconds: 1),
            start: .randomAccessPoint,
            discontinuity: true,
            wallTime: Self.morning.advanced(milliseconds: 1_000)
        )
        guard case .publish(let first) = actions.first else { return #expect(actions.count == 1) }
        #expect(first.duration == MediaTime(seconds: 1))
        #expect(!first.isDiscontinuity)
        guard case .publish(let second) = segmenter.finish().first else { return #expect(Bool(false)) }
        #expect(second.isDiscontinuity)
        #expect(second.duration == MediaTime(milliseconds: 40))
    }

    @Test(arguments: [-3_600, -1, 0, 3, 3_600] as [Int64])
    func `a jump of the timeline does not lengthen the segment before it`(_ seconds: Int64) {
        var segmenter = Segmenter(initialMediaSequence: 0)
        _ = Self.cut(&segmenter, pictures: 25) { $0 == 0 }
        let actions = segmenter.append(
            [9],
            at: MediaTime(milliseconds: 960 + seconds * 1_000),
            start: .randomAccessPoint,
            discontinuity: true,
            wallTime: Self.morning
        )
        guard case .publish(let segment) = actions.first else { return #expect(actions.count == 1) }
        #expect(segment.duration <= MediaTime(seconds: 1) && segment.duration > .zero)
    }

    @Test func `a segment is cut at 64 MiB`() {
        var configuration = Segmenter.Configuration()
        configuration.sizeMax = 1_000
        var segmenter = Segmenter(configuration: configuration, initialMediaSequence: 0)
        let unit = [UInt8](repeating: 0, count: 400)
        var sizes: [Int] = []
        for picture: Int64 in 0..<10 {
            let dts = MediaTime(milliseconds: 40 * picture)
            for case .publish(let segment) in segmenter.append(
                unit,
                at: dts,
                start: picture == 0 ? .randomAccessPoint : .picture,
                wallTime: Self.morning
            ) {
                sizes.append(segment.sizeBytes)
            }
        }
        #expect(sizes == [1_200, 1_200, 1_200])
        #expect(Segmenter.Configuration().sizeMax == 64 << 20)
    }

    @Test func `packets of no unit go to the running segment, and nowhere before the first`() {
        var segmenter = Segmenter(initialMediaSequence: 0)
        [UInt8](repeating: 1, count: 188).withUnsafeBytes { segmenter.appendPackets($0) }
        _ = segmenter.append([2], at: .zero, start: .randomAccessPoint, wallTime: Self.morning)
        [UInt8](repeating: 3, count: 2).withUnsafeBytes { segmenter.appendPackets($0) }
        guard case .publish(let segment) = segmenter.finish().first else { return #expect(Bool(false)) }
        #expect(segment.payload == [2, 3, 3])
    }

    @Test func `dates follow the media exactly, until they are a second off the clock`() {
        var segmenter = Segmenter(initialMediaSequence: 0)
        var dates: [Int64] = []
        for picture: Int64 in 0...1_500 {
            let dts = MediaTime(milliseconds: 40 * picture)
            // The clock runs a tenth fast, and jitters.
            let clock = Self.morning.advanced(milliseconds: 44 * picture + picture % 3)
            let start: Segmenter.Start = picture % 50 == 0 ? .randomAccessPoint : .picture
            let actions = segmenter.append([0], at: dts, start: start, wallTime: clock)
            for case .publish(let segment) in actions {
                dates.append((segment.programDateTime.microseconds - Self.morning.microseconds) / 1_000)
            }
        }
        // 400 ms are gained with each segment; the third time they pass a second.
        #expect(dates.prefix(5) == [0, 4_000, 8_000, 13_200, 17_200])
    }

    @Test(arguments: 1...60)
    func `whatever the units, no duration rounds above the declared target`(_ seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var configuration = Segmenter.Configuration()
        configuration.target = MediaTime(milliseconds: .random(in: 1_000...10_000, using: &random))
        configuration.gopMax = MediaTime(milliseconds: .random(in: 0...12_000, using: &random))
        var segmenter = Segmenter(
            configuration: configuration,
            initialMediaSequence: 0,
            cutsAtAnyAccessUnit: Bool.random(using: &random)
        )
        var dts = MediaTime.zero
        var count = 0
        for _ in 0..<2_000 {
            if Int.random(in: 0..<200, using: &random) == 0 {
                dts += MediaTime(ticks: .random(in: -900_000...900_000, using: &random))
            } else {
                dts += MediaTime(ticks: .random(in: -3_000...9_000, using: &random))
            }
            let actions = segmenter.append(
                [0],
                at: dts,
                start: Int.random(in: 0..<40, using: &random) == 0 ? .randomAccessPoint : .picture,
                discontinuity: Int.random(in: 0..<300, using: &random) == 0,
                wallTime: Self.morning
            )
            for case .publish(let segment) in actions {
                count += 1
                #expect(segment.duration > .zero)
                #expect(segment.duration.seconds.rounded() <= Double(segmenter.targetDurationSeconds), "seed \(seed)")
            }
        }
        #expect(count > 5)
    }

    @Test func `the first number grows with the clock`() {
        #expect(MediaSequence.initial(at: WallTime(seconds: 0)) == 0)
        #expect(MediaSequence.initial(at: Self.morning) == 217_580_400)
        #expect(MediaSequence.initial(at: WallTime(seconds: 3_700_000_000)) < UInt64(Int32.max))
    }
}
