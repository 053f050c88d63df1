import MPEGTS
import Model
import TestSupport
import Testing

@testable import Continuity

struct SoundHolderTests {
    private static let silence: [UInt8] = [
        0xFF, 0xF1, 0x4C, 0x80, 0x01, 0xBF, 0xFC, 0x21, 0x00, 0x03, 0x20, 0x64, 0x1C,
    ]

    private func holder(frames: Int = 1, at start: Int64 = 900_000) -> SoundHolder {
        var holder = SoundHolder(track: track(audioPID, .aac))
        holder.passed(sound(start, labels: Array(repeating: [1], count: frames)))
        return holder
    }

    private func frames(_ units: [AccessUnit]) -> Int {
        units.reduce(0) { $0 + Array(AudioFrames($1.data, codec: .aac)).count }
    }

    @Test func `makes nothing before it has seen a frame, and says why`() {
        var holder = SoundHolder(track: track(audioPID, .aac))
        #expect(holder.obstacle == "no-frame-seen")
        #expect(holder.end == nil)
        let units = holder.silence(until: MediaTime(seconds: 100))
        #expect(units == [])
        var unit = sound(5)
        unit.dts = unit.pts
        let fitted = holder.fitted(unit)
        #expect(fitted == unit)
        unit.data = [1, 2, 3]
        holder.passed(unit)
        #expect(holder.obstacle == "no-frame-seen")
        holder.passed(sound(5))
        #expect(holder.obstacle == nil)
        #expect(holder.end == MediaTime(ticks: 5 + soundTicks))
    }

    @Test func `silence begins where the sound ends, in units of whole frames`() {
        var holder = self.holder(frames: 3)
        let end = 900_000 + 3 * soundTicks
        // The middle of the tenth frame is not before it.
        let units = holder.silence(until: MediaTime(ticks: end + 9 * soundTicks + soundTicks / 2))
        #expect(units.map(\.data) == [7, 2].map { Array(repeatElement(Self.silence, count: $0).joined()) })
        #expect(units.map(\.pts) == [end, end + 7 * soundTicks].map { MediaTime(ticks: $0) })
        #expect(units.map(\.dts) == units.map(\.pts))
        #expect(units.allSatisfy { $0.pid == audioPID && $0.streamID == 0xC0 && $0.isRandomAccessPoint })
        #expect(holder.end == MediaTime(ticks: end + 9 * soundTicks))
        let none = holder.silence(until: MediaTime(ticks: end + 9 * soundTicks + soundTicks / 2))
        #expect(none == [])
        let more = holder.silence(until: MediaTime(ticks: end + 9 * soundTicks + soundTicks / 2 + 1))
        #expect(more.map(\.pts) == [MediaTime(ticks: end + 9 * soundTicks)])
    }

    @Test func `a call makes a minute at most, and the next goes on`() {
        var holder = self.holder()
        let first = holder.silence(until: MediaTime(ticks: .max))
        #expect(self.frames(first) == 2_812)
        let second = holder.silence(until: MediaTime(ticks: .max))
        #expect(second.first?.pts == MediaTime(ticks: 900_000 + 2_813 * soundTicks))
        let none = holder.silence(until: MediaTime(ticks: .min))
        #expect(none == [])
    }

    struct Joint: CustomTestStringConvertible {
        var testDescription: String
        /// When the live unit of four frames starts, beside the end of the silence.
        var start: Int64
        /// Frames of silence made up to its time.
        var filled = 0
        /// The first of its frames that is sent; `nil` when none.
        var kept: Int? = 0
        /// When it is sent, beside the end of the first silence.
        var time: Int64 = 0
    }

    static let joints = [
        Joint(testDescription: "exact", start: 0),
        Joint(testDescription: "half a frame early", start: -960),
        Joint(testDescription: "more than half a frame early", start: -961, kept: 1),
        Joint(testDescription: "heard before", start: -7_000, kept: nil),
        Joint(testDescription: "half a frame late", start: 960),
        Joint(testDescription: "more than half a frame late", start: 961, filled: 1, time: 1_920),
        Joint(testDescription: "much later", start: 90_000, filled: 47, time: 47 * 1_920),
    ]

    @Test(arguments: joints)
    func `live sound joins the grid of the silence`(_ joint: Joint) throws {
        var holder = self.holder()
        _ = holder.silence(until: MediaTime(ticks: 990_000))
        let end = try #require(holder.end).ticks
        let labels: [[UInt8]] = [[1], [2], [3], [4]]
        let unit = sound(end + joint.start, labels: labels)
        let filled = holder.silence(until: MediaTime(ticks: end + joint.start))
        #expect(self.frames(filled) == joint.filled)
        let fitted = holder.fitted(unit)
        #expect((fitted == nil) == (joint.kept == nil))
        guard let fitted, let kept = joint.kept else { return }
        #expect(fitted.pts == MediaTime(ticks: end + joint.time))
        #expect(fitted.dts == fitted.pts)
        #expect(fitted.data == labels[kept...].flatMap(adtsFrame))
        holder.passed(fitted)
        // All that follows is moved by as much.
        let next = holder.fitted(sound(end + joint.start + 4 * soundTicks))
        #expect(next?.pts == holder.end)
    }

    @Test func `sound without silence before it is left alone`() {
        var holder = self.holder()
        for unit in [sound(901_920), sound(990_000), sound(900_000)] {
            var expected = unit
            expected.dts = unit.pts
            let fitted = holder.fitted(unit)
            #expect(fitted == expected)
            holder.passed(expected)
        }
        #expect(holder.end == MediaTime(ticks: 901_920))
    }

    @Test func `small roundings stay on the grid, larger steps move it`() {
        var holder = self.holder()
        holder.passed(sound(900_000 + soundTicks + 90))
        #expect(holder.end == MediaTime(ticks: 900_000 + 2 * soundTicks))
        holder.passed(sound(900_000 + 2 * soundTicks - 91))
        #expect(holder.end == MediaTime(ticks: 900_000 + 3 * soundTicks - 91))
    }
}
