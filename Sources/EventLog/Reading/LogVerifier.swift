/// Reads a whole log and names everything in it that does not check: frames, contents, order and hash chain.
package struct LogVerifier: Hashable, Sendable {
    /// Log files.
    package var files = 0
    /// Frames that check.
    package var frames = 0
    /// Events in them.
    package var events: UInt64 = 0
    /// The last event; 0 for an empty log.
    package var lastSeq: UInt64 = 0
    /// The chain value at the end; `nil` for an empty log.
    package var chain: ChainValue?
    /// Every range that does not check, at most ``LogReader/damageMax`` of them.
    ///
    /// A last one with ``LogDamage/isTail`` may be a write that is just going on.
    package var damage: [LogDamage] = []
    /// Ranges that do not check, those not in ``damage`` included.
    package var damageCount = 0
    /// Tails that recovery put aside, by name.
    package var tornFiles: [String] = []

    /// Whether all is as it was written.
    package var isSound: Bool { self.damageCount == 0 }

    /// Verifies the log in `directory`.
    ///
    /// O(n) in the size of the log: about as long as decompressing and hashing it takes.
    package init(directory: String, disk: any Disk = RealDisk()) throws(EventLogError) {
        let names = try onDisk { () throws(DiskError) in try disk.list(directory) }
        self.files = LogFileName.all(in: names).count
        self.tornFiles = names.filter { $0.hasSuffix(LogFileName.tornSuffix) }
        var options = LogReader.Options()
        options.checksChain = true
        let reader = try LogReader(directory: directory, disk: disk, options: options)
        while let frame = try reader.nextFrame() { self.count(frame.header) }
        self.damage = reader.damage
        self.damageCount = reader.damageCount
    }

    private mutating func count(_ header: FrameHeader) {
        self.frames += 1
        self.events += UInt64(header.count)
        self.lastSeq = header.lastSeq
        self.chain = header.chain
    }
}
