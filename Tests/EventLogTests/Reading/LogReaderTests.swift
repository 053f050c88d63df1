import EventLog
import Glibc
import Model
import Testing

struct LogReaderTests {
    private func log() throws -> MemoryDisk {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        for _ in 0..<4 { try writer.append(next: 5) }
        try writer.seal()
        for _ in 0..<4 { try writer.append(next: 5) }
        return disk
    }

    @Test func `an absent log is empty`() throws {
        #expect(try read(MemoryDisk()) == Reading())
        #expect(try read(RealDisk(), directory: "/nonexistent/log") == Reading())
    }

    @Test func `reads from any event on`() throws {
        let disk = try self.log()
        for from in 1...42 as ClosedRange<UInt64> {
            let reading = try read(disk, options: LogReader.Options(from: from))
            #expect(reading.seqs == Array(from..<max(from, 41)) && reading.damage.isEmpty, "from \(from)")
        }
    }

    @Test func `leaves out frames of other times`() throws {
        let options = LogReader.Options(times: time(18)...time(22))
        let reading = try read(try self.log(), options: options)
        // Sealed frames, of 8 events, may have all the times of the batches they are made of: here 6–20 and 16–20.
        #expect(reading.seqs == Array(9...25))
        #expect(reading.lines == lines(9...25) && reading.damage.isEmpty)
    }

    @Test func `files that are gone are named`() throws {
        let disk = try self.log()
        let writer = try LogWriter.open(disk)
        try writer.seal()
        try writer.append(next: 1)
        try disk.remove(path(21))
        let reading = try read(disk)
        #expect(reading.seqs == Array(1...20) + [41])
        #expect(reading.damage.map(\.cause) == [.missing])
        #expect(reading.damage.first?.firstSeq == 21 && reading.damage.first?.lastSeq == 40)
        #expect(
            reading.damage.first?.description
                == "00000000000000000041.jsonl.zst, byte 0, 0 bytes: missing, events 21 to 40 lost"
        )
        try disk.remove(path(1))
        #expect(try read(disk).damage.map(\.lastSeq) == [40])
    }

    @Test func `other files in the directory are not its business`() throws {
        let disk = try self.log()
        for name in [
            "README", "1.jsonl.zst", path(99) + ".tmp", path(98) + ".1.torn", "00000000000000000000.jsonl.zst",
        ] {
            disk.put("\(logDirectory)/\(name.split(separator: "/").last ?? "")", [1, 2, 3])
        }
        let reading = try read(disk)
        #expect(reading.seqs == Array(1...40) && reading.damage.isEmpty)
        let writer = try LogWriter.open(disk)
        #expect(writer.nextSeq == 41 && !writer.isDegraded && writer.tornFiles.count == 1)
        #expect(disk.contents(path(99) + ".tmp") == nil && disk.contents("\(logDirectory)/README") == [1, 2, 3])
    }

    @Test func `a disk that cannot be read is an error, not damage`() throws {
        let disk = try self.log()
        disk.fail(.read, nth: 0, .error(EIO))
        #expect(throws: EventLogError.disk(DiskError(.read, path(1), code: EIO))) { try read(disk) }
    }

    @Test func `counts events and bytes by type`() throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        let texts = [
            line(1, type: "a.b"), line(2, type: "c.d", note: "long enough to be first"), line(3, type: "a.b"),
            "{\"seq\":4}", "{\"seq\":5,\"note\":\"\\\"type\\\":\\\"x\",\"type\":\"c.d\"}", "{\"type\":\"unended",
        ]
        try writer.append(texts)
        let statistics = try LogStatistics(directory: logDirectory, disk: disk)
        #expect(statistics.events == 6 && statistics.frames == 1 && statistics.damageCount == 0)
        #expect(statistics.rawBytes == UInt64(texts.map { $0.utf8.count + 1 }.reduce(0, +)))
        #expect(statistics.firstTime == time(1) && statistics.lastTime == time(6))
        #expect(statistics.storedBytes == UInt64(content(disk.contents(path(1)) ?? []).count))
        let bytes = { (indices: [Int]) in UInt64(indices.map { texts[$0].utf8.count + 1 }.reduce(0, +)) }
        let expected = [
            LogStatistics.TypeCount(type: "a.b", events: 2, rawBytes: bytes([0, 2])),
            LogStatistics.TypeCount(type: "c.d", events: 2, rawBytes: bytes([1, 4])),
            LogStatistics.TypeCount(type: "(other)", events: 2, rawBytes: bytes([3, 5])),
        ]
        #expect(Set(statistics.types) == Set(expected))
        #expect(statistics.types.map(\.rawBytes) == statistics.types.map(\.rawBytes).sorted(by: >))
    }

    @Test func `types beyond the most that are told apart are counted together`() throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        try writer.append((1...1_100).map { line($0, type: "t\($0)") })
        let statistics = try LogStatistics(directory: logDirectory, disk: disk)
        #expect(statistics.types.count == LogStatistics.typesMax)
        #expect(statistics.types.first { $0.type == LogStatistics.otherType }?.events == 1_100 - 1_023)
    }
}
