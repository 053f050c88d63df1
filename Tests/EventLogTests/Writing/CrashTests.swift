import EventLog
import Glibc
import Model
import TestSupport
import Testing

/// A log that is written by a script until something fails.
///
/// `attempted` are all lines that were handed to the writer, in order, one for each sequence number of this run.
struct ScriptedLog {
    /// Lines by sequence number, the first at index 0; what was lost in an earlier run is `nil`.
    var attempted: [String?] = []
    /// Events whose append returned.
    var written: UInt64 = 0
    /// Events whose sync returned.
    var acknowledged: UInt64 = 0
    /// Whether it stopped in a seal job, whose failure does not close the log.
    var isSealing = false
    var random: SeededRandom

    init(seed: UInt64) {
        self.random = SeededRandom(seed: seed)
    }

    /// Appends, syncs and seals until `steps` are done or one throws.
    mutating func run(_ writer: LogWriter, steps: Int, note: String = "") throws {
        for _ in 0..<steps {
            switch Int.random(in: 0..<20, using: &self.random) {
            case 0..<12:
                let count = UInt64.random(in: 1...4, using: &self.random)
                let batch = lines(writer.nextSeq...(writer.nextSeq + count - 1), note: note)
                self.attempted += batch
                try writer.append(batch)
                self.written = writer.nextSeq - 1
            case 12..<19:
                try writer.sync()
                self.acknowledged = writer.durableThrough
            default:
                guard let job = try writer.prepareSeal() else { continue }
                self.acknowledged = writer.durableThrough
                self.isSealing = true
                _ = try job.run()
                self.isSealing = false
            }
        }
    }

    /// Checks what stands in the log against what was written, then takes it as what is there.
    ///
    /// - Returns: How many events are missing before one that is there.
    @discardableResult
    mutating func compare(
        _ disk: MemoryDisk,
        atLeast durable: UInt64,
        _ what: String
    ) throws -> Int {
        let reading = try read(disk)
        var found = [String?](repeating: nil, count: Int(reading.seqs.last ?? 0))
        for (seq, line) in zip(reading.seqs, reading.lines) { found[Int(seq) - 1] = line }
        #expect(found.count <= self.attempted.count, "\(what): events that nobody wrote")
        #expect(found.count >= Int(durable), "\(what): \(durable) promised, \(found.count) found")
        for index in found.indices where index < self.attempted.count {
            if index < Int(durable) || self.attempted[index] == nil {
                #expect(found[index] == self.attempted[index], "\(what): event \(index + 1)")
            } else if let line = found[index] {
                #expect(line == self.attempted[index], "\(what): event \(index + 1)")
            }
        }
        for index in found.indices where found[index] == nil {
            let isNamed = reading.damage.contains {
                guard let first = $0.firstSeq, let last = $0.lastSeq else { return false }
                return (first...last).contains(UInt64(index + 1))
            }
            #expect(isNamed, "\(what): event \(index + 1) is missing and not named")
        }
        self.attempted = found
        return found.count { $0 == nil }
    }
}

struct CrashTests {
    private static let steps = 170

    /// Operations of the script when nothing fails.
    private func operations(seed: UInt64) throws -> Int {
        let disk = MemoryDisk()
        var log = ScriptedLog(seed: seed)
        try log.run(LogWriter.open(disk), steps: Self.steps)
        return disk.operations
    }

