import EventLog
import Model
import TestSupport
import Testing

/// What is found of a log some bytes of which were changed.
struct DamageTests {
    /// Where the changed file stands.
    enum Place: CaseIterable {
        /// Open, zeros behind its frames.
        case open
        /// Sealed, and the last one.
        case sealed
        /// Sealed, another file after it.
        case followed
    }

    private static let count: UInt64 = 9

    /// The bytes of the file and those of the file after it.
    private func files(_ place: Place) throws -> (bytes: [UInt8], next: [UInt8]?) {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(
            disk,
            settings: smallSettings(zeroAhead: 256, zeroStep: 128, sealedFrameEvents: 3)
        )
        for _ in 0..<3 { try writer.append(next: Self.count / 3) }
        try writer.sync()
        if place != .open { try writer.seal() }
        if place == .followed { try writer.append(next: 2) }
        let bytes = try #require(disk.contents(path(1)))
        return (bytes, place == .followed ? disk.contents(path(Self.count + 1)) : nil)
    }

    private func disk(_ bytes: [UInt8], _ next: [UInt8]?) -> MemoryDisk {
        let disk = EventLogTests.disk(with: bytes)
        if let next { disk.put(path(Self.count + 1), next) }
        return disk
    }

    /// Whether what was read is true, and what is missing is named.
    private func isHonest(_ reading: Reading, last: UInt64) -> Bool {
        let present = Set(reading.seqs)
        guard reading.seqs == present.sorted(),
            zip(reading.seqs, reading.lines).allSatisfy({ $1 == line($0) })
        else { return false }
        return (1...last).allSatisfy { seq in
            present.contains(seq)
                || reading.damage.contains { damage in
                    guard let first = damage.firstSeq else { return false }
                    return first <= seq && seq <= damage.lastSeq ?? .max
                }
        }
    }

    @Test(arguments: Place.allCases)
    func `every flipped bit is detected, and only true events are read`(_ place: Place) throws {
        let (bytes, next) = try self.files(place)
        let last = Self.count + (next == nil ? 0 : 2)
        var (silent, wrong) = ([Int](), [Int]())
        for bit in 0..<(bytes.count * 8) {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let reading = try read(self.disk(changed, next))
            if reading.damage.isEmpty { silent.append(bit) }
            if !self.isHonest(reading, last: last) { wrong.append(bit) }
        }
        #expect(silent.isEmpty, "of \(bytes.count * 8) bits")
        #expect(wrong.isEmpty, "of \(bytes.count * 8) bits")
    }

    @Test func `recovery reports every flipped bit and goes on after what is there`() throws {
        let (bytes, _) = try self.files(.open)
        for bit in stride(from: 0, to: bytes.count * 8, by: 5) {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let disk = self.disk(changed, nil)
            let before = try read(disk)
            let writer = try LogWriter.open(disk, settings: smallSettings(zeroAhead: 256, zeroStep: 128))
            #expect(writer.isDegraded != (writer.torn != nil), "bit \(bit): damaged or torn")
            #expect(writer.nextSeq == (before.seqs.last ?? 0) + 1)
            #expect(writer.tornFiles.count == (writer.torn == nil ? 0 : 1))
            let seq = writer.nextSeq
            try writer.append(next: 1)
            let after = try read(disk)
            #expect(after.seqs == before.seqs + [seq] && after.lines == before.lines + [line(seq)], "bit \(bit)")
            guard writer.isDegraded else { continue }
            #expect(after.damage.map(\.firstSeq) == before.damage.map(\.firstSeq), "bit \(bit)")
            #expect(after.damage.map(\.offset) == before.damage.map(\.offset), "bit \(bit)")
        }
    }

    @Test func `a file cut at any byte gives its whole frames, and the rest is put aside`() throws {
        let (bytes, _) = try self.files(.open)
        let content = EventLogTests.content(bytes)
        let ends = frameOffsets(bytes).dropFirst() + [content.count]
        for size in 0...content.count {
            let disk = self.disk(Array(content[..<size]), nil)
            let whole = UInt64(ends.count { $0 <= size }) * Self.count / 3
            let boundary = size == 0 || ends.contains(size)
            let reading = try read(disk)
            #expect(reading.seqs == Array(1..<(whole + 1)) && reading.damage.isEmpty == boundary, "\(size) bytes")
            #expect(reading.damage.allSatisfy { $0.isTail && $0.firstSeq == whole + 1 })
            let writer = try LogWriter.open(disk)
            #expect(!writer.isDegraded && writer.nextSeq == whole + 1, "\(size) bytes")
            if let torn = writer.torn {
                let kept = disk.contents("\(logDirectory)/\(writer.tornFiles[0])")
                #expect(kept == withoutZeros(Array(content[torn.offset..<size])), "\(size) bytes")
            }
            #expect(boundary == (writer.torn == nil))
        }
    }

