import Glibc
package import Model

/// Appends events to the log.
///
/// Only one may be open for a directory, and only one thread may use it; a sync may run on another (``beginSync()``).
/// `append` brings a batch to the system, so that it survives the death of the process; `sync` brings it to the disk.
/// The first write or sync that fails closes the log for good: every later call throws ``EventLogError/failed(_:)`` and
/// nothing is tried again, since after a failed sync the system shows data that is not on the disk. Opening the log anew
/// copies what can be read to a new file and so puts it right.
package final class LogWriter {
    /// The log's id.
    package private(set) var log: LogID
    /// How often the log has been opened for writing, this time included.
    package let epoch: UInt64
    /// The sequence number of the next event.
    package private(set) var nextSeq: UInt64
    /// The last event known to be on the disk; 0 when there is none.
    package private(set) var durableThrough: UInt64
    /// What recovery found broken; not a torn tail, which is what a power loss may leave.
    package let damage: [LogDamage]
    /// Names of the files that recovery put torn tails aside in.
    package let tornFiles: [String]
    /// The last, torn part of the log that recovery put aside; `nil` when there was none.
    package let torn: LogDamage?
    /// Closed files that were not sealed before the last stop; any thread may run these.
    package let unsealed: [SealJob]
    /// The chain value after the last event.
    package private(set) var chain: ChainValue

    /// Whether events are missing or broken in the log: it goes on, but someone must look.
    package var isDegraded: Bool { !self.damage.isEmpty }
    /// Whether everything appended is known to be on the disk.
    package var isDurable: Bool { self.durableThrough + 1 == self.nextSeq }
    /// Whether a sync was begun and is not settled.
    package var isSyncing: Bool { self.syncUnderway != nil }
    /// The write or sync that closed the log.
    package private(set) var failure: DiskError?

    private let directory: String
    private let disk: any Disk
    private let settings: LogSettings
    private let builder: FrameBuilder
    private var open: OpenFile
    /// The sync that was begun and of which it isn't known what came.
    private var syncUnderway: LogSync?

    /// Opens the log in `directory`, which is made if need be, after recovery; everything found is on the disk then.
    ///
    /// - Parameters:
    ///   - directory: Where the log's files are; its parent must be there.
    ///   - disk: What the files are on.
    ///   - settings: Sizes and ages by which files are made and sealed.
    ///   - durableThrough: The last event that the caller knows to be on the disk; that it is missing is damage.
    ///   - newLog: Names the log if there is none yet.
    /// - Throws: ``EventLogError``, when the disk refuses; damage in the log is not an error but in ``damage``.
    package init(
        directory: String,
        disk: any Disk = RealDisk(),
        settings: LogSettings = LogSettings(),
        durableThrough: UInt64 = 0,
        newLog: () -> LogID = LogID.random
    ) throws(EventLogError) {
        self.builder = try FrameBuilder(level: settings.liveLevel, hashLog: settings.liveHashLog)
        let recovery = Recovery(directory: directory, disk: disk, settings: settings)
        let recovered = try recovery.run(durableThrough: durableThrough, newLog: newLog)
        self.directory = directory
        self.disk = disk
        self.settings = settings
        self.log = recovered.log
        self.epoch = recovered.epoch
        self.nextSeq = recovered.nextSeq
        self.durableThrough = recovered.nextSeq - 1
        self.chain = recovered.chain
        self.damage = recovered.damage
        self.torn = recovered.torn
        self.tornFiles = recovered.tornFiles
        self.unsealed = recovered.unsealed
        self.open = recovered.open
    }

    deinit {
        // It has the file.
        self.syncUnderway?.run()
        self.disk.close(self.open.file)
    }

    /// Writes a batch as one frame, or as several when its lines have more than 4 MiB.
    ///
    /// - Parameters:
    ///   - lines: JSON objects, each on a line of its own that ends with a newline.
    ///   - count: How many lines there are.
    ///   - firstSeq: The sequence number in the first line; must be ``nextSeq``.
    ///   - firstTime: No event of the batch is earlier.
    ///   - lastTime: No event of the batch is later.
    /// - Throws: ``EventLogError``; after `.sequence`, `.lines`, `.lineTooLong` and `.time` nothing was written and the log
    ///   goes on, after `.disk` it is closed.
    package func append(
        lines: UnsafeRawBufferPointer,
        count: Int,
        firstSeq: UInt64,
        firstTime: WallTime,
        lastTime: WallTime
    ) throws(EventLogError) {
        if let failure { throw .failed(failure) }
        guard firstSeq == self.nextSeq else { throw .sequence(expected: self.nextSeq, found: firstSeq) }
        guard firstTime <= lastTime, firstTime.microseconds >= -FrameHeader.timeMax,
            lastTime.microseconds <= FrameHeader.timeMax
        else { throw .time }
        guard lines.count > FrameHeader.rawSizeMax else {
            // The usual batch: its lines are checked while the chain goes over them, before anything is written.
            let frame = FrameLines(lines, after: self.chain)
            guard frame.areWhole, frame.count == count, frame.size == lines.count, count > 0 else {
                throw .lines(expected: count, found: frame.count)
            }
            return try self.appendFrame(frame, firstTime, lastTime)
        }
        try Self.check(lines, count: count)
        var part = 0
        while part < lines.count {
            let frame = FrameLines(UnsafeRawBufferPointer(rebasing: lines[part...]), after: self.chain)
            try self.appendFrame(frame, firstTime, lastTime)
            part += frame.size
        }
    }

    /// Writes a batch whose lines stand in an array.
    package func append(
        lines: [UInt8],
        count: Int,
        firstSeq: UInt64,
        firstTime: WallTime,
        lastTime: WallTime
    ) throws(EventLogError) {
        try lines.withUnsafeBufferPointer { (lines) throws(EventLogError) in
            let lines = UnsafeRawBufferPointer(lines)
            try self.append(lines: lines, count: count, firstSeq: firstSeq, firstTime: firstTime, lastTime: lastTime)
        }
    }

    /// Brings everything appended so far to the disk.
    package func sync() throws(EventLogError) {
        try self.settleSync(waits: true)
        if let failure { throw .failed(failure) }
        guard !self.isDurable else { return }
        let file = self.open.file
        try self.orFail { () throws(DiskError) in try self.disk.sync(file) }
        self.durableThrough = self.nextSeq - 1
    }

    /// Begins to bring everything appended so far to the disk: the caller has the answer run, on whatever thread.
    ///
    /// `nil` when everything is on the disk, or while the last one is not settled. Appending goes on meanwhile; ``sync()``
    /// and ``prepareSeal()`` wait for it.
    package func beginSync() throws(EventLogError) -> LogSync? {
        try self.settleSync(waits: false)
        if let failure { throw .failed(failure) }
        guard self.syncUnderway == nil, !self.isDurable else { return nil }
        let sync = LogSync(of: self.open.file, on: self.disk, through: self.nextSeq - 1)
        self.syncUnderway = sync
        return sync
    }

    /// Takes in what came of the sync that was begun; one that failed closes the log.
    ///
    /// Without `waits` one that has not run yet is left for later.
    package func settleSync(waits: Bool) throws(EventLogError) {
        guard let sync = self.syncUnderway, waits || sync.isDone else { return }
        self.syncUnderway = nil
        try self.orFail { () throws(DiskError) in try sync.result().get() }
        self.durableThrough = max(self.durableThrough, sync.through)
    }

    /// Closes the open file if it is large or old enough, and goes on in a new one; see ``prepareSeal()``.
    package func sealIfDue(now: WallTime) throws(EventLogError) -> SealJob? {
        guard let firstTime = self.open.firstTime else { return nil }
        let isOld = now.seconds - firstTime.seconds >= self.settings.sealAgeSeconds
        guard isOld || self.open.rawSize >= self.settings.sealRawSize else { return nil }
        return try self.prepareSeal()
    }

    /// Closes the open file, synced, and goes on in a new one; the answer is to be run on another thread.
    ///
    /// Takes as long as two syncs. Answers `nil` when the open file has no events.
    package func prepareSeal() throws(EventLogError) -> SealJob? {
        try self.sync()
        guard self.open.firstTime != nil else { return nil }
        let closed = self.open
        let (nextSeq, directory, disk) = (self.nextSeq, self.directory, self.disk)
        let zeroAhead = self.settings.zeroAhead
        self.open = try self.orFail { () throws(DiskError) in
            try OpenFile.create(LogFileName(firstSeq: nextSeq), in: directory, disk: disk, zeroAhead: zeroAhead)
        }
        self.disk.close(closed.file)
        return SealJob(name: closed.name, directory: self.directory, disk: self.disk, settings: self.settings)
    }

    /// Closes the open file and seals it before returning; `nil` when it has no events.
    @discardableResult
    package func seal() throws(EventLogError) -> SealedFile? {
        try self.prepareSeal()?.run()
    }

    /// Sees to it that there are `count` lines, the last one ended, none empty, none too long.
    private static func check(_ bytes: UnsafeRawBufferPointer, count: Int) throws(EventLogError) {
        var found = 0
        for line in Lines(bytes) {
            guard !line.isEmpty else { throw .lines(expected: count, found: found) }
            guard line.count < FrameHeader.rawSizeMax else {
                throw .lineTooLong(size: line.count + 1, allowed: FrameHeader.rawSizeMax)
            }
            found += 1
        }
        guard found == count, found > 0, bytes.last == UInt8(ascii: "\n") else {
            throw .lines(expected: count, found: found)
        }
    }

    /// Writes a frame.
    private func appendFrame(
        _ lines: FrameLines,
        _ firstTime: WallTime,
        _ lastTime: WallTime
    ) throws(EventLogError) {
        let header = FrameHeader(
            log: self.log,
            epoch: self.epoch,
            firstSeq: self.nextSeq,
            count: lines.count,
            firstTime: firstTime,
            lastTime: lastTime,
            rawSize: lines.size,
            storedSize: 0,
            chain: lines.chain
        )
        let frame: BuiltFrame
        do throws(EventLogError) {
            frame = try self.builder.frame(header, lines: lines.bytes)
        } catch {
            // Frames of this batch may have been written, so there is no way back but to open the log anew.
            self.failure = DiskError(.write, self.open.file.path, code: ENOMEM)
            throw error
        }
        try self.orFail { () throws(DiskError) in
            try self.open.append(frame, disk: self.disk, settings: self.settings)
        }
        self.chain = lines.chain
        self.nextSeq += UInt64(lines.count)
    }

    /// Does something on the disk; a failure closes the log.
    private func orFail<Answer>(_ body: () throws(DiskError) -> Answer) throws(EventLogError) -> Answer {
        do throws(DiskError) {
            return try body()
        } catch {
            self.failure = error
            throw .disk(error)
        }
    }
}
