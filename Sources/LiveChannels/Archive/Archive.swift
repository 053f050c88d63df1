package import Events
import Glibc
import HLS
package import Model
package import NIOCore
import NIOPosix
import Synchronization

/// What channels keep of their stream for catch-up, on disk; any thread.
///
/// Channels hand over segments and never wait: a thread of its own writes, what waits for it is bounded, and what doesn't fit is
/// dropped and told. Other threads read.
package final class Archive: Sendable {
    /// Bytes that may wait for the disk, of all channels: some seconds of a hundred of them.
    static let queueBytesMax = 256 << 20
    /// Bytes of the file system that are left to others: the log and the tables are worth more than any archive.
    package static let freeBytesMinDefault: Int64 = 2_000_000_000
    /// Threads that read: a disk serves a few at a time.
    private static let readerCount = 4
    /// Files dropped for one segment when the disk is full, before that segment is given up.
    private static let dropsPerSegment = 8

    private struct Entry {
        var policy: ArchivePolicy?
        var shelf = ArchiveShelf()
    }

    private let path: String
    private let freeBytesMin: Int64
    private let wallTime: @Sendable () -> WallTime
    private let record: @Sendable (Event) -> Void
    /// Bytes that the file system has left; `nil` when it doesn't say.
    private let freeBytes: @Sendable (_ path: String) -> Int64?
    private let writer = NIOThreadPool(numberOfThreads: 1)
    private let readers = NIOThreadPool(numberOfThreads: Archive.readerCount)
    private let state = Mutex<[ChannelID: Entry]>([:])
    private let queued = Atomic<Int>(0)
    private let worker: Worker

    /// Opens the directory, which is made when something is kept; what is in it is looked through on the writing thread.
    package init(
        path: String,
        freeBytesMin: Int64 = Archive.freeBytesMinDefault,
        wallTime: @escaping @Sendable () -> WallTime,
        record: @escaping @Sendable (Event) -> Void,
        freeBytes: @escaping @Sendable (String) -> Int64? = Archive.freeBytes(of:)
    ) {
        self.path = path
        self.freeBytesMin = freeBytesMin
        self.wallTime = wallTime
        self.record = record
        self.freeBytes = freeBytes
        self.worker = Worker()
        self.writer.start()
        self.readers.start()
        self.submit { self.scan() }
    }

    /// What channels keep from now on; of those that aren't named, what is there goes when it is 14 days old.
    package func keep(_ policies: [ChannelID: ArchivePolicy]) {
        self.state.withLock { state in
            for id in state.keys where policies[id] == nil { state[id]?.policy = nil }
            for (id, policy) in policies { state[id, default: Entry()].policy = policy.days > 0 ? policy : nil }
        }
        self.submit { self.sweep() }
    }

    /// What can be caught up of a channel, oldest first.
    package func spans(of channel: ChannelID) -> [ArchiveSpan] {
        self.state.withLock { state in
            var spans: [ArchiveSpan] = []
            for file in state[channel]?.shelf.files ?? [] {
                for span in file.spans { ArchiveSpan.add(span, to: &spans) }
            }
            return spans
        }
    }

    /// What is kept of a channel; `nil` where nothing is.
    package func policy(of channel: ChannelID) -> ArchivePolicy? { self.state.withLock { $0[channel]?.policy } }

    /// Bytes that a channel's archive has.
    package func bytes(of channel: ChannelID) -> Int64 { self.state.withLock { $0[channel]?.shelf.bytes ?? 0 } }

    /// Takes a segment of a channel; does nothing where none are kept, never waits.
    func append(_ segment: Segment<ByteBuffer>, of channel: ChannelID) {
        guard self.policy(of: channel) != nil else { return }
        let archived = ArchivedSegment(
            start: segment.programDateTime,
            duration: segment.duration,
            mediaSequence: segment.mediaSequence,
            isDiscontinuity: segment.isDiscontinuity
        )
        let size = segment.payload.readableBytes
        guard self.queued.add(size, ordering: .relaxed).newValue <= Self.queueBytesMax else {
            self.queued.subtract(size, ordering: .relaxed)
            return self.submit { self.lost(archived, size, of: channel, why: "disk-slow") }
        }
        let payload = segment.payload
        self.submit {
            self.write(payload, archived, of: channel)
            self.queued.subtract(size, ordering: .relaxed)
        }
    }

    /// Ends when what was handed over is written.
    package func stop() async {
        await withCheckedContinuation { continuation in
            self.submit {
                self.worker.folders = [:]
                for event in self.worker.losses.flush() { self.record(event) }
                continuation.resume()
            }
        }
        try? await self.writer.shutdownGracefully()
        try? await self.readers.shutdownGracefully()
    }

    /// Succeeds when all that was handed over before is written, or given up.
    func written(on loop: any EventLoop) -> EventLoopFuture<Void> {
        self.writer.runIfActive(eventLoop: loop) {}
    }

    private func submit(_ work: @escaping @Sendable () -> Void) {
        self.writer.submit { state in
            if case .active = state { work() }
        }
    }

    /// What the file system of a directory has left for us.
    package static func freeBytes(of path: String) -> Int64? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int64(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
    }
}