    @Test func `what is cut off though it was durable is damage`() throws {
        let content = EventLogTests.content(try self.files(.open).bytes)
        for size in stride(from: 0, to: content.count, by: 3) {
            let disk = self.disk(Array(content[..<size]), nil)
            let writer = try LogWriter.open(disk, durableThrough: Self.count)
            #expect(writer.isDegraded && writer.torn == nil && writer.nextSeq == Self.count + 1, "\(size) bytes")
            #expect(writer.damage.map(\.lastSeq) == [Self.count])
            try writer.append(next: 1)
            let reading = try read(disk)
            #expect(reading.seqs.last == Self.count + 1 && self.isHonest(reading, last: Self.count + 1))
        }
    }

    @Test func `zeroed, swapped and doubled blocks are detected`() throws {
        let size = 128
        var changes = 0
        for place in Place.allCases {
            let (bytes, next) = try self.files(place)
            let last = Self.count + (next == nil ? 0 : 2)
            let blocks = bytes.count / size
            for first in 0..<blocks {
                for second in 0..<blocks {
                    let (one, two) = (first * size..<(first + 1) * size, second * size..<(second + 1) * size)
                    var zeroed = bytes
                    zeroed.replaceSubrange(one, with: repeatElement(0, count: size))
                    var doubled = bytes
                    doubled.replaceSubrange(one, with: bytes[two])
                    var swapped = doubled
                    swapped.replaceSubrange(two, with: bytes[one])
                    for changed in [zeroed, doubled, swapped] where changed != bytes {
                        changes += 1
                        let disk = self.disk(changed, next)
                        let reading = try read(disk)
                        // An open log whose end was zeroed is a shorter log: only who knew its end can tell.
                        let writer = try LogWriter.open(disk, durableThrough: last)
                        #expect(!reading.damage.isEmpty || writer.isDegraded, "\(place), \(first), \(second)")
                        #expect(self.isHonest(try read(disk), last: last), "\(place), \(first), \(second)")
                    }
                }
            }
        }
        #expect(changes > 200)
    }

    @Test func `frames in another order, twice, or of another log are named`() throws {
        let content = EventLogTests.content(try self.files(.open).bytes)
        let starts = frameOffsets(content) + [content.count]
        let frames = (0..<3).map { Array(content[starts[$0]..<starts[$0 + 1]]) }
        let stranger = MemoryDisk()
        let other = LogID(high: 1, low: 2)
        let writer = try LogWriter(directory: logDirectory, disk: stranger, settings: smallSettings()) { other }
        try writer.append(next: 3)
        let foreign = EventLogTests.content(stranger.contents(path(1)) ?? [])
        let cases: [(order: [[UInt8]], causes: [LogDamage.Cause], seqs: [UInt64])] = [
            ([frames[0], frames[0], frames[1]], [.sequence(expected: 4, found: 1)], Array(1...6)),
            ([frames[0], frames[2]], [.sequence(expected: 4, found: 7)], [1, 2, 3, 7, 8, 9]),
            (
                [frames[0], frames[2], frames[1]],
                [.sequence(expected: 4, found: 7), .sequence(expected: 10, found: 4)],
                [1, 2, 3, 7, 8, 9]
            ),
            ([frames[0], foreign, frames[1]], [.otherLog(other)], Array(1...6)),
            ([frames[0], [0x5B], frames[1]], [.notAFrame], Array(1...6)),
            ([frames[0], [UInt8](repeating: 0, count: 200), frames[1]], [.zeros], Array(1...6)),
        ]
        for (index, testCase) in cases.enumerated() {
            let reading = try read(self.disk(Array(testCase.order.joined()), nil))
            #expect(reading.damage.map(\.cause) == testCase.causes, "case \(index)")
            #expect(reading.seqs == testCase.seqs, "case \(index)")
        }
    }

    @Test func `never traps on random bytes`() throws {
        var random = SeededRandom(seed: 0x10C)
        let content = EventLogTests.content(try self.files(.open).bytes)
        for _ in 0..<300 {
            var bytes = content
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.insert(0x5B, at: at)
                default: bytes.remove(at: at)
                }
            }
            let reading = try read(self.disk(bytes, nil))
            #expect(zip(reading.seqs, reading.lines).allSatisfy { $1 == line($0) })
            _ = try LogWriter.open(self.disk(bytes, nil))
        }
    }

    @Test func `a file of false headers is given up, not searched for ever`() throws {
        var header = Array(content(try self.files(.open).bytes)[..<108])
        // Each claims 64 KiB of data, all of which must be looked at to tell that it is false.
        header.replaceSubrange(68..<72, with: [0, 0, 1, 0])
        let bytes = (0..<2_500).flatMap { _ in header }
        let reading = try read(self.disk(bytes, nil))
        #expect(reading.seqs.isEmpty && reading.damage.map(\.cause) == [.undecided])
    }
}
