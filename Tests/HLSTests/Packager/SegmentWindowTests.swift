import HLS
import Model
import TestSupport
import Testing

struct SegmentWindowTests {
    static let morning = WallTime(seconds: 1_795_417_200)

    static func segment(
        _ number: UInt64,
        milliseconds: Int64 = 4_000,
        discontinuity: Bool = false,
        sizeBytes: Int = 1_000
    ) -> Segment<String> {
        Segment(
            payload: "bytes of \(number)",
            sizeBytes: sizeBytes,
            duration: MediaTime(milliseconds: milliseconds),
            mediaSequence: number,
            isDiscontinuity: discontinuity,
            programDateTime: Self.morning.advanced(milliseconds: Int64(number) * 4_000)
        )
    }

    static func window(_ numbers: Range<UInt64>, discontinuities: Set<UInt64> = []) -> SegmentWindow<String> {
        var window = SegmentWindow<String>(targetDurationSeconds: 6)
        for number in numbers { window.append(Self.segment(number, discontinuity: discontinuities.contains(number))) }
        return window
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var window: SegmentWindow<String>
    }

    static let cases = [
        Case(testDescription: "empty", window: window(0..<0)),
        Case(testDescription: "first-segment", window: window(100..<101, discontinuities: [100])),
        Case(testDescription: "full", window: window(100..<110)),
        Case(testDescription: "discontinuity-inside", window: window(100..<110, discontinuities: [100, 107])),
        Case(testDescription: "discontinuity-left", window: window(100..<114, discontinuities: [100, 107])),
        Case(testDescription: "uneven", window: uneven),
    ]

    static var uneven: SegmentWindow<String> {
        var window = SegmentWindow<String>(targetDurationSeconds: 6, discontinuitySequence: 40)
        for (index, ticks) in [360_360, 345_600, 1, 494_999, 360_001, 378_378, 400_400].enumerated() {
            var segment = Self.segment(UInt64(index) + 217_580_400)
            segment.duration = MediaTime(ticks: Int64(ticks))
            segment.programDateTime = WallTime(microseconds: Self.morning.microseconds + Int64(index) * 4_004_999)
            window.append(segment)
        }
        return window
    }

    @Test(arguments: cases)
    func `lists`(_ testCase: Case) throws {
        try Golden.compare(testCase.window.playlistText, with: "SegmentWindow/\(testCase.testDescription).m3u8")
    }

    @Test(arguments: cases)
    func `lists what can be read back`(_ testCase: Case) throws {
        let read = try Playlist(parsing: testCase.window.playlistText)
        #expect(read == .media(testCase.window.mediaPlaylist))
    }

    @Test func `lists six segments, or more when six are shorter than three target durations`() {
        #expect(Self.window(0..<10).listed.map(\.mediaSequence) == [4, 5, 6, 7, 8, 9])
        var window = SegmentWindow<String>(targetDurationSeconds: 6)
        for number: UInt64 in 0..<40 { window.append(Self.segment(number, milliseconds: 1_000)) }
        #expect(window.listed.map(\.mediaSequence) == Array(22..<40))
    }

    @Test func `a segment that left the playlist is served for its length and the longest playlist`() {
        var window = Self.window(0..<6)
        // Number 0 leaves with number 6; 4 s + 24 s later, which is seven segments, nobody can ask for it any more.
        for number: UInt64 in 6..<13 {
            window.append(Self.segment(number))
            #expect(window.segment(0)?.payload == "bytes of 0", "after \(number)")
        }
        window.append(Self.segment(13))
        #expect(window.segment(0) == nil)
        #expect(window.segment(1)?.payload == "bytes of 1")
        #expect(window.segment(13)?.payload == "bytes of 13")
        #expect(window.segment(14) == nil)
        #expect(window.segment(.max) == nil)
        #expect(window.sizeBytes == 13_000)
    }

    @Test func `past its bytes the oldest go, expired or listed, and the newest stays`() {
        var configuration = SegmentWindow<String>.Configuration()
        configuration.sizeMax = 4_000
        var window = SegmentWindow<String>(targetDurationSeconds: 6, configuration: configuration)
        for number: UInt64 in 0..<9 { window.append(Self.segment(number, discontinuity: number == 2)) }
        #expect(window.listed.map(\.mediaSequence) == [5, 6, 7, 8])
        #expect(window.segment(4) == nil)
        #expect(window.sizeBytes == 4_000)
        #expect(window.discontinuitySequence == 1)
        window.append(Self.segment(9, sizeBytes: 5_000))
        #expect(window.listed.map(\.mediaSequence) == [9])
        #expect(window.sizeBytes == 5_000)
        #expect(SegmentWindow<String>.Configuration().sizeMax == 256 << 20)
    }

    @Test func `a segment keeps what it is when its bytes are held otherwise`() {
        let segment = Self.segment(3, milliseconds: 3_840, discontinuity: true)
        let mapped = segment.map { Array($0.utf8) }
        #expect(mapped.payload == Array("bytes of 3".utf8))
        #expect(mapped.map { String(decoding: $0, as: UTF8.self) } == segment)
    }

    @Test func `measures the peak bit rate of what it lists`() {
        var window = SegmentWindow<String>(targetDurationSeconds: 6)
        #expect(window.bandwidth == nil)
        window.append(Self.segment(0, sizeBytes: 2_000_000))
        window.append(Self.segment(1, milliseconds: 3_000, sizeBytes: 2_100_000))
        #expect(window.bandwidth == 5_600_000)
    }

    @Test func `a number out of turn is a broken invariant`() async {
        await #expect(processExitsWith: .failure) {
            var window = SegmentWindow<String>(targetDurationSeconds: 6)
            window.append(
                Segment(
                    payload: "",
                    sizeBytes: 0,
                    duration: .zero,
                    mediaSequence: 5,
                    programDateTime: .init(seconds: 0)
                )
            )
            window.append(
                Segment(
                    payload: "",
                    sizeBytes: 0,
                    duration: .zero,
                    mediaSequence: 5,
                    programDateTime: .init(seconds: 0)
                )
            )
        }
    }

    /// What RFC 8216, 6.2.2 forbids and requires of a live list, from one load to the next.
    @Test(arguments: 1...30)
    func `from one load to the next only the ends of the list change`(_ seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var window = SegmentWindow<String>(targetDurationSeconds: 6)
        var before = window.mediaPlaylist
        var discontinuities = 0
        for number: UInt64 in 50..<150 {
            let isDiscontinuity = Int.random(in: 0..<5, using: &random) == 0
            discontinuities += isDiscontinuity ? 1 : 0
            window.append(
                Self.segment(
                    number,
                    milliseconds: .random(in: 100...5_500, using: &random),
                    discontinuity: isDiscontinuity
                )
            )
            let after = window.mediaPlaylist
            #expect(after.endSequence == number + 1)
            #expect(after.mediaSequence >= before.mediaSequence)
            #expect(after.discontinuitySequence >= before.discontinuitySequence)
            #expect(after.targetDurationSeconds == before.targetDurationSeconds)
            for segment in max(after.mediaSequence, before.mediaSequence)..<max(before.endSequence, after.mediaSequence)
            {
                #expect(after.segment(segment) == before.segment(segment))
            }
            let listed = after.segments.count(where: \.isDiscontinuity)
            #expect(Int(after.discontinuitySequence) + listed == discontinuities)
            let duration = after.segments.map(\.duration).reduce(.zero, +)
            #expect(after.mediaSequence == 50 || duration >= MediaTime(seconds: 18))
            before = after
        }
    }
}
