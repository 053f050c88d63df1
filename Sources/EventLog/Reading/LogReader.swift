import Glibc
package import Model

/// Reads the log from an event on, file by file and frame by frame, while it may be written by someone else.
///
/// Not thread-safe: whoever made it uses it. What does not check is never handed out: it is noted in ``damage``, and
/// reading goes on with the next frame that checks. The hash chain is the ``LogVerifier``'s business.
package final class LogReader {
    /// Ranges noted at most; further ones are only counted.
    package static let damageMax = 4_096

    /// Which events are read.
    package struct Options: Sendable {
        /// The first event wanted.
        package var from: UInt64 = 1
        /// Only frames that may have events of these moments are decompressed.
        package var times: ClosedRange<WallTime>?
        /// Whether the end of the log is only the end for now: a frame not yet whole is then no damage.
        package var follow = false
        /// Whether the hash chain is computed and compared.
        var checksChain = false

        package init(from: UInt64 = 1, times: ClosedRange<WallTime>? = nil, follow: Bool = false) {
            self.from = from
            self.times = times
            self.follow = follow
        }
    }

    /// What did not check so far, at most ``damageMax`` of it.
    package private(set) var damage: [LogDamage] = []
    /// All ranges that did not check so far.
    package private(set) var damageCount = 0
    /// The event that comes next: one more than the last one read, skipped or lost.
    package var nextSeq: UInt64 { max(self.from, self.scan?.position.nextSeq ?? self.position.nextSeq) }

    private let directory: String
    private let disk: any Disk
    private let options: Options
    /// The first event wanted of what is still to be read.
    private var from: UInt64
    private var position: LogPosition
    private var scan: LogFileScan?
    /// Files that come after the one being read.
    private var waiting: [LogFileName] = []

    /// Finds the file to begin with; an empty or absent directory is an empty log.
    package init(
        directory: String,
        disk: any Disk = RealDisk(),
        options: Options = Options()
    ) throws(EventLogError) {
        self.directory = directory
        self.disk = disk
        self.options = options
        self.from = options.from
        self.position = LogPosition(nextSeq: 1)
        try self.begin()
    }

    /// Hands the next wanted frame to `body`.
    ///
    /// Answers `false` at the end of the log; when following, at the end for now. A frame counts as read even when
    /// `body` throws.
    package func next<Failure: Error>(_ body: (LogFrame) throws(Failure) -> Void) throws -> Bool {
        guard let frame = try self.nextFrame() else { return false }
        try body(frame)
        return true
    }

    /// Hands every wanted line up to the end of the log (when following: for now) to `body`, without its newline.
    package func forEachLine<Failure: Error>(
        _ body: (UInt64, UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws {
        while let frame = try self.nextFrame() { try frame.forEachLine(body) }
    }

    /// The next wanted frame, valid until the next call; `nil` at the end.
    func nextFrame() throws(EventLogError) -> LogFrame? {
        while let step = try self.step() {
            switch step {
            case .damage(let damage): self.note(damage)
            case .end: break
            case .frame(let header):
                guard let scan = self.scan, self.isWanted(header) else { continue }
                return LogFrame(header: header, from: self.from, lines: scan.lines)
            }
        }
        return nil
    }

    private func begin() throws(EventLogError) {
        let files = try self.files()
        let index = files.lastIndex { $0.firstSeq <= self.from } ?? files.startIndex
        self.waiting = Array(files[index...])
        // From the first file on, events before it are missing; from a later one on, they are only not asked for.
        if index > files.startIndex { self.position.nextSeq = files[index].firstSeq }
    }

    private func files() throws(EventLogError) -> [LogFileName] {
        do throws(DiskError) {
            return LogFileName.all(in: try self.disk.list(self.directory))
        } catch {
            // A directory that is not there is an empty log.
            guard error.code == ENOENT else { throw .disk(error) }
            return []
        }
    }

    private func isWanted(_ header: FrameHeader) -> Bool {
        guard header.lastSeq >= self.from else { return false }
        guard let times = self.options.times else { return true }
        return header.firstTime <= times.upperBound && header.lastTime >= times.lowerBound
    }

    /// One step on; `nil` at the end of the log.
    private func step() throws(EventLogError) -> LogFileScan.Step? {
        while true {
            guard let scan = self.scan else {
                if self.waiting.isEmpty { try self.lookForFiles() }
                guard let missing = try self.openNext() else { return nil }
                if let missing { return .damage(missing) }
                continue
            }
            let isOpenFile = self.options.follow && self.waiting.isEmpty
            let step =
                isOpenFile
                ? try scan.nextWhileWritten(wants: self.isWanted)
                : try scan.next(wants: self.isWanted)
            guard case .end = step else { return step }
            if isOpenFile {
                guard try self.lookFurther(scan) else { return nil }
            } else {
                guard !self.waiting.isEmpty else { return nil }
                self.position = scan.position
                self.scan = nil
            }
        }
    }

    /// Opens the next file.
    ///
    /// Answers `nil` when there is none, and the events that are missing before it when some are.
    private func openNext() throws(EventLogError) -> LogDamage?? {
        guard let name = self.waiting.first else { return nil }
        var missing: LogDamage?
        if name.firstSeq > self.position.nextSeq {
            missing = self.missing(before: name)
            self.position.skip(to: name.firstSeq)
        }
        self.scan = try LogFileScan(
            name,
            in: self.directory,
            disk: self.disk,
            position: self.position,
            checksChain: self.options.checksChain
        )
        self.waiting.removeFirst()
        return .some(missing)
    }

    /// The events between what was read and the file `name`, unless a damaged tail is named already, which then ends there.
    private func missing(before name: LogFileName) -> LogDamage? {
        if let last = self.damage.indices.last, self.damage[last].firstSeq == self.position.nextSeq,
            self.damage[last].lastSeq == nil
        {
            self.damage[last].lastSeq = name.firstSeq - 1
            self.damage[last].isTail = false
            return nil
        }
        return LogDamage(
            file: name.description,
            offset: 0,
            size: 0,
            firstSeq: self.position.nextSeq,
            lastSeq: name.firstSeq - 1,
            cause: .missing,
            isTail: false
        )
    }

    /// Looks for files that were not there when the log was opened.
    private func lookForFiles() throws(EventLogError) {
        guard self.options.follow else { return }
        self.waiting = try self.files().filter { $0.firstSeq >= self.position.nextSeq }
    }

    /// At the end of the open file: whether there is more to read, in a further file or in one that replaced this one.
    private func lookFurther(_ scan: LogFileScan) throws(EventLogError) -> Bool {
        let later = try self.files().filter { $0 > scan.name }
        if !later.isEmpty {
            // The file is closed by now, and may have grown between the last look at it and the look at the directory.
            scan.discardBuffer()
            self.waiting = later
            return true
        }
        let path = scan.name.path(in: self.directory)
        let status = try onDisk { () throws(DiskError) in try self.disk.status(path) }
        guard let status, status.identity != scan.identity else { return false }
        // The file was replaced by a copy or by its sealed form: go through it again, past what was read.
        self.from = self.nextSeq
        var position = LogPosition(nextSeq: scan.name.firstSeq)
        position.log = scan.position.log
        self.scan = try LogFileScan(
            scan.name,
            in: self.directory,
            disk: self.disk,
            position: position,
            checksChain: false
        )
        return true
    }

    private func note(_ damage: LogDamage) {
        // Of a file that is read again, what was passed before is named already.
        if let last = damage.lastSeq, last < self.from, self.options.follow { return }
        self.damageCount += 1
        if self.damage.count < Self.damageMax { self.damage.append(damage) }
    }
}
