import Model

/// What must be done to a log before it may be appended to.
///
/// It can be interrupted anywhere and begun again: files are made under temporary names, synced, renamed, and the
/// directory synced, so that each step is there or is not.
struct Recovery {
    /// A log that may be appended to.
    struct Recovered {
        var log: LogID
        var epoch: UInt64
        var nextSeq: UInt64
        var chain: ChainValue
        var damage: [LogDamage]
        var torn: LogDamage?
        var tornFiles: [String]
        var unsealed: [SealJob]
        var open: OpenFile
    }

    /// Torn tails kept of one file; each is the trace of a power loss.
    private static let tornFilesMax = 1_000

    let directory: String
    let disk: any Disk
    let settings: LogSettings

    /// What the last file with something in it turned out to be.
    private struct LastFile {
        var scan: LogFileScan
        var damage: [LogDamage] = []
        var torn: LogDamage?
        var frames = 0
        var rawSize = 0
        var firstTime: WallTime?
        /// Up to where its bytes are kept.
        var end = 0
        /// Whether nothing stands behind its last frame, not even zeros: so a sealed file ends, and no open one.
        var isSealed = false
    }

    /// Removes what is half done, checks the end of the log, puts a torn tail aside and makes the rest durable.
    func run(durableThrough: UInt64, newLog: () -> LogID) throws(EventLogError) -> Recovered {
        try onDisk { () throws(DiskError) in try self.disk.createDirectory(self.directory) }
        let names = try self.removeTemporaryFiles()
        let files = LogFileName.all(in: names)
        var position = LogPosition(nextSeq: 1)
        var damage: [LogDamage] = []
        var last: LastFile?
        if let name = files.last {
            let before = try self.position(before: name, among: files, &damage)
            let found = try self.check(name, from: before, &damage)
            position = found.scan.position
            last = found
        }
        let torn = self.judgeTail(&last, durableThrough: durableThrough)
        if durableThrough >= position.nextSeq {
            let isNamed = last?.damage.contains { $0.firstSeq == position.nextSeq && $0.lastSeq == durableThrough }
            if isNamed != true {
                let file = (files.last ?? LogFileName(firstSeq: 1)).description
                let missing = self.missing(position.nextSeq, durableThrough, file: file)
                if last == nil { damage.append(missing) } else { last?.damage.append(missing) }
            }
            position.skip(to: durableThrough + 1)
        }
        let log = position.log ?? newLog()
        let open = try self.makeDurable(&last, position)
        let chain = position.lastChain ?? ChainValue(beforeFirstOf: log)
        return Recovered(
            log: log,
            epoch: position.epoch + 1,
            nextSeq: position.nextSeq,
            chain: chain,
            damage: damage + (last?.damage ?? []),
            torn: torn,
            tornFiles: try self.tornFiles(),
            unsealed: try self.unsealed(files.filter { $0 != open.name }),
            open: open
        )
    }

    private func removeTemporaryFiles() throws(EventLogError) -> [String] {
        try onDisk { () throws(DiskError) in
            let names = try self.disk.list(self.directory)
            let stale = names.filter {
                $0.hasSuffix(LogFileName.temporarySuffix) && $0.contains(LogFileName.suffix)
            }
            for name in stale { try self.disk.remove("\(self.directory)/\(name)") }
            return names.filter { !stale.contains($0) }
        }
    }

    /// What must come first in `name`: read off the frames of the file before it that has any.
    private func position(
        before name: LogFileName,
        among files: [LogFileName],
        _ damage: inout [LogDamage]
    ) throws(EventLogError) -> LogPosition {
        var position = LogPosition(nextSeq: 1)
        for file in files.reversed() where file < name {
            var found: [LogDamage] = []
            let scan = try LogFileScan(
                file,
                in: self.directory,
                disk: self.disk,
                position: LogPosition(nextSeq: file.firstSeq),
                checksChain: false
            )
            var frames = 0
            loop: while true {
                switch try scan.next(wants: { _ in false }) {
                case .frame: frames += 1
                case .damage(let part): found.append(part)
                case .end: break loop
                }
            }
            damage = found + damage
            position = scan.position
            if frames > 0 { break }
        }
        if let last = damage.indices.last, damage[last].lastSeq == nil, damage[last].firstSeq != nil {
            // A closed file was on the disk as a whole, so what does not check at its end is not a torn tail.
            damage[last].isTail = false
            damage[last].lastSeq = name.firstSeq - 1
        } else if name.firstSeq > position.nextSeq {
            damage.append(self.missing(position.nextSeq, name.firstSeq - 1, file: name.description))
        }
        if name.firstSeq > position.nextSeq { position.skip(to: name.firstSeq) }
        return position
    }

