import MPEGTS
import Model
import Testing

@testable import Continuity

/// A timeline with its clock, told as a transcript.
struct Transcript {
    var timeline = OutputTimeline()
    var now: Int64 = 0

    init(_ tracks: [Track] = usualTracks) {
        self.timeline.begin()
        _ = self.timeline.found(tracks)
    }

    /// What becomes of a unit `after` ticks more: delivered decoding times, or reasons.
    mutating func take(_ unit: AccessUnit, after: Int64 = 3_600) -> [String] {
        self.now += after
        return self.timeline.played(unit, at: MediaTime(ticks: self.now)).map { output in
            switch output {
            case .deliver(let unit): unit.dts.map { "\(unit.pid)@\($0.ticks)" } ?? "\(unit.pid)"
            case .dropped(let pid, let reason): "\(pid) \(reason.rawValue)"
            case .left, .gapped: "left"
            }
        }
    }

    /// Plays `count` pictures at 25 a second from `dts`, the first a random access point.
    mutating func play(_ count: Int64, from dts: Int64) -> [String] {
        (0..<count).flatMap { self.take(picture(dts + $0 * 3_600, point: $0 == 0)) }
    }
}

struct OutputTimelineTests {
    // Output PIDs: 256 video, 257 audio, 258 cues, 259 subtitles.

    @Test func `starts at ten seconds, at the first random access point`() {
        var script = Transcript()
        #expect(script.take(picture(5_000)) == ["49 waiting"])
        #expect(script.take(sound(5_000)) == [])
        #expect(script.take(picture(8_600, point: true)) == ["256@900000", "50 waiting"])
        #expect(script.take(picture(12_200)) == ["256@903600"])
        #expect(script.take(sound(8_700)) == ["257@900100"])
        #expect(script.take(sound(10_620)) == ["257@902020"])
    }

    @Test func `sound that came before its picture is kept for it`() {
        var script = Transcript()
        #expect(script.take(sound(90_000)) == [])
        #expect(script.take(sound(91_920)) == [])
        #expect(script.take(picture(90_000, point: true)) == ["256@900000", "257@900000", "257@901920"])
    }

    @Test func `a wrap of the 33 bits is a small step`() {
        var script = Transcript()
        let edge = MediaTime.wrap - 3_600
        #expect(script.take(picture(edge, point: true)) == ["256@900000"])
        // The sound of the same moment has wrapped already: its first value is unwrapped beside the picture's.
        #expect(script.take(sound(edge + 4_000)) == ["257@904000"])
        #expect(script.take(picture(edge + 3_600)) == ["256@903600"])
        #expect(script.take(picture(edge + 7_200)) == ["256@907200"])
        #expect(script.timeline.epochs == 1)
    }

    struct Jump: CustomTestStringConvertible {
        var testDescription: String
        /// Seconds from the picture after the last.
        var jump: Double
        /// Seconds without arrivals before it.
        var silence: Double = 0
        var outcome: [String]
        var epochs: Int
    }

    // Ten pictures were delivered, the last at 932400, when the next one jumps.
    static let jumps = [
        Jump(testDescription: "none", jump: 0, outcome: ["256@936000"], epochs: 1),
        Jump(testDescription: "2.9 s forward is a gap", jump: 2.9, outcome: ["256@1197000"], epochs: 1),
        Jump(testDescription: "3.1 s forward is an epoch", jump: 3.1, outcome: ["256@936000"], epochs: 2),
        Jump(
            testDescription: "20 s forward after 20 s of silence keeps the offset",
            jump: 20,
            silence: 20,
            outcome: ["256@2736000"],
            epochs: 1
        ),
        Jump(
            testDescription: "20 s forward after 5 s of silence is an epoch",
            jump: 20,
            silence: 5,
            outcome: ["256@936000"],
            epochs: 2
        ),
        Jump(
            testDescription: "0.4 s back is the same epoch, and too late",
            jump: -0.4,
            outcome: ["49 not-rising"],
            epochs: 1
        ),
        Jump(testDescription: "0.6 s back is an epoch", jump: -0.6, outcome: ["256@936000"], epochs: 2),
        Jump(testDescription: "an hour back is an epoch", jump: -3_600, outcome: ["256@936000"], epochs: 2),
    ]