    /// Runs the script until the crash at `operation`.
    private func crashed(at operation: Int, seed: UInt64) -> (disk: MemoryDisk, log: ScriptedLog) {
        let disk = MemoryDisk()
        var log = ScriptedLog(seed: seed)
        disk.fail(operation: operation, .crash)
        do {
            try log.run(LogWriter.open(disk), steps: Self.steps)
        } catch {}
        return (disk, log)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `a crash at any operation loses nothing acknowledged, and nothing comes back`(_ seed: UInt64) throws {
        let count = try self.operations(seed: seed)
        #expect(count >= 200)
        for operation in 0..<count {
            var (disk, log) = self.crashed(at: operation, seed: seed)
            let what = "seed \(seed), operation \(operation)"
            disk.restart(.unsynced(seed: seed &* 10_000 &+ UInt64(operation)))
            var writer = try LogWriter.open(disk, durableThrough: log.acknowledged)
            try log.compare(disk, atLeast: log.acknowledged, what)
            #expect(writer.durableThrough == UInt64(log.attempted.count))
            // What was lost must stay lost, also when its numbers are given to others and power fails once more.
            try log.run(writer, steps: 6, note: "second")
            disk.restart(.unsynced(seed: seed &+ UInt64(operation)))
            writer = try LogWriter.open(disk, durableThrough: log.acknowledged)
            try log.compare(disk, atLeast: log.acknowledged, what + ", second time")
        }
    }

    @Test func `the death of the process loses nothing that was appended`() throws {
        for operation in try 0..<self.operations(seed: 4) {
            var (disk, log) = self.crashed(at: operation, seed: 4)
            disk.restart(.nothing)
            let writer = try LogWriter.open(disk)
            #expect(!writer.isDegraded && writer.torn == nil)
            let gaps = try log.compare(disk, atLeast: log.written, "operation \(operation)")
            #expect(gaps == 0)
            // Opening made it durable: a power loss right after takes nothing of it.
            disk.restart(.unsynced(seed: UInt64(operation)))
            _ = try LogWriter.open(disk)
            try log.compare(disk, atLeast: UInt64(log.attempted.count), "operation \(operation), power")
        }
    }

    @Test func `a crash at any operation of the recovery changes nothing`() throws {
        for operation in stride(from: 1, to: try self.operations(seed: 5), by: 2) {
            var (disk, log) = self.crashed(at: operation, seed: 5)
            disk.restart(.unsynced(seed: UInt64(operation)))
            var attempt = 0
            while true {
                disk.fail(operation: disk.operations + attempt, .crash)
                let writer = try? LogWriter.open(disk, durableThrough: log.acknowledged)
                disk.restart(.unsynced(seed: UInt64(operation &* 100 &+ attempt)))
                if writer != nil { break }
                attempt += 1
                try #require(attempt < 30)
            }
            try log.compare(disk, atLeast: log.acknowledged, "operation \(operation)")
            let writer = try LogWriter.open(disk, durableThrough: log.acknowledged)
            #expect(writer.nextSeq == UInt64(log.attempted.count) + 1)
        }
    }

    /// How an operation fails when nobody dies.
    struct Failure: CustomTestStringConvertible {
        var testDescription: String
        var operation: DiskOperation
        var fault: MemoryDisk.Fault
    }

    static let failures = [
        Failure(testDescription: "EIO at a sync", operation: .sync, fault: .error(EIO)),
        Failure(testDescription: "EIO at a write", operation: .write, fault: .error(EIO)),
        Failure(testDescription: "ENOSPC at a write", operation: .write, fault: .error(ENOSPC)),
        Failure(testDescription: "a short write", operation: .write, fault: .shortWrite(50, ENOSPC)),
        Failure(testDescription: "EROFS at a create", operation: .create, fault: .error(EROFS)),
        Failure(testDescription: "EMFILE at a create", operation: .create, fault: .error(EMFILE)),
        Failure(testDescription: "EIO at a rename", operation: .rename, fault: .error(EIO)),
        Failure(testDescription: "EIO at a directory's sync", operation: .syncDirectory, fault: .error(EIO)),
    ]

    @Test(arguments: failures, [true, false])
    func `after the first failure nothing is tried again, and opening anew puts it right`(
        _ failure: Failure,
        _ powerFailsFirst: Bool
    ) throws {
        var nth = 0
        while true {
            let disk = MemoryDisk()
            var log = ScriptedLog(seed: 6)
            disk.fail(failure.operation, nth: nth, failure.fault)
            let what = "\(failure.testDescription) number \(nth)"
            let writer = try? LogWriter.open(disk)
            if let writer {
                do {
                    try log.run(writer, steps: Self.steps)
                } catch {}
            }
            let trace = disk.trace
            let failed = trace.firstIndex { $0.failed }
            if let failed {
                #expect(failed == trace.count - 1, "\(what): nothing comes after it")
                if let writer, !log.isSealing {
                    let cause = try #require(writer.failure)
                    #expect(throws: EventLogError.failed(cause)) { try writer.append(next: 1) }
                    #expect(throws: EventLogError.failed(cause)) { try writer.sync() }
                    #expect(throws: EventLogError.failed(cause)) { try writer.prepareSeal() }
                    #expect(disk.trace == trace, "\(what): nothing more is tried")
                }
            }
            // Either power fails at once, or the process starts anew with a cache that shows what the disk does not have.
            disk.restart(powerFailsFirst ? .unsynced(seed: UInt64(nth)) : .nothing)
            _ = try LogWriter.open(disk, durableThrough: log.acknowledged)
            if let failed, trace[failed].operation == .sync, !trace[failed].path.hasSuffix(".tmp") {
                let again = disk.trace[trace.count...].contains {
                    $0.operation == .sync && $0.path == trace[failed].path
                }
                #expect(!again, "\(what): a failed sync is not tried again")
            }
            try log.compare(disk, atLeast: log.acknowledged, what)
            let kept = UInt64(log.attempted.count)
            disk.restart(.unsynced(seed: UInt64(nth)))
            _ = try LogWriter.open(disk, durableThrough: kept)
            try log.compare(disk, atLeast: kept, what + ", power")
            if failed == nil { break }
            nth += 1
        }
        #expect(nth > 0)
    }
}
