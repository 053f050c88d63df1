import EventLog
import Events
import Model

/// A log that is written with the times at which things happened elsewhere.
final class ImportedLog {
    /// Events that go into a frame: as many as a sealed file's frames have.
    private static let batch = 8_192

    private let writer: LogWriter
    private let node: NodeID
    private var json = JSONWriter(reserving: 4 << 20)
    private var count = 0
    private var times: ClosedRange<WallTime>?
    /// Events written so far.
    private(set) var events: Int64 = 0

    init(_ directory: DataDirectory, node: NodeID) throws {
        self.writer = try LogWriter(directory: directory.log)
        self.node = node
    }

    func append(_ event: Event, at: WallTime) throws {
        let seq = Int64(clamping: self.writer.nextSeq) + Int64(self.count)
        Envelope(seq: seq, at: at, node: self.node, event: event).write(to: &self.json)
        self.count += 1
        self.events += 1
        self.times = self.times.map { min($0.lowerBound, at)...max($0.upperBound, at) } ?? at...at
        if self.count == Self.batch { try self.flush() }
    }

    private func flush() throws {
        guard let times = self.times else { return }
        let count = self.count
        try self.json.withUnsafeBytes { lines in
            try self.writer.append(
                lines: lines,
                count: count,
                firstSeq: self.writer.nextSeq,
                firstTime: times.lowerBound,
                lastTime: times.upperBound
            )
        }
        self.json.removeAll()
        self.count = 0
        self.times = nil
        // By size alone: what is old here has just been written.
        _ = try self.writer.sealIfDue(now: times.lowerBound)
    }

    /// Brings everything to the disk.
    func finish() throws {
        try self.flush()
        try self.writer.sync()
    }

    /// The log's id.
    var log: LogID { self.writer.log }
}
