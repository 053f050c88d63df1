import Events
import Glibc
import HLS
import Model
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import LiveChannels

struct ArchiveTests {
    static let channel = ChannelID(101)
    /// 2026-11-23 12:00 UTC.
    static let noon: Int64 = 1_795_435_200

    /// Packets whose last bytes say which segment it is.
    static func segment(
        _ number: UInt64,
        at seconds: Double,
        packets: Int = 10,
        lasting: Double = 2
    )
        -> Segment<ByteBuffer>
    {
        var bytes: [UInt8] = []
        for packet in 0..<packets {
            let counter = UInt8(packet % 16)
            bytes += [0x47, 0x01, 0x00, 0x10 | counter] + [UInt8](repeating: UInt8(number & 0xff), count: 184)
        }
        return Segment(
            payload: ByteBuffer(bytes: bytes),
            sizeBytes: bytes.count,
            duration: MediaTime(ticks: Int64(lasting * 90_000)),
            mediaSequence: number,
            programDateTime: WallTime(microseconds: Self.noon * 1_000_000 + Int64(seconds * 1_000_000))
        )
    }

    /// A clock, a disk and a log that a test may change and look at.
    final class World: Sendable {
        let events = Mutex<[Event]>([])
        let now = Mutex(WallTime(seconds: ArchiveTests.noon))
        let free = Mutex<Int64>(.max)
    }

    /// An archive in a directory of such a world.
    struct Bench {
        let world = World()
        let archive: Archive

        init(_ scratch: ScratchDirectory, policy: ArchivePolicy = ArchivePolicy(days: 1)) {
            let world = self.world
            self.archive = Archive(
                path: scratch.file("archive"),
                freeBytesMin: 1_000,
                wallTime: { world.now.withLock { $0 } },
                record: { event in world.events.withLock { $0.append(event) } },
                freeBytes: { _ in world.free.withLock { $0 } }
            )
            self.archive.keep([ArchiveTests.channel: policy])
        }

        /// Waits until all that was handed over is written.
        func written() async throws {
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            try await self.archive.written(on: loop).get()
        }

        func items(_ from: Int64 = 0, _ to: Int64 = .max) async throws -> [Archive.Item] {
            try await self.archive.items(
                of: ArchiveTests.channel,
                from: WallTime(seconds: from == 0 ? 0 : from),
                to: to == .max ? WallTime(microseconds: .max) : WallTime(seconds: to),
                on: MultiThreadedEventLoopGroup.singleton.next()
            ).get()
        }

        func bytes(_ item: Archive.Item) async throws -> ByteBuffer? {
            try await self.archive.segment(
                of: ArchiveTests.channel,
                file: item.file,
                index: item.index,
                on: MultiThreadedEventLoopGroup.singleton.next()
            ).get()?.bytes
        }

        var dropped: [ArchiveDropped] {
            self.world.events.withLock { events in
                events.compactMap { if case .archiveDropped(let it) = $0 { it } else { nil } }
            }
        }
    }