    /// Reads all of the last file, contents and chain included.
    private func check(
        _ name: LogFileName,
        from position: LogPosition,
        _ damage: inout [LogDamage]
    ) throws(EventLogError) -> LastFile {
        let scan = try LogFileScan(
            name,
            in: self.directory,
            disk: self.disk,
            position: position,
            checksChain: true
        )
        var last = LastFile(scan: scan)
        while true {
            switch try scan.next() {
            case .frame(let header):
                last.frames += 1
                last.rawSize += header.rawSize
                last.firstTime = last.firstTime ?? header.firstTime
                last.end = scan.offset
            case .damage(let part):
                if part.isTail {
                    last.torn = part
                } else {
                    last.damage.append(part)
                    last.end = scan.offset
                }
            case .end:
                let size = try scan.fileSize()
                last.isSealed = last.frames > 0 && last.torn == nil && size == last.end
                return last
            }
        }
    }

    /// Decides whether a tail that does not check is torn, or was once durable and is damaged.
    private func judgeTail(_ last: inout LastFile?, durableThrough: UInt64) -> LogDamage? {
        guard let torn = last?.torn, let first = torn.firstSeq else { return nil }
        guard first <= durableThrough else { return torn }
        var damage = torn
        damage.isTail = false
        damage.lastSeq = durableThrough
        last?.torn = nil
        last?.damage.append(damage)
        last?.end = torn.offset + torn.size
        return nil
    }

    /// Copies what counts of the last file to a new one, so that it is on the disk whatever the cache says.
    ///
    /// A file in order goes on being appended to. A damaged one is kept as it is, and a new one follows it.
    private func makeDurable(_ last: inout LastFile?, _ position: LogPosition) throws(EventLogError) -> OpenFile {
        let ahead = self.settings.zeroAhead
        let next = LogFileName(firstSeq: position.nextSeq)
        guard let last, last.frames > 0 || last.end > 0 || last.torn != nil else {
            return try onDisk { () throws(DiskError) in
                try OpenFile.create(next, in: self.directory, disk: self.disk, zeroAhead: ahead)
            }
        }
        let name = last.scan.name
        if let torn = last.torn { try self.putAside(torn, of: last.scan) }
        let content = OpenFile.Content(
            scan: last.scan,
            size: last.end,
            rawSize: last.rawSize,
            firstTime: last.firstTime
        )
        return try onDisk { () throws(DiskError) in
            if last.damage.isEmpty, !last.isSealed {
                return try OpenFile.create(
                    name,
                    in: self.directory,
                    disk: self.disk,
                    zeroAhead: ahead,
                    content: content
                )
            }
            if !last.isSealed {
                let copy = try OpenFile.create(
                    name,
                    in: self.directory,
                    disk: self.disk,
                    zeroAhead: 0,
                    content: content
                )
                self.disk.close(copy.file)
            }
            return try OpenFile.create(next, in: self.directory, disk: self.disk, zeroAhead: ahead)
        }
    }

    /// Keeps the bytes of a torn tail in a file of their own.
    private func putAside(_ torn: LogDamage, of scan: LogFileScan) throws(EventLogError) {
        let taken = Set(try onDisk { () throws(DiskError) in try self.disk.list(self.directory) })
        let free = (1...Self.tornFilesMax).lazy.map { "\(scan.name).\($0)\(LogFileName.tornSuffix)" }
            .first { !taken.contains($0) }
        let path = "\(self.directory)/\(free ?? "\(scan.name)\(LogFileName.tornSuffix)")"
        try onDisk { () throws(DiskError) in
            let file = try self.disk.open(path + LogFileName.temporarySuffix, .create)
            defer { self.disk.close(file) }
            try OpenFile.copy(scan, torn.offset..<(torn.offset + torn.size), to: file, disk: self.disk)
            try self.disk.sync(file)
            try self.disk.rename(path + LogFileName.temporarySuffix, to: path)
            try self.disk.syncDirectory(self.directory)
        }
    }

    private func tornFiles() throws(EventLogError) -> [String] {
        try onDisk { () throws(DiskError) in
            try self.disk.list(self.directory).filter { $0.hasSuffix(LogFileName.tornSuffix) }
        }
    }

    /// Jobs for the closed files that still have zeros behind their frames.
    private func unsealed(_ files: [LogFileName]) throws(EventLogError) -> [SealJob] {
        var jobs: [SealJob] = []
        for name in files {
            let job = SealJob(name: name, directory: self.directory, disk: self.disk, settings: self.settings)
            if try job.isNeeded() { jobs.append(job) }
        }
        return jobs
    }

    private func missing(_ first: UInt64, _ last: UInt64, file: String) -> LogDamage {
        LogDamage(file: file, offset: 0, size: 0, firstSeq: first, lastSeq: last, cause: .missing, isTail: false)
    }
}
