/// Goes through one file of the log, frame by frame, and past what does not check.
///
/// Reader, verifier, recovery and sealing all read through it, so there is one opinion on what is valid.
final class LogFileScan {
    /// What comes next in the file.
    enum Step: Hashable {
        /// A frame that checks and follows; its lines are in ``LogFileScan/lines`` when they were wanted.
        case frame(FrameHeader)
        /// Bytes that do not check, or events that are missing; the scan is past them.
        case damage(LogDamage)
        /// The end of the file, or the zeros that are ready for the next frame.
        case end
    }

    /// What stands at an offset.
    private enum Found {
        case frame(FrameHeader)
        /// Zeros, or a padding before them, whose head has so many bytes.
        case nothing(head: Int)
        case bad(LogDamage.Cause)
    }

    /// Bytes that the search for a frame after damage may check: a file made of false headers must not take for ever.
    private static let searchBudget = 64 << 20

    let name: LogFileName
    let identity: UInt64
    /// What must come next.
    var position: LogPosition
    /// Where the next frame should be.
    private(set) var offset = 0
    /// Where a tail begins that does not check and after which nothing valid follows.
    private(set) var tailStart: Int?

    private let disk: any Disk
    private let file: DiskFile
    private let window: FileWindow
    private let decompressor: FrameDecompressor
    private let raw = Scratch(capacity: 0)
    private var rawCount = 0
    private let checksChain: Bool
    private var zerosChecked = false
    private var searchLeft = LogFileScan.searchBudget
    /// Bytes that the last probe looked at.
    private var probedSize = 0

    /// Opens `name` in `directory`; the first frame must be as `position` says.
    convenience init(
        _ name: LogFileName,
        in directory: String,
        disk: any Disk,
        position: LogPosition,
        checksChain: Bool
    ) throws(EventLogError) {
        let path = name.path(in: directory)
        try self.init(name, path: path, disk: disk, position: position, checksChain: checksChain)
    }

    /// Opens what stands, or will stand, for `name`, under another path.
    init(
        _ name: LogFileName,
        path: String,
        disk: any Disk,
        position: LogPosition,
        checksChain: Bool
    ) throws(EventLogError) {
        self.name = name
        self.disk = disk
        self.position = position
        self.checksChain = checksChain
        self.decompressor = try FrameDecompressor()
        let file = try onDisk { () throws(DiskError) in try disk.open(path, .read) }
        do throws(DiskError) {
            self.identity = try disk.status(file).identity
        } catch {
            disk.close(file)
            throw .disk(error)
        }
        self.file = file
        self.window = FileWindow(disk: disk, file: file)
    }

    deinit {
        self.disk.close(self.file)
    }

    /// The lines of the last frame that was wanted; valid until the next step.
    var lines: UnsafeRawBufferPointer { self.raw.prefix(self.rawCount) }

    /// Takes one step; `wants` says whether a frame's lines are to be decompressed and checked.
    func next(wants: (FrameHeader) -> Bool = { _ in true }) throws(EventLogError) -> Step {
        try onDisk { () throws(DiskError) in
            switch try self.probe(at: self.offset) {
            case .frame(let header): return try self.judge(header, wants)
            case .nothing(let head):
                guard let content = try self.window.firstNonZero(from: self.offset + head) else { return .end }
                return try self.search(from: content, cause: .zeros)
            case .bad(let cause): return try self.search(from: self.offset + 1, cause: cause)
            }
        }
    }

    /// As ``next(wants:)`` for a file that is still being written: what is not yet whole is not damage but `.end`.
    ///
    /// Something that does not check is damage here only if a valid frame follows, since frames are written one after
    /// the other; and it is looked at again then, as it may have been completed in the meantime.
    func nextWhileWritten(wants: (FrameHeader) -> Bool = { _ in true }) throws(EventLogError) -> Step {
        try onDisk { () throws(DiskError) in
            switch try self.probe(at: self.offset) {
            case .frame(let header): return try self.judge(header, wants)
            case .nothing(let head):
                // Once for each file: zeros in the middle of what was written long ago are damage.
                let isFirstLook = !self.zerosChecked
                self.zerosChecked = true
                guard isFirstLook, let content = try self.window.firstNonZero(from: self.offset + head),
                    try self.findFrame(from: content) != nil
                else { return self.endForNow() }
            case .bad:
                self.searchLeft = Self.searchBudget
                guard try self.findFrame(from: self.offset + 1) != nil else { return self.endForNow() }
            }
            self.window.discard()
            switch try self.probe(at: self.offset) {
            case .frame(let header): return try self.judge(header, wants)
            case .nothing: return try self.search(from: self.offset + 1, cause: .zeros)
            case .bad(let cause): return try self.search(from: self.offset + 1, cause: cause)
            }
        }
    }

    /// What is buffered is old by the next look.
    private func endForNow() -> Step {
        self.window.discard()
        return .end
    }

    /// Forgets what was buffered of a file that was written meanwhile.
    func discardBuffer() {
        self.window.discard()
    }

    /// Where the content ends: after the last byte that is not zero.
    func contentEnd() throws(EventLogError) -> Int {
        try onDisk { () throws(DiskError) in try self.window.contentEnd(from: self.offset) }
    }

    /// The file's size in bytes, zeros included.
    func fileSize() throws(EventLogError) -> Int {
        try onDisk { () throws(DiskError) in try self.disk.status(self.file).size }
    }

    /// Reads raw bytes of the file, for copying.
    func read(at offset: Int, into bytes: UnsafeMutableRawBufferPointer) throws(DiskError) -> Int {
        try self.disk.read(self.file, at: offset, into: bytes)
    }