/// Reading.
extension Archive {
    /// One segment that is kept.
    package struct Item: Hashable, Sendable {
        /// The file it is in, and its place there.
        package var file: Int64
        package var index: Int
        package var record: ArchiveRecord
        /// Whether time stamps don't follow what comes before it, since something is missing or is other.
        package var isDiscontinuity: Bool
    }

    /// The segments that run at any time in `from ..< to`, by time; succeeds on `loop`.
    package func items(
        of channel: ChannelID,
        from: WallTime,
        to: WallTime,
        on loop: any EventLoop
    ) -> EventLoopFuture<[Item]> {
        let files = self.state.withLock { state in
            (state[channel]?.shelf.files ?? []).filter { $0.start < to && $0.end > from }.map(\.number)
        }
        let folder = self.folder(of: channel)
        return self.readers.runIfActive(eventLoop: loop) {
            var items: [Item] = []
            for file in files {
                for (index, record) in ArchiveFolder.records(folder, file).enumerated()
                where record.start < to && record.end > from {
                    let follows = items.last.map { ArchiveSpan.follows(record.start, $0.record.end) } ?? true
                    items.append(
                        Item(
                            file: file,
                            index: index,
                            record: record,
                            isDiscontinuity: !items.isEmpty && (record.isDiscontinuity || !follows)
                        )
                    )
                }
            }
            return items
        }
    }

    /// The bytes of one segment; `nil` when it is not there any more.
    package func segment(
        of channel: ChannelID,
        file: Int64,
        index: Int,
        on loop: any EventLoop
    ) -> EventLoopFuture<(record: ArchiveRecord, bytes: ByteBuffer)?> {
        let isKnown = self.state.withLock { state in
            state[channel]?.shelf.files.contains { $0.number == file } ?? false
        }
        guard isKnown else { return loop.makeSucceededFuture(nil) }
        let folder = self.folder(of: channel)
        return self.readers.runIfActive(eventLoop: loop) {
            ArchiveFolder.segment(folder, file, index: index).map { (record: $0.0, bytes: $0.1) }
        }
    }

    private func folder(of channel: ChannelID) -> String { "\(self.path)/\(channel)" }
}

/// On the writing thread.
extension Archive {
    private func scan() {
        for name in ArchiveFolder.names(in: self.path) {
            guard let number = Int64(name) else { continue }
            let shelf = ArchiveShelf(files: ArchiveFolder.scan("\(self.path)/\(name)"))
            self.state.withLock { $0[ChannelID(number), default: Entry()].shelf = shelf }
        }
        self.sweep()
    }

