import MPEGTS
import Model
import Testing

@testable import Continuity

/// Many cuts of one stream, one behind the other on one timeline, so that one decoder judges all of them.
///
/// In each the stream begins, stops, is held, and comes back at a random access point.
struct H264Sweep {
    static let ticks: Int64 = 3_600

    let stream: HoldStream
    /// Pictures after the random access point that may differ: those an intra refresh heals over.
    var healing = 0
    /// What was sent.
    private(set) var sent: [AccessUnit] = []
    /// What is to be seen when: the times of the source's pictures that may be; none where anything may be seen.
    private(set) var expected: [(time: Int64, like: [Int64])] = []
    private var shownUntil: Int64 = 900_000
    private var decodedAt: Int64 = 0

    init(_ stream: HoldStream) {
        self.stream = stream
    }

    private mutating func send(_ unit: AccessUnit) {
        let decodedAt = unit.dts?.ticks ?? 0
        #expect(decodedAt > self.decodedAt, "decoding times rise")
        self.decodedAt = decodedAt
        self.sent.append(unit)
    }

    private func source(_ index: Int) -> Int64 { self.stream.units[index].pts?.ticks ?? 0 }

    private func moved(_ index: Int, by offset: Int64) -> AccessUnit {
        var unit = self.stream.units[index]
        unit.pts = unit.pts.map { $0 + MediaTime(ticks: offset) }
        unit.dts = unit.dts.map { $0 + MediaTime(ticks: offset) }
        return unit
    }

    /// Adds the case in which the unit `cut` is the first that does not come.
    ///
    /// `hold`: pictures held, those that fill places not counted. `restartAt`: which of them is the last random access
    /// point once more.
    mutating func add(cut: Int, hold: Int, restartAt: Int? = nil) throws {
        var holder = H264PictureHolder()
        var offset = self.shownUntil - self.source(0)
        for index in 0..<cut {
            let unit = self.moved(index, by: offset)
            let passed = holder.passed(unit)
            try #require(passed == unit, "without a hold nothing changes")
            self.send(unit)
            self.expected.append((self.source(index) + offset, [self.source(index)]))
        }
        try #require(holder.obstacle == nil)
        #expect(holder.pictureTicks == Self.ticks)
        var latest = (0..<cut).map(self.source).max() ?? 0
        var made = hold == 0 ? [] : holder.fill()
        for unit in made {
            let time = unit.pts?.ticks ?? 0
            self.expected.append((time, Self.beside(time - offset, (0..<cut).map(self.source))))
        }
        for index in 0..<hold {
            let next = try #require(holder.nextPresentation)
            let picture = index == restartAt ? holder.restart() : holder.held(parameterSets: index % 8 == 0)
            let unit = try #require(picture)
            #expect(unit.pts == next)
            if index == restartAt {
                #expect(unit.isRandomAccessPoint)
                latest = (0..<cut).filter { self.stream.units[$0].isRandomAccessPoint }.map(self.source).last ?? latest
            }
            made.append(unit)
            self.expected.append((next.ticks, [latest]))
        }
        for unit in made { self.send(unit) }
        offset = try self.comeBack(&holder, cut: cut, latest: latest)
        self.shownUntil = (self.expected.map(\.time).max() ?? 0) + Self.ticks
    }

    /// Goes on at the random access point after the cut; answers its offset.
    private mutating func comeBack(_ holder: inout H264PictureHolder, cut: Int, latest: Int64) throws -> Int64 {
        let units = self.stream.units
        let back = try #require(units.indices.first { $0 > cut + 2 && units[$0].isRandomAccessPoint })
        let first = (back..<units.count).map(self.source).min() ?? 0
        let next = try #require(holder.nextPresentation)
        let offset = next.ticks - first
        // Up to where nothing is missing.
        let ends = (back + self.healing + 8)..<min(units.count, back + self.healing + 24)
        let complete = ends.last { end in
            let times = (back..<end).map(self.source)
            return (times.max() ?? 0) - first == Int64(times.count - 1) * Self.ticks
        }
        let end = try #require(complete)
        holder.resume()
        for index in back..<end {
            let unit = holder.passed(self.moved(index, by: offset))
            self.send(unit)
            let time = self.source(index)
            #expect(unit.pts == MediaTime(ticks: time + offset))
            let isHealed = time >= self.source(back) + Int64(self.healing) * Self.ticks
            let isLeading = time < self.source(back)
            self.expected.append((time + offset, isLeading ? [latest] : isHealed ? [time] : []))
        }
        return offset
    }

    /// What may be shown in an empty place: the picture before it or the one after it, and no other, or time would go back.
    static func beside(_ time: Int64, _ places: [Int64]) -> [Int64] {
        [places.filter { $0 < time }.max(), places.filter { $0 > time }.min()].compactMap { $0 }
    }

    /// Has a strict decoder show everything, and holds each picture against what was expected.
    func judge() throws {
        let frames = try self.stream.decoded(self.sent)
        let expected = self.expected.sorted { $0.time < $1.time }
        let places = stride(from: 900_000, to: self.shownUntil, by: Int.Stride(Self.ticks))
        #expect(expected.map(\.time) == Array(places), "one picture a place is sent")
        #expect(frames.map(\.time) == Array(places), "one picture a place is shown")
        var wrong: [Int64] = []
        for (frame, wanted) in zip(frames, expected) {
            let hashes = wanted.like.map { self.stream.frames[$0] }
            if !hashes.isEmpty, !hashes.contains(frame.hash) { wrong.append(frame.time) }
        }
        #expect(wrong == [], "\(wrong.count) of \(frames.count) pictures differ")
    }
}
