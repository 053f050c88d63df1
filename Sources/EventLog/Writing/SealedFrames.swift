import Glibc
import Model

/// Gathers lines of small frames into large ones, and writes them.
struct SealedFrames {
    let disk: any Disk
    let file: DiskFile
    let builder: FrameBuilder
    /// Where the next frame goes.
    private(set) var end = 0
    /// Bytes of all lines written.
    private(set) var rawSize = 0

    private let lines = Scratch(capacity: FrameHeader.rawSizeMax)
    private var gathered = 0
    private var header: FrameHeader?

    init(disk: any Disk, file: DiskFile, builder: FrameBuilder) {
        self.disk = disk
        self.file = file
        self.builder = builder
    }

    /// Takes the lines of a frame in; `chainBefore` is the chain value before its first event.
    mutating func add(
        _ frame: FrameHeader,
        _ lines: UnsafeRawBufferPointer,
        chainBefore: ChainValue?,
        _ settings: LogSettings
    ) throws(EventLogError) {
        // A frame names one epoch only.
        if let header, header.epoch != frame.epoch { try self.flush() }
        var chain = chainBefore ?? ChainValue(beforeFirstOf: frame.log)
        var seq = frame.firstSeq
        for line in Lines(lines) {
            let size = line.count + 1
            if let header, header.count >= settings.sealedFrameEvents || self.gathered + size > FrameHeader.rawSizeMax {
                try self.flush()
            }
            chain.extend(line)
            self.gather(line, seq, frame, chain)
            seq += 1
        }
    }

    private mutating func gather(
        _ line: UnsafeRawBufferPointer,
        _ seq: UInt64,
        _ frame: FrameHeader,
        _ chain: ChainValue
    ) {
        var header = self.header ?? frame
        if self.header == nil {
            header.firstSeq = seq
            header.count = 0
        }
        header.count += 1
        header.firstTime = min(header.firstTime, frame.firstTime)
        header.lastTime = max(header.lastTime, frame.lastTime)
        header.chain = chain
        self.header = header
        let room = UnsafeMutableRawBufferPointer(rebasing: self.lines.bytes[self.gathered...])
        room.copyMemory(from: line)
        room[line.count] = UInt8(ascii: "\n")
        self.gathered += line.count + 1
    }

    /// Writes what is gathered as a frame.
    mutating func flush() throws(EventLogError) {
        guard let header else { return }
        let frame = try self.builder.frame(header, lines: self.lines.prefix(self.gathered))
        let (disk, file, end) = (self.disk, self.file, self.end)
        try onDisk { () throws(DiskError) in try disk.write(file, at: end, frame.bytes) }
        self.end += frame.header.totalSize
        self.rawSize += self.gathered
        self.gathered = 0
        self.header = nil
    }
}