    /// Looks whether a frame stands at `offset`; CRC included.
    private func probe(at offset: Int) throws(DiskError) -> Found {
        let head = try self.window.bytes(at: offset, count: FrameHeader.size)
        self.probedSize = head.count
        guard head.firstNonZero != nil else { return .nothing(head: 0) }
        if Padding.stands(at: head) { return .nothing(head: Padding.headSize) }
        let header: FrameHeader
        do throws(LogDamage.Cause) {
            header = try FrameHeader(parsing: head)
        } catch {
            return .bad(error)
        }
        let frame = try self.window.bytes(at: offset, count: header.totalSize)
        self.probedSize = frame.count
        guard frame.count == header.totalSize else { return .bad(.truncated) }
        guard FrameHeader.checksum(of: frame) == header.checksum else { return .bad(.checksum) }
        return .frame(header)
    }

    /// Whether a frame that checks is the one that must come next.
    private func judge(_ header: FrameHeader, _ wants: (FrameHeader) -> Bool) throws(DiskError) -> Step {
        if let log = self.position.log, log != header.log { return self.pass(header, .otherLog(header.log)) }
        guard header.epoch >= self.position.epoch else {
            return self.pass(header, .epoch(atLeast: self.position.epoch, found: header.epoch))
        }
        let cause = LogDamage.Cause.sequence(expected: self.position.nextSeq, found: header.firstSeq)
        guard header.firstSeq >= self.position.nextSeq else { return self.pass(header, cause) }
        guard header.firstSeq == self.position.nextSeq else {
            let damage = self.damage(size: 0, first: self.position.nextSeq, last: header.firstSeq - 1, cause)
            self.position.skip(to: header.firstSeq)
            return .damage(damage)
        }
        return try self.accept(header, wants)
    }

    private func accept(_ header: FrameHeader, _ wants: (FrameHeader) -> Bool) throws(DiskError) -> Step {
        if header.firstSeq == 1, self.position.log == nil {
            self.position.chain = ChainValue(beforeFirstOf: header.log)
        }
        let before = self.position.chain
        self.rawCount = 0
        if wants(header) {
            let frame = try self.window.bytes(at: self.offset, count: header.totalSize)
            let stored = UnsafeRawBufferPointer(rebasing: frame[FrameHeader.size...])
            do throws(LogDamage.Cause) {
                try self.decompressor.decompress(stored, rawSize: header.rawSize, into: self.raw)
                try self.checkLines(header, before: before)
            } catch {
                let size = header.totalSize
                let damage = self.damage(size: size, first: header.firstSeq, last: header.lastSeq, error)
                self.position.advance(over: header)
                self.offset += size
                return .damage(damage)
            }
            self.rawCount = header.rawSize
        }
        self.position.advance(over: header)
        self.offset += header.totalSize
        return .frame(header)
    }

    private func checkLines(_ header: FrameHeader, before: ChainValue?) throws(LogDamage.Cause) {
        let lines = self.raw.prefix(header.rawSize)
        guard lines.last == UInt8(ascii: "\n") else { throw .lines(expected: header.count, found: 0) }
        var found = 0
        var chain = self.checksChain ? before : nil
        for line in Lines(lines) {
            found += 1
            chain?.extend(line)
        }
        guard found == header.count else { throw .lines(expected: header.count, found: found) }
        if let chain, chain != header.chain { throw .chain }
    }

    /// Goes past a frame that checks but does not belong here.
    private func pass(_ header: FrameHeader, _ cause: LogDamage.Cause) -> Step {
        let damage = self.damage(size: header.totalSize, first: nil, last: nil, cause)
        self.offset += header.totalSize
        return .damage(damage)
    }

    /// Goes to the first valid frame from `start` on, or to the end of the file.
    private func search(from start: Int, cause: LogDamage.Cause) throws(DiskError) -> Step {
        guard let (found, header) = try self.findFrame(from: start) else {
            let end = try self.window.contentEnd(from: self.offset)
            let undecided = self.searchLeft <= 0
            var damage = self.damage(
                size: end - self.offset,
                first: self.position.nextSeq,
                last: nil,
                undecided ? .undecided : cause
            )
            damage.isTail = !undecided
            self.tailStart = undecided ? nil : self.offset
            self.offset = try self.disk.status(self.file).size
            return .damage(damage)
        }
        let size = found - self.offset
        guard header.firstSeq > self.position.nextSeq else {
            let damage = self.damage(size: size, first: nil, last: nil, cause)
            self.offset = found
            return .damage(damage)
        }
        let damage = self.damage(size: size, first: self.position.nextSeq, last: header.firstSeq - 1, cause)
        self.position.skip(to: header.firstSeq)
        self.offset = found
        return .damage(damage)
    }

    private func findFrame(from start: Int) throws(DiskError) -> (offset: Int, header: FrameHeader)? {
        var offset = start
        while self.searchLeft > 0, let candidate = try self.window.firstMagic(from: offset) {
            if case .frame(let header) = try self.probe(at: candidate),
                self.position.log == nil || self.position.log == header.log
            {
                return (candidate, header)
            }
            self.searchLeft -= self.probedSize
            offset = candidate + 1
        }
        return nil
    }

    private func damage(
        size: Int,
        first: UInt64?,
        last: UInt64?,
        _ cause: LogDamage.Cause
    ) -> LogDamage {
        LogDamage(
            file: self.name.description,
            offset: self.offset,
            size: size,
            firstSeq: first,
            lastSeq: last,
            cause: cause,
            isTail: false
        )
    }
}