    @Test(arguments: jumps)
    func `a jump is a gap or an epoch`(_ jump: Jump) {
        var script = Transcript()
        let base = seconds(7_200)
        _ = script.play(10, from: base)
        let next = picture(base + 36_000 + seconds(jump.jump), point: true)
        #expect(script.take(next, after: 3_600 + seconds(jump.silence)) == jump.outcome)
        #expect(script.timeline.epochs == jump.epochs)
    }

    @Test func `a new epoch waits for a random access point`() {
        var script = Transcript()
        _ = script.play(10, from: 900_000)
        #expect(script.take(picture(0)) == ["49 waiting"])
        #expect(script.take(picture(3_600)) == ["49 waiting"])
        #expect(script.take(picture(7_200, point: true)) == ["256@936000"])
    }

    @Test func `one wrong time stamp does not end an epoch`() {
        var script = Transcript()
        _ = script.play(10, from: 900_000)
        #expect(script.take(picture(77)) == ["49 waiting"])
        #expect(script.take(picture(900_000 + 39_600)) == ["256@939600"])
        #expect(script.timeline.epochs == 1)
    }

    @Test func `an announced discontinuity makes an epoch of a small step`() {
        var script = Transcript()
        _ = script.play(10, from: 900_000)
        script.timeline.expectEpoch()
        #expect(script.take(picture(900_000 + 36_000 + seconds(2), point: true)) == ["256@936000"])
        #expect(script.timeline.epochs == 2)
    }

    @Test func `tracks of two epochs may interleave for two seconds`() {
        var script = Transcript()
        _ = script.play(10, from: 900_000)
        #expect(script.take(sound(900_000 + 30_000)) == ["257@930000"])
        // The file begins again: picture first, the old sound still comes.
        #expect(script.take(picture(90_000, point: true)) == ["256@936000"])
        #expect(script.take(sound(900_000 + 31_920)) == ["257@931920"])
        #expect(script.take(sound(900_000 + 33_840)) == ["257@933840"])
        // And now the new sound, 300 ticks after its picture: a gap of 540 ticks, closed.
        #expect(script.take(sound(90_300)) == ["257@935760"])
        #expect(script.take(sound(92_220)) == ["257@937680"])
        #expect(script.take(picture(93_600)) == ["256@939600"])
    }

    @Test func `sound of the new epoch may come before its picture`() {
        var script = Transcript()
        _ = script.play(10, from: 900_000)
        #expect(script.take(sound(900_000 + 34_080)) == ["257@934080"])
        #expect(script.take(sound(90_000)) == [])
        #expect(script.take(picture(900_000 + 36_000)) == ["256@936000"])
        #expect(script.take(picture(90_000, point: true)) == ["256@939600", "257@939600"])
    }

    @Test func `sound heard before is dropped at a joint, and a small gap closed`() {
        var script = Transcript()
        _ = script.play(10, from: 900_000)
        // Ends at 937920.
        #expect(script.take(sound(900_000 + 36_000)) == ["257@936000"])
        #expect(script.take(picture(0, point: true)) == ["256@936000"])
        // Four frames from 936000 on: the first was heard; the second starts on the end exactly.
        #expect(script.take(sound(0, labels: [[1], [2], [3], [4]])) == ["257@937920"])
        #expect(script.take(sound(4 * soundTicks)) == ["257@\(936_000 + 4 * soundTicks)"])
    }

    @Test func `a track whose clock goes its own way is tied to the others again`() {
        var script = Transcript()
        _ = script.play(2, from: 900_000)
        #expect(script.take(sound(900_000)) == ["257@900000"])
        var delivered: [String] = []
        for step in Int64(0)..<80 {
            delivered += script.take(picture(907_200 + step * 3_600), after: 1_800).filter { $0.hasPrefix("256") }
            _ = script.take(sound(5_000_000 + step * 3_600), after: 1_800)
        }
        #expect(delivered.count == 80)
        let last = script.take(sound(5_000_000 + 80 * 3_600))
        #expect(last.count == 1 && last[0].hasPrefix("257@"))
        #expect(script.timeline.epochs == 1)
    }