    @Test func `what was kept is read back, a hole is a discontinuity, and a restart finds it`() async throws {
        let scratch = try ScratchDirectory()
        let bench = Bench(scratch)
        let segments =
            (0..<5).map { Self.segment(UInt64($0), at: Double($0) * 2) }
            + (5..<8).map { Self.segment(UInt64($0), at: Double($0) * 2 + 30) }
        for segment in segments { bench.archive.append(segment, of: Self.channel) }
        bench.archive.append(Self.segment(1, at: 0), of: ChannelID(7))
        try await bench.written()
        let items = try await bench.items()
        #expect(items.map(\.record.mediaSequence) == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(items.map(\.isDiscontinuity) == [false, false, false, false, false, true, false, false])
        for (item, segment) in zip(items, segments) { #expect(try await bench.bytes(item) == segment.payload) }
        let spans = [(0, 10), (40, 46)].map {
            ArchiveSpan(start: WallTime(seconds: Self.noon + $0.0), end: WallTime(seconds: Self.noon + $0.1))
        }
        #expect(bench.archive.spans(of: Self.channel) == spans)
        #expect(bench.archive.spans(of: ChannelID(7)).isEmpty)
        #expect(try await bench.items(Self.noon + 3, Self.noon + 6).map(\.record.mediaSequence) == [1, 2])
        #expect(try await bench.items(Self.noon + 12, Self.noon + 20).isEmpty)
        await bench.archive.stop()

        let again = Bench(scratch)
        try await again.written()
        #expect(again.archive.spans(of: Self.channel) == spans)
        again.archive.append(Self.segment(9, at: 60), of: Self.channel)
        try await again.written()
        #expect(try await again.items().map(\.record.mediaSequence) == [0, 1, 2, 3, 4, 5, 6, 7, 9])
        await again.archive.stop()
        scratch.removeArchive()
    }

    @Test func `whatever is cut off at the end, what is listed is there`() async throws {
        let scratch = try ScratchDirectory()
        let bench = Bench(scratch)
        for number in 0..<4 {
            bench.archive.append(Self.segment(UInt64(number), at: Double(number) * 2), of: Self.channel)
        }
        try await bench.written()
        await bench.archive.stop()
        let folder = scratch.file("archive/101")
        for (index, media) in [(4 * 48 - 1, 7_520), (4 * 48, 7_519), (3 * 48 + 20, 6_000), (48, 1_880), (10, 1_880)] {
            truncate("\(folder)/\(Self.noon).idx", index)
            truncate("\(folder)/\(Self.noon).ts", media)
            let records = ArchiveFolder.records(folder, Self.noon)
            #expect(records.count == min(index / 48, media / 1_880))
            for place in records.indices { #expect(ArchiveFolder.segment(folder, Self.noon, index: place) != nil) }
            #expect(ArchiveFolder.segment(folder, Self.noon, index: records.count) == nil)
        }
        scratch.removeArchive()
    }

    @Test func `records come back, and no changed bit is believed`() {
        let record = ArchiveRecord(
            offset: 1 << 33,
            size: 1_880,
            start: WallTime(seconds: Self.noon),
            duration: MediaTime(seconds: 4),
            mediaSequence: 218_000_000,
            isDiscontinuity: true
        )
        let bytes = record.bytes
        #expect(bytes.count == ArchiveRecord.size)
        #expect(bytes.withUnsafeBytes(ArchiveRecord.init) == record)
        for bit in 0..<(bytes.count * 8) {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(changed.withUnsafeBytes(ArchiveRecord.init) == nil)
        }
        #expect(bytes.dropLast().withUnsafeBytes(ArchiveRecord.init) == nil)
    }

    @Test func `days and bytes are kept to, the oldest first, and space is told of`() async throws {
        let scratch = try ScratchDirectory()
        let bench = Bench(scratch, policy: ArchivePolicy(days: 1, bytes: 8 * 3 * 1_880))
        // Three segments a file: an eighth of the bound.
        for number in 0..<60 {
            bench.archive.append(Self.segment(UInt64(number), at: Double(number) * 2), of: Self.channel)
        }
        try await bench.written()
        #expect(bench.archive.bytes(of: Self.channel) <= 8 * 3 * 1_880)
        #expect(try await bench.items().last?.record.mediaSequence == 59)
        #expect(try await bench.items().count >= 18)
        #expect(bench.dropped.allSatisfy { $0.why == "bytes" && $0.bytes.rawValue == 3 * 1_880 })
        #expect(bench.dropped.first?.from == WallTime(seconds: Self.noon))
        let told = bench.dropped.count
        #expect(told > 10)
        // A day later nothing but the file being written is left, which is nothing to tell.
        bench.world.now.withLock { $0 = WallTime(seconds: Self.noon + 2 * 86_400) }
        bench.archive.append(Self.segment(99, at: 2 * 86_400), of: Self.channel)
        try await bench.written()
        #expect(try await bench.items().map(\.record.mediaSequence) == [99])
        #expect(bench.dropped.count == told)
        await bench.archive.stop()
        scratch.removeArchive()
    }

    @Test func `a full disk drops the oldest, then what comes, says so once a minute, and goes on when there is room`()
        async throws
    {
        let scratch = try ScratchDirectory()
        let bench = Bench(scratch)
        for number in 0..<4 {
            bench.archive.append(Self.segment(UInt64(number), at: Double(number) * 600), of: Self.channel)
        }
        try await bench.written()
        bench.world.free.withLock { $0 = 0 }
        for number in 4..<8 {
            bench.archive.append(Self.segment(UInt64(number), at: Double(number) * 600), of: Self.channel)
        }
        try await bench.written()
        #expect(bench.dropped.map(\.why) == Array(repeating: "disk-full", count: bench.dropped.count))
        // Three files went, the open one stayed; then the first of the new segments was told of.
        #expect(bench.dropped.map(\.from.seconds) == [0, 600, 1_200, 2_400].map { Self.noon + $0 })
        #expect(try await bench.items().map(\.record.mediaSequence) == [3])
        bench.world.free.withLock { $0 = .max }
        bench.archive.append(Self.segment(9, at: 6_000), of: Self.channel)
        try await bench.written()
        #expect(try await bench.items().map(\.record.mediaSequence) == [3, 9])
        await bench.archive.stop()
        // What was lost since is told at the end.
        #expect(bench.dropped.last?.bytes == ByteCount(3 * 1_880))
        scratch.removeArchive()
    }

    @Test func `a clock that is moved back writes into no file that is there`() async throws {
        let scratch = try ScratchDirectory()
        let bench = Bench(scratch)
        for (number, seconds) in [(0, 0), (1, 2), (2, -7_200), (3, -7_198)] {
            bench.archive.append(Self.segment(UInt64(number), at: Double(seconds)), of: Self.channel)
        }
        try await bench.written()
        let items = try await bench.items()
        #expect(items.map(\.record.mediaSequence) == [0, 1, 2, 3])
        #expect(Set(items.map(\.file)).count == 2)
        for item in items { #expect(try await bench.bytes(item) != nil) }
        await bench.archive.stop()
        scratch.removeArchive()
    }

    @Test func `a splice announces each PID once, with the counter before its first packet`() {
        let packets = ArchiveSplice.packets(before: Self.segment(1, at: 0, packets: 3).payload)
        #expect(packets.readableBytes == 188)
        #expect(Array(packets.readableBytesView.prefix(7)) == [0x47, 0x01, 0x00, 0x2f, 183, 0x80, 0xff])
        #expect(ArchiveSplice.packets(before: ByteBuffer()).readableBytes == 0)
    }
}

extension ScratchDirectory {
    /// The directory removes files only one level deep.
    func removeArchive() {
        for name in ArchiveFolder.names(in: self.file("archive/101")) { unlink(self.file("archive/101/\(name)")) }
        rmdir(self.file("archive/101"))
        rmdir(self.file("archive"))
    }
}
