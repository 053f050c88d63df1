import MPEGTS
import Testing

@testable import Continuity

struct HeldDataTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var track: Track
        var data: [UInt8] = [1]
        var passes: Bool
    }

    static func cue(command: UInt8) -> [UInt8] {
        var section = Array(spliceSection(adjustment: 0).dropLast(4))
        section[13] = command
        CRC32MPEG2.append(to: &section)
        return section
    }

    static let cases = [
        Case(testDescription: "splice_null", track: track(cuePID, .scte35), data: cue(command: 0), passes: true),
        Case(testDescription: "splice_insert", track: track(cuePID, .scte35), data: cue(command: 5), passes: false),
        Case(testDescription: "time_signal", track: track(cuePID, .scte35), data: cue(command: 6), passes: false),
        Case(testDescription: "no cue at all", track: track(cuePID, .scte35), passes: false),
        Case(testDescription: "subtitles", track: track(subtitlePID, .dvbSubtitles), passes: false),
        Case(testDescription: "teletext", track: track(subtitlePID, .teletext), passes: false),
        Case(testDescription: "ID3", track: track(subtitlePID, .id3, streamType: 0x15), passes: false),
        Case(testDescription: "private sections", track: track(0x40, .other, streamType: 0x05), passes: true),
        Case(testDescription: "private data", track: track(0x40, .other, streamType: 0x06), passes: false),
    ]

    @Test(arguments: cases)
    func `a hold sends only what means no time`(_ testCase: Case) {
        var unit = sound(0, pid: testCase.track.pid)
        unit.data = testCase.data
        #expect(HeldData.passes(unit, of: testCase.track) == testCase.passes)
    }
}
