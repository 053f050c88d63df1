import Glibc
package import Model

/// How much of what is in a log.
package struct LogStatistics: Hashable, Sendable {
    /// Types told apart at most; further ones are counted as ``otherType``.
    package static let typesMax = 1_024
    /// Stands for lines without a type, and for types beyond ``typesMax``.
    package static let otherType = "(other)"

    /// Events of one type.
    package struct TypeCount: Hashable, Sendable {
        package var type: String
        package var events: UInt64
        /// Bytes of their lines, newlines included.
        package var rawBytes: UInt64

        package init(type: String, events: UInt64, rawBytes: UInt64) {
            self.type = type
            self.events = events
            self.rawBytes = rawBytes
        }
    }

    package var events: UInt64 = 0
    package var frames: UInt64 = 0
    /// Bytes of all lines, newlines included.
    package var rawBytes: UInt64 = 0
    /// Bytes of all frames, headers included, zeros ahead of them not.
    package var storedBytes: UInt64 = 0
    package var firstTime: WallTime?
    package var lastTime: WallTime?
    /// By raw bytes, most first.
    package var types: [TypeCount] = []
    /// Ranges of the log that do not check and are not counted.
    package var damageCount = 0

    /// Counts what `options` ask for of the log in `directory`.
    package init(
        directory: String,
        disk: any Disk = RealDisk(),
        options: LogReader.Options = LogReader.Options()
    ) throws(EventLogError) {
        let reader = try LogReader(directory: directory, disk: disk, options: options)
        var tally = TypeTally()
        while let frame = try reader.nextFrame() { self.count(frame, &tally) }
        self.damageCount = reader.damageCount
        self.types = tally.counts.sorted { ($0.rawBytes, $1.type) > ($1.rawBytes, $0.type) }
    }

    private mutating func count(_ frame: LogFrame, _ tally: inout TypeTally) {
        self.frames += 1
        self.rawBytes += UInt64(frame.lines.count)
        self.storedBytes += UInt64(frame.header.totalSize)
        self.firstTime = self.firstTime.map { min($0, frame.header.firstTime) } ?? frame.header.firstTime
        self.lastTime = self.lastTime.map { max($0, frame.header.lastTime) } ?? frame.header.lastTime
        for line in Lines(frame.lines) {
            self.events += 1
            tally.count(line)
        }
    }
}

/// Counts lines by type without making a string for each.
private struct TypeTally {
    private static let key: StaticString = "\"type\":\""

    private(set) var counts: [LogStatistics.TypeCount] = []
    private var names: [[UInt8]] = []

    mutating func count(_ line: UnsafeRawBufferPointer) {
        let index = self.index(of: Self.type(of: line))
        self.counts[index].events += 1
        self.counts[index].rawBytes += UInt64(line.count + 1)
    }

    /// The text of the first `"type":"…"`; within a string of JSON its quotes would be escaped.
    private static func type(of line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let base = line.baseAddress else { return nil }
        let end = base + line.count
        let quote = Int32(UInt8(ascii: "\""))
        var next = base
        while let found = memchr(next, quote, end - next).map({ UnsafeRawPointer($0) }) {
            guard end - found >= self.key.utf8CodeUnitCount else { return nil }
            guard memcmp(found, self.key.utf8Start, self.key.utf8CodeUnitCount) != 0 else {
                let start = found + self.key.utf8CodeUnitCount
                return memchr(start, quote, end - start).map {
                    UnsafeRawBufferPointer(start: start, count: UnsafeRawPointer($0) - start)
                }
            }
            next = found + 1
        }
        return nil
    }

    private mutating func index(of type: UnsafeRawBufferPointer?) -> Int {
        let known = self.names.firstIndex { name in
            guard let type else { return name.elementsEqual(LogStatistics.otherType.utf8) }
            return name.count == type.count && name.elementsEqual(type)
        }
        if let known { return known }
        let isFull = self.names.count >= LogStatistics.typesMax - 1
        guard let type, !isFull else {
            if type != nil { return self.index(of: nil) }
            return self.add(Array(LogStatistics.otherType.utf8))
        }
        return self.add([UInt8](type))
    }

    private mutating func add(_ name: [UInt8]) -> Int {
        self.names.append(name)
        self.counts.append(LogStatistics.TypeCount(type: String(decoding: name, as: UTF8.self), events: 0, rawBytes: 0))
        return self.names.count - 1
    }
}