    @Test func `a channel without pictures begins with its sound`() {
        var script = Transcript([track(audioPID, .aac)])
        #expect(script.take(sound(4_000)) == ["256@900000"])
        #expect(script.take(sound(5_920)) == ["256@901920"])
        // Another epoch begins where the sound ends.
        #expect(script.take(sound(1_000_000)) == ["256@903840"])
    }

    @Test func `cues and subtitles follow the clock of the epoch`() throws {
        var script = Transcript()
        let cue = AccessUnit(
            pid: cuePID,
            pts: nil,
            dts: nil,
            isRandomAccessPoint: false,
            data: spliceSection(adjustment: 5),
            streamID: 0
        )
        #expect(script.take(cue) == ["51 waiting"])
        _ = script.play(2, from: 100_000)
        let outputs = script.timeline.played(cue, at: MediaTime(ticks: script.now))
        guard case .deliver(let moved)? = outputs.first else {
            Issue.record("not delivered: \(outputs)")
            return
        }
        #expect(moved.data == spliceSection(adjustment: 800_005))
        #expect(moved.pts == nil)

        let display = picture(150_000, pid: subtitlePID)
        #expect(script.take(display) == ["259@950000"])
        #expect(script.take(display) == ["259@950001"])
        #expect(script.take(picture(90_000_000, pid: subtitlePID)) == ["52 dead-epoch"])
        let untimed = AccessUnit(
            pid: subtitlePID,
            pts: nil,
            dts: nil,
            isRandomAccessPoint: false,
            data: [1],
            streamID: 0xBD
        )
        #expect(script.take(untimed) == ["259"])
    }

    @Test func `a picture without time stamps follows the one before`() {
        var script = Transcript()
        var untimed = picture(0)
        untimed.pts = nil
        untimed.dts = nil
        #expect(script.take(untimed) == ["49 no-time-stamp"])
        _ = script.play(3, from: 100_000)
        #expect(script.take(untimed) == ["256@910800"])
        #expect(script.take(picture(100_000 + 4 * 3_600)) == ["256@914400"])
    }

    @Test func `another source goes on where the last one ended`() {
        var script = Transcript()
        _ = script.play(10, from: 500_000)
        script.timeline.begin()
        #expect(script.take(picture(0, point: true)) == ["49 unknown-track"])
        let changed = script.timeline.found([track(0x99, .aac), track(0x98, .h264)])
        #expect(changed)
        #expect(script.timeline.tracks.map(\.pid) == [257, 256])
        #expect(script.take(picture(0, point: true, pid: 0x98)) == ["256@936000"])
        script.timeline.begin()
        let changedAgain = script.timeline.found([track(0x98, .hevc), track(0x99, .aac)])
        #expect(changedAgain)
        #expect(script.take(picture(0, point: true, pid: 0x98)) == ["260@939600"])
    }

    @Test func `presentation is never before decoding`() {
        var script = Transcript()
        _ = script.play(2, from: 100_000)
        let outputs = script.timeline.played(picture(107_200, lead: -4_000), at: MediaTime(ticks: script.now))
        guard case .deliver(let unit)? = outputs.first else {
            Issue.record("not delivered: \(outputs)")
            return
        }
        #expect(unit.pts == unit.dts)
    }
}

/// A splice_null section.
func spliceSection(adjustment: UInt64) -> [UInt8] {
    var section: [UInt8] = [0xFC, 0x30, 0x11, 0x00, UInt8(adjustment >> 32 & 1)]
    for shift in [24, 16, 8, 0] { section.append(UInt8(truncatingIfNeeded: adjustment >> UInt64(shift))) }
    section += [0x00, 0xFF, 0xF0, 0x00, 0x00, 0x00, 0x00]
    CRC32MPEG2.append(to: &section)
    return section
}
