import EventLog
import Events
import GRDB
import Glibc
import Model
import TestSupport
import Testing

@testable import Projections

/// A log in memory with generated events, and projections of it on the real disk.
final class GeneratedLog {
    let disk = MemoryDisk()
    let writer: LogWriter
    var generator: EventGenerator
    var all: [Envelope] = []

    init(seed: UInt64) throws {
        self.generator = EventGenerator(seed: seed)
        self.writer = try LogWriter(directory: "log", disk: self.disk)
    }

    var feed: LogFeed { LogFeed(directory: "log", disk: self.disk) }

    /// Appends events and answers them.
    @discardableResult
    func append(_ count: Int) throws -> [Envelope] {
        let envelopes = self.generator.envelopes(count)
        var start = 0
        while start < count {
            let end = min(start + 1_024, count)
            try self.append(envelopes[start..<end])
            start = end
        }
        self.all += envelopes
        return envelopes
    }

    private func append(_ envelopes: ArraySlice<Envelope>) throws {
        guard let first = envelopes.first, let last = envelopes.last else { return }
        var json = JSONWriter()
        for envelope in envelopes { envelope.write(to: &json) }
        try self.writer.append(
            lines: json.bytes,
            count: envelopes.count,
            firstSeq: UInt64(first.seq),
            firstTime: first.at,
            lastTime: last.at
        )
        try self.writer.sync()
    }

    func open<P: Projection>(_ projection: P.Type, in scratch: ScratchDirectory) throws -> ProjectionFile<P> {
        try ProjectionFile<P>(
            directory: scratch.path,
            feed: self.feed,
            log: self.writer.log,
            lastSeq: Int64(self.writer.nextSeq) - 1
        )
    }

    /// The dump of a rebuild of all there is.
    func rebuilt<P: Projection>(
        _ projection: P.Type,
        in scratch: ScratchDirectory,
        asOf: WallTime? = nil
    ) throws -> [String] {
        let path = scratch.file("rebuilt-\(P.name).sqlite")
        _ = try Rebuild<P>.run(self.feed, log: self.writer.log, path: path, asOf: asOf)
        return try CanonicalDump.lines(path: path)
    }
}

/// One suite for both projections.
struct RebuildSuite<P: Projection> {
    let scratch: ScratchDirectory
    let log: GeneratedLog
    var path: String { self.scratch.file("\(P.name).sqlite") }

    init(seed: UInt64, events: Int) throws {
        let log = try GeneratedLog(seed: seed)
        try log.append(events)
        try self.init(log)
    }

    init(_ log: GeneratedLog) throws {
        self.scratch = try ScratchDirectory()
        self.log = log
    }

    func dump() throws -> [String] {
        let file = try self.log.open(P.self, in: self.scratch)
        return try file.read { try CanonicalDump.lines(of: $0) }
    }

    func rebuilt() throws -> [String] { try self.log.rebuilt(P.self, in: self.scratch) }

    /// Opens, folds nothing, and closes in good order.
    func settle() throws { try self.log.open(P.self, in: self.scratch).close() }

    func incrementalEqualsRebuild() throws {
        var random = SeededRandom(seed: 0xB00C)
        let empty = try GeneratedLog(seed: 1)
        let file = try ProjectionFile<P>(
            directory: self.scratch.path,
            feed: empty.feed,
            log: self.log.writer.log,
            lastSeq: 0
        )
        var start = 0
        while start < self.log.all.count {
            let end = min(start + Int.random(in: 1...4_000, using: &random), self.log.all.count)
            try file.fold(self.log.all[start..<end])
            if Int.random(in: 0..<4, using: &random) == 0 { try file.checkpointWAL() }
            start = end
        }
        try file.close()
        let live = try CanonicalDump.lines(path: self.path)
        #expect(live.count > 1_000)
        #expect(live == (try self.rebuilt()))
    }

    func asOf() throws {
        let cut = self.log.all.count / 3
        let moment = self.log.all[cut].at
        let last = try #require(self.log.all.firstIndex { $0.at > moment }) - 1
        let path = self.scratch.file("as-of.sqlite")
        let summary = try Rebuild<P>.run(self.log.feed, log: self.log.writer.log, path: path, asOf: moment)
        #expect(summary.checkpoint.seq == self.log.all[last].seq)
        let short = try GeneratedLog(seed: 1)
        let file = try ProjectionFile<P>(
            directory: self.scratch.path,
            feed: short.feed,
            log: self.log.writer.log,
            lastSeq: 0
        )
        try file.fold(self.log.all[...last])
        #expect(try file.read { try CanonicalDump.lines(of: $0) } == CanonicalDump.lines(path: path))
    }