    private func write(_ bytes: ByteBuffer, _ segment: ArchivedSegment, of channel: ChannelID) {
        self.makeRoom(for: channel)
        guard (self.freeBytes(self.existingPath) ?? .max) > self.freeBytesMin else {
            return self.lost(segment, bytes.readableBytes, of: channel, why: "disk-full")
        }
        let before = self.state.withLock { $0[channel]?.shelf.files.count ?? 0 }
        let file = self.state.withLock { state in
            state[channel, default: Entry()].shelf.place(start: segment.start, state[channel]?.policy)
        }
        do {
            _ = mkdir(self.path, 0o700)
            let record = try self.worker.folder(channel, self.folder(of: channel)).append(bytes, segment, to: file)
            let isNew = self.state.withLock { state in
                state[channel]?.shelf.wrote(record)
                return (state[channel]?.shelf.files.count ?? 0) > before
            }
            if isNew { self.sweep() }
        } catch {
            self.state.withLock { $0[channel]?.shelf.close() }
            let isFull = (error as? ArchiveError)?.isFull ?? false
            self.lost(segment, bytes.readableBytes, of: channel, why: isFull ? "disk-full" : "disk-failed")
        }
    }

    /// The oldest goes first, of this channel.
    private func makeRoom(for channel: ChannelID) {
        for _ in 0..<Self.dropsPerSegment {
            guard let free = self.freeBytes(self.existingPath), free <= self.freeBytesMin,
                let file = self.state.withLock({ $0[channel]?.shelf.dropOldest() })
            else { return }
            self.remove([file], of: channel, why: "disk-full")
        }
    }

    /// The directory is made with the first segment.
    private var existingPath: String {
        guard access(self.path, F_OK) != 0 else { return self.path }
        return self.path.lastIndex(of: "/").map { String(self.path[..<$0]) } ?? "."
    }

    private func sweep() {
        let now = self.wallTime()
        for channel in self.state.withLock({ Array($0.keys) }) {
            let (aged, surplus) = self.state.withLock { state -> ([ArchiveShelf.File], [ArchiveShelf.File]) in
                guard var entry = state[channel] else { return ([], []) }
                defer { state[channel] = entry }
                return (entry.shelf.dropAged(entry.policy, now: now), entry.shelf.dropSurplus(entry.policy))
            }
            self.remove(aged, of: channel, why: nil)
            self.remove(surplus, of: channel, why: "bytes")
        }
    }

    /// Tells of it where it had not had its time.
    private func remove(_ files: [ArchiveShelf.File], of channel: ChannelID, why: String?) {
        let folder = self.worker.folder(channel, self.folder(of: channel))
        for file in files {
            folder.remove(file.number)
            guard let why, file.count > 0 else { continue }
            self.record(
                .archiveDropped(
                    ArchiveDropped(
                        channel: channel,
                        why: why,
                        from: file.start,
                        to: file.end,
                        bytes: ByteCount(file.bytes)
                    )
                )
            )
        }
    }

    private func lost(_ segment: ArchivedSegment, _ bytes: Int, of channel: ChannelID, why: String) {
        let end = WallTime(microseconds: segment.start.microseconds &+ segment.duration.ticks &* 100 / 9)
        let event = self.worker.losses.lost(
            ArchiveDropped(channel: channel, why: why, from: segment.start, to: end, bytes: ByteCount(Int64(bytes))),
            now: self.wallTime()
        )
        if let event { self.record(event) }
    }

    /// What only the writing thread touches.
    ///
    /// `@unchecked`: the pool has one thread.
    private final class Worker: @unchecked Sendable {
        var folders: [ChannelID: ArchiveFolder] = [:]
        var losses = ArchiveLosses()

        func folder(_ channel: ChannelID, _ path: String) -> ArchiveFolder {
            if let known = self.folders[channel] { return known }
            let folder = ArchiveFolder(path: path)
            self.folders[channel] = folder
            return folder
        }
    }
}
