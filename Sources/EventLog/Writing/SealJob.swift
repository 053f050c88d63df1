import Model

/// The sealing of one closed file: its events in large frames, well compressed, in place of the many small ones.
///
/// Any thread may run it, once, while the writer appends to the file after it. It can be interrupted anywhere: the
/// closed file stays until the sealed one is whole, checked, synced and renamed over it.
package struct SealJob: Sendable {
    /// The sequence number of the file's first event.
    package var firstSeq: UInt64 { self.name.firstSeq }

    let name: LogFileName
    let directory: String
    let disk: any Disk
    let settings: LogSettings

    /// Writes the sealed file and puts it in the closed one's place.
    ///
    /// O(n) in the size of the file: level 9 takes about a second for 64 MiB.
    /// - Throws: ``EventLogError/damaged(_:)`` when the closed file does not check; it is left as it is then.
    package func run() throws(EventLogError) -> SealedFile {
        let start = try self.start()
        let path = self.name.path(in: self.directory)
        let temporary = path + LogFileName.temporarySuffix
        let file = try onDisk { () throws(DiskError) in try self.disk.open(temporary, .create) }
        defer { self.disk.close(file) }
        let scan = try self.scan(self.name, start)
        var sealed = SealedFile(firstSeq: self.firstSeq)
        var frames = SealedFrames(
            disk: self.disk,
            file: file,
            builder: try FrameBuilder(level: self.settings.sealedLevel)
        )
        loop: while true {
            switch try scan.next() {
            case .frame(let header):
                sealed.storedSizeBefore += header.totalSize
                try frames.add(header, scan.lines, chainBefore: sealed.chain ?? start.lastChain, self.settings)
                sealed.chain = header.chain
            case .damage(let damage): throw .damaged(damage)
            case .end: break loop
            }
        }
        try frames.flush()
        sealed.events = scan.position.nextSeq - self.firstSeq
        sealed.rawSize = frames.rawSize
        sealed.storedSize = frames.end
        try onDisk { () throws(DiskError) in try self.disk.sync(file) }
        try self.compare(temporary: temporary, with: scan.position, start)
        try onDisk { () throws(DiskError) in
            try self.disk.rename(temporary, to: path)
            try self.disk.syncDirectory(self.directory)
        }
        return sealed
    }

    /// Whether the file still has the zeros of an open file behind its last frame.
    func isNeeded() throws(EventLogError) -> Bool {
        try onDisk { () throws(DiskError) in
            let file = try self.disk.open(self.name.path(in: self.directory), .read)
            defer { self.disk.close(file) }
            let size = try self.disk.status(file).size
            guard size >= FrameHeader.size else { return size > 0 }
            let tail = Scratch(capacity: FrameHeader.size)
            let count = try self.disk.read(file, at: size - FrameHeader.size, into: tail.bytes)
            return tail.prefix(count).firstNonZero == nil
        }
    }

    /// What must come first in the file: the position after the last frame of the files before it.
    private func start() throws(EventLogError) -> LogPosition {
        let files = try onDisk { () throws(DiskError) in LogFileName.all(in: try self.disk.list(self.directory)) }
        for name in files.reversed() where name < self.name {
            let scan = try self.scan(name, LogPosition(nextSeq: name.firstSeq))
            while try scan.next(wants: { _ in false }) != .end {}
            guard scan.position.lastChain != nil else { continue }
            var position = scan.position
            // Events may be missing between the two files; the writer's chain went on from the last frame it knew.
            position.nextSeq = self.firstSeq
            position.chain = position.lastChain
            return position
        }
        guard self.firstSeq == 1 else { throw .damaged(self.nothingBefore) }
        return LogPosition(nextSeq: 1)
    }

    /// Without the chain value before it, the chain values within the sealed file cannot be computed.
    private var nothingBefore: LogDamage {
        LogDamage(
            file: self.name.description,
            offset: 0,
            size: 0,
            firstSeq: 1,
            lastSeq: self.firstSeq - 1,
            cause: .missing,
            isTail: false
        )
    }

    private func scan(_ name: LogFileName, _ position: LogPosition) throws(EventLogError) -> LogFileScan {
        try LogFileScan(name, in: self.directory, disk: self.disk, position: position, checksChain: true)
    }

    /// Reads the sealed file once more before it replaces the other: same events, same chain.
    private func compare(
        temporary: String,
        with expected: LogPosition,
        _ start: LogPosition
    ) throws(EventLogError) {
        let scan = try LogFileScan(
            self.name,
            path: temporary,
            disk: self.disk,
            position: start,
            checksChain: true
        )
        while true {
            switch try scan.next() {
            case .frame: continue
            case .damage(let damage): throw .damaged(damage)
            case .end: break
            }
            break
        }
        guard scan.position == expected else {
            throw .sequence(expected: expected.nextSeq, found: scan.position.nextSeq)
        }
    }
}

/// What sealing a file came to.
package struct SealedFile: Hashable, Sendable {
    package var firstSeq: UInt64
    package var events: UInt64 = 0
    /// Bytes of all lines.
    package var rawSize = 0
    /// Bytes of the frames before.
    package var storedSizeBefore = 0
    /// Bytes of the sealed file.
    package var storedSize = 0
    var chain: ChainValue?
}