    func catchesUp() throws {
        #expect(try self.log.open(P.self, in: self.scratch).opening == .rebuilt(.missing, events: self.log.all.count))
        try self.log.append(700)
        let file = try self.log.open(P.self, in: self.scratch)
        #expect(file.opening == .caughtUp(events: 700))
        #expect(try file.read { try CanonicalDump.lines(of: $0) } == self.rebuilt())
        // What comes twice is passed over.
        try file.fold(self.log.all.suffix(50))
        #expect(try file.read { try CanonicalDump.lines(of: $0) } == self.rebuilt())
        try file.close()
        #expect(try self.log.open(P.self, in: self.scratch).opening == .caughtUp(events: 0))
    }

    func unusableFilesAreRebuilt() throws {
        let expected = try self.rebuilt()
        func opening(after damage: () throws -> Void) throws -> ProjectionFile<P>.Opening {
            try self.settle()
            try damage()
            let file = try self.log.open(P.self, in: self.scratch)
            #expect(try file.read { try CanonicalDump.lines(of: $0) } == expected)
            try file.close()
            return file.opening
        }
        func execute(_ sql: String) throws {
            let queue = try DatabaseQueue(path: self.path)
            try queue.write { try $0.execute(sql: sql) }
            try queue.close()
            unlink(self.path + FileSeal.suffix)
        }
        let events = self.log.all.count
        #expect(
            try opening { try execute("UPDATE checkpoint SET seq = seq + 1") }
                == .rebuilt(.aheadOfLog(seq: Int64(events) + 1), events: events)
        )
        #expect(
            try opening { try execute("UPDATE checkpoint SET version = 99") }
                == .rebuilt(.version(found: 99), events: events)
        )
        #expect(
            try opening { try execute("UPDATE checkpoint SET log = 'x'") } == .rebuilt(.otherLog("x"), events: events)
        )
        #expect(try opening { unlink(self.path) } == .rebuilt(.missing, events: events))
        #expect(try opening {} == .caughtUp(events: 0))
        let name = "\(P.name).sqlite"
        for damage in Damage.allCases {
            let found = try opening {
                if damage.takesSeal { unlink(self.path + FileSeal.suffix) }
                try self.scratch.write(damage.apply(to: try self.scratch.bytes(of: name)), to: name)
            }
            guard case .rebuilt(.damaged, events: events) = found else {
                Issue.record("\(damage): \(found)")
                continue
            }
        }
    }

    /// R10: random bits, a file each.
    func flippedBitsAreFound(_ count: Int) throws {
        let expected = try self.rebuilt()
        try self.settle()
        let name = "\(P.name).sqlite"
        let good = try self.scratch.bytes(of: name)
        let seal = try self.scratch.bytes(of: name + FileSeal.suffix)
        var random = SeededRandom(seed: 0xF11B)
        for _ in 0..<count {
            var bytes = good
            let bit = Int.random(in: 0..<(bytes.count * 8), using: &random)
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            try self.scratch.write(bytes, to: name)
            try self.scratch.write(seal, to: name + FileSeal.suffix)
            let file = try self.log.open(P.self, in: self.scratch)
            #expect(
                file.opening == .rebuilt(.damaged("changed since it was closed"), events: self.log.all.count),
                "bit \(bit)"
            )
            #expect(try file.read { try CanonicalDump.lines(of: $0) } == expected)
        }
    }

    /// The process died: no seal, and the write-ahead log is gone as well.
    func withoutWriteAheadLog() throws {
        try self.settle()
        let before = try self.scratch.bytes(of: "\(P.name).sqlite")
        let file = try self.log.open(P.self, in: self.scratch)
        try file.fold(try self.log.append(500))
        try self.scratch.write(before, to: "copy-\(P.name).sqlite")
        let copy = try ScratchDirectory()
        try copy.write(before, to: "\(P.name).sqlite")
        let again = try self.log.open(P.self, in: copy)
        #expect(again.opening == .caughtUp(events: 500))
        #expect(try again.read { try CanonicalDump.lines(of: $0) } == self.rebuilt())
    }
}

enum Damage: CaseIterable {
    case empty, text, half, header, page

    /// Found by SQLite itself, so that the seal isn't needed.
    var takesSeal: Bool { self != .page }

