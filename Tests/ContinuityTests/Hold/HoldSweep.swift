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

    /// The highest presentation time before the cut.
    var latest: Int64 { self.stream.units[..<self.cut].compactMap { $0.pts?.ticks }.max() ?? 0 }

    mutating func run(_ holder: inout some PictureHolder, restartAt: Int? = nil) throws {
        self.sent = self.stream.units[..<self.cut].map { holder.passed($0) }
        #expect(self.sent == Array(self.stream.units[..<self.cut]), "without a hold nothing changes")
        try #require(holder.obstacle == nil)
        #expect(holder.pictureTicks == Self.pictureTicks)
        self.made = holder.fill()
        var index = 0
        while let next = holder.nextPresentation, next.ticks < self.firstBack {
            let picture = index == restartAt ? holder.restart() : holder.held(parameterSets: index % 10 == 0)
            self.made.append(try #require(picture))
            index += 1
        }
        self.sent += self.made
        holder.resume()
        self.sent += self.stream.units[self.back...].map { holder.passed($0) }
    }

    /// Holds every picture against what was asked: one a place, frozen ones the same, others as they were.
    func judge(frozen: ClosedRange<Int64>? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let label = "cut \(self.cut) back \(self.back)"
        let times = self.sent.compactMap { $0.dts?.ticks }
        #expect(
            zip(times, times.dropFirst()).allSatisfy { $0 < $1 },
            "\(label): decoding times",
            sourceLocation: sourceLocation
        )
        let frames = try self.stream.decoded(self.sent)
        let start = self.stream.frames.keys.min() ?? 0
        let end = self.stream.frames.keys.max() ?? 0
        let places = Array(stride(from: start, through: end, by: Int.Stride(Self.pictureTicks)))
        #expect(frames.map(\.time) == places, "\(label): one picture a place", sourceLocation: sourceLocation)
        let made = Set(self.made.compactMap { $0.pts?.ticks })
        let point = self.stream.units[self.back].pts?.ticks ?? 0
        for frame in frames {
            var like = frame.time
            if made.contains(frame.time) { like = self.latest }
            if (self.firstBack..<point).contains(frame.time) { continue }
            #expect(
                frame.hash == self.stream.frames[like],
                "\(label): picture at \(frame.time) as at \(like)",
                sourceLocation: sourceLocation
            )
        }
    }
}
