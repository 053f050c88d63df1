import MPEGTS
import Model
import Testing

@testable import Continuity

/// One cut: the source is silent from `cut` on, is held, and comes back at `back`.
struct HoldSweep {
    static let pictureTicks: Int64 = 3_600

    var stream: HoldStream
    /// The first unit that does not come.
    var cut: Int
    /// The random access point that comes again.
    var back: Int
    /// The pictures of the hold, those that fill places first.
    private(set) var made: [AccessUnit] = []
    /// Everything that was sent.
    private(set) var sent: [AccessUnit] = []
    /// Ticks by which the source was moved when it came back.
    private var shift: Int64 = 0
    /// From where on the hold shows the source's last random access point.
    private(set) var restart: Int64?

    /// `hold`: pictures that are held at least; `nil` when the stream ends before.
    init?(_ stream: HoldStream, cut: Int, hold: Int = 15) {
        guard stream.units.indices.contains(cut) else { return nil }
        let latest = stream.units[..<cut].compactMap(\.pts).max() ?? .zero
        let wanted = latest + MediaTime(ticks: Int64(hold) * Self.pictureTicks)
        let back = stream.units.indices.first {
            $0 >= cut && stream.units[$0].isRandomAccessPoint && (stream.units[$0].pts ?? .zero) >= wanted
        }
        guard let back else { return nil }
        self.stream = stream
        self.cut = cut
        self.back = back
    }

    /// Where the pictures that lead the random access point begin.
    var firstBack: Int64 {
        self.stream.units[self.back...].compactMap { $0.pts?.ticks }.min() ?? 0
    }

    /// Where the random access point is shown.
    var pointBack: Int64 { self.stream.units[self.back].pts?.ticks ?? 0 }

    /// The highest presentation time before the cut.
    var latest: Int64 { self.stream.units[..<self.cut].compactMap { $0.pts?.ticks }.max() ?? 0 }

    /// Plays the source to the cut, holds, and plays it on.
    ///
    /// `restartAt`: which picture of the hold is the last random access point. `moved`: the source comes back at other
    /// times, and is put right behind twenty pictures of the hold.
    mutating func run(_ holder: inout some PictureHolder, restartAt: Int? = nil, moved: Bool = false) throws {
        self.sent = self.stream.units[..<self.cut].map { holder.passed($0) }
        #expect(self.sent == Array(self.stream.units[..<self.cut]), "without a hold nothing changes")
        try #require(holder.obstacle == nil)
        #expect(holder.pictureTicks == Self.pictureTicks)
        self.made = holder.fill()
        var index = 0
        while let next = holder.nextPresentation, moved ? index < 20 : next.ticks < self.firstBack {
            if index == restartAt { self.restart = next.ticks }
            let picture = index == restartAt ? holder.restart() : holder.held(parameterSets: index % 10 == 0)
            self.made.append(try #require(picture))
            index += 1
        }
        self.sent += self.made
        holder.resume()
        if moved { self.shift = self.joint(holder) }
        let shift = MediaTime(ticks: self.shift)
        self.sent += self.stream.units[self.back...].map { unit in
            var unit = unit
            unit.pts = unit.pts.map { $0 + shift }
            unit.dts = unit.dts.map { $0 + shift }
            return holder.passed(unit)
        }
    }

    /// How far the source is moved: decoded after what was decoded last, shown after what is shown last.
    private func joint(_ holder: some PictureHolder) -> Int64 {
        let point = self.stream.units[self.back]
        let decoded = (self.sent.last?.dts?.ticks ?? 0) + Self.pictureTicks - (point.dts?.ticks ?? 0)
        return max(decoded, (holder.nextPresentation?.ticks ?? 0) - (point.pts?.ticks ?? 0))
    }

    /// Holds every picture against what was asked: one a place, frozen ones the same, others as they were.
    func judge(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let frames = try self.judgedTimes(sourceLocation: sourceLocation)
        let start = self.stream.frames.keys.min() ?? 0
        let end = self.stream.frames.keys.max() ?? 0
        let places = Array(stride(from: start, through: end, by: Int.Stride(Self.pictureTicks)))
        #expect(frames.map(\.time) == places, "\(self.label): one picture a place", sourceLocation: sourceLocation)
        let made = Set(self.made.compactMap { $0.pts?.ticks })
        for frame in frames where !(self.firstBack..<self.pointBack).contains(frame.time) {
            let like = made.contains(frame.time) ? self.frozen(at: frame.time) : [frame.time]
            #expect(
                like.contains { frame.hash == self.stream.frames[$0] },
                "\(self.label): picture at \(frame.time) as at \(like)",
                sourceLocation: sourceLocation
            )
        }
    }

    /// What a strict decoder shows; times must rise, and pictures from the random access point on be as they were.
    @discardableResult
    func judgedTimes(sourceLocation: SourceLocation = #_sourceLocation) throws -> [(time: Int64, hash: String)] {
        let times = self.sent.compactMap { $0.dts?.ticks }
        #expect(Self.rise(times), "\(self.label): decoding times", sourceLocation: sourceLocation)
        let frames = try self.stream.decoded(self.sent)
        #expect(Self.rise(frames.map(\.time)), "\(self.label): presentation times", sourceLocation: sourceLocation)
        let back = frames.filter { $0.time >= self.pointBack + self.shift }.map {
            [String($0.time - self.shift), $0.hash]
        }
        let wanted = self.stream.frames.filter { $0.key >= self.pointBack }.sorted { $0.key < $1.key }
        #expect(
            back == wanted.map { [String($0.key), $0.value] },
            "\(self.label): as it was",
            sourceLocation: sourceLocation
        )
        return frames
    }

    private var label: String { "cut \(self.cut) back \(self.back)" }

    /// Which picture of the source may be shown in the hold.
    private func frozen(at time: Int64) -> [Int64] {
        if time < self.latest {
            return H264Sweep.beside(time, self.stream.units[..<self.cut].compactMap { $0.pts?.ticks })
        }
        guard let restart = self.restart, time >= restart else { return [self.latest] }
        return [self.stream.units[..<self.cut].last { $0.isRandomAccessPoint }?.pts?.ticks ?? 0]
    }

    private static func rise(_ times: [Int64]) -> Bool { zip(times, times.dropFirst()).allSatisfy { $0 < $1 } }
}