    func apply(to bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        switch self {
        case .empty: return []
        case .text: return Array("this is not a database, whatever its name says".utf8)
        case .half: return Array(bytes[..<(bytes.count / 2)])
        case .header: for index in 0..<100 { bytes[index] = 0xFF }
        case .page: for index in (bytes.count / 2)..<(bytes.count / 2 + 512) { bytes[index] ^= 0x55 }
        }
        return bytes
    }
}

struct RebuildTests {
    @Test func `rebuild equals what was folded live, over 100,000 events`() throws {
        let log = try GeneratedLog(seed: 0x5EED)
        try log.append(100_000)
        let kinds = Set(log.all.map(\.event.kind))
        #expect(kinds == Set(Event.Kind.allCases), "the generator covers every kind")
        try RebuildSuite<LiveProjection>(log).incrementalEqualsRebuild()
        try RebuildSuite<HistoryProjection>(log).incrementalEqualsRebuild()
    }

    @Test func `both files of one reading are those of two`() throws {
        let scratch = try ScratchDirectory()
        let log = try GeneratedLog(seed: 8)
        try log.append(2_000)
        let (live, history) = (scratch.file("both-live.sqlite"), scratch.file("both-history.sqlite"))
        for moment in [nil, log.all[900].at] {
            let summary = try RebuildBoth.run(log.feed, log: log.writer.log, live: live, history: history, asOf: moment)
            #expect(summary.events == log.all.prefix { moment == nil || $0.at <= log.all[900].at }.count)
            #expect(try CanonicalDump.lines(path: live) == log.rebuilt(LiveProjection.self, in: scratch, asOf: moment))
            #expect(
                try CanonicalDump.lines(path: history) == log.rebuilt(HistoryProjection.self, in: scratch, asOf: moment)
            )
        }
    }

    @Test func `as of a moment`() throws {
        try RebuildSuite<LiveProjection>(seed: 2, events: 3_000).asOf()
        try RebuildSuite<HistoryProjection>(seed: 2, events: 3_000).asOf()
    }

    @Test func `a file that is behind catches up, without counting twice`() throws {
        try RebuildSuite<LiveProjection>(seed: 3, events: 1_500).catchesUp()
        try RebuildSuite<HistoryProjection>(seed: 3, events: 1_500).catchesUp()
    }

    @Test func `a file that can't be trusted is made anew`() throws {
        try RebuildSuite<LiveProjection>(seed: 4, events: 1_500).unusableFilesAreRebuilt()
        try RebuildSuite<HistoryProjection>(seed: 4, events: 1_500).unusableFilesAreRebuilt()
    }

    @Test func `any changed bit of a closed file is found`() throws {
        try RebuildSuite<LiveProjection>(seed: 5, events: 400).flippedBitsAreFound(25)
        try RebuildSuite<HistoryProjection>(seed: 5, events: 400).flippedBitsAreFound(25)
    }

    @Test func `without its write-ahead log a file is only behind`() throws {
        try RebuildSuite<LiveProjection>(seed: 6, events: 1_000).withoutWriteAheadLog()
        try RebuildSuite<HistoryProjection>(seed: 6, events: 1_000).withoutWriteAheadLog()
    }

    @Test func `small logs agree for many seeds`() throws {
        for seed in 100..<130 as Range<UInt64> {
            var generator = EventGenerator(seed: seed)
            let envelopes = generator.envelopes(120)
            #expect(throws: Never.self, "seed \(seed)") { _ = try Folded<LiveProjection>(envelopes) }
            #expect(throws: Never.self, "seed \(seed)") { _ = try Folded<HistoryProjection>(envelopes) }
        }
    }

    @Test func `a line of a newer version is named`() throws {
        let log = try GeneratedLog(seed: 7)
        try log.append(10)
        let line =
            #"{"seq":11,"at":"2026-11-23T10:00:00.000000Z","type":"moon.landed","v":1,"node":"a","of":"node/a"}"# + "\n"
        try log.writer.append(
            lines: Array(line.utf8),
            count: 1,
            firstSeq: 11,
            firstTime: WallTime(seconds: 1_795_900_000),
            lastTime: WallTime(seconds: 1_795_900_000)
        )
        #expect(throws: LogFeedError(seq: 11, error: .unknownType("moon.landed"))) {
            try log.feed.forEach(after: 0) { _ in true }
        }
        let scratch = try ScratchDirectory()
        let (live, history) = (scratch.file("live.sqlite"), scratch.file("history.sqlite"))
        #expect(throws: LogFeedError.self, "a rebuild ends, and leaves nothing behind") {
            try RebuildBoth.run(log.feed, log: log.writer.log, live: live, history: history)
        }
        #expect(scratch.names.isEmpty)
    }
}
