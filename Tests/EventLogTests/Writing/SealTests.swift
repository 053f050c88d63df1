import EventLog
import Model
import Testing

struct SealTests {
    private func filled(_ disk: MemoryDisk, frames: Int = 20) throws -> LogWriter {
        let writer = try LogWriter.open(disk)
        for _ in 0..<frames { try writer.append(next: 3) }
        return writer
    }

    @Test func `keeps every line and the chain, in fewer frames and bytes`() throws {
        let disk = MemoryDisk()
        let writer = try self.filled(disk)
        let before = try LogVerifier(directory: logDirectory, disk: disk)
        let sealed = try #require(try writer.seal())
        let after = try LogVerifier(directory: logDirectory, disk: disk)
        #expect(before.frames == 20 && after.frames == 8, "60 events, 8 a frame")
        #expect(after.chain == before.chain && after.isSound && after.events == 60)
        #expect(sealed.events == 60 && sealed.storedSize < sealed.storedSizeBefore)
        #expect(try read(disk).lines == lines(1...60))
        let bytes = try #require(disk.contents(path(1)))
        #expect(bytes.count == sealed.storedSize, "no zeros behind a sealed file")
    }

    @Test func `the writer goes on in a new file while the closed one is sealed`() throws {
        let disk = MemoryDisk()
        let writer = try self.filled(disk)
        let job = try #require(try writer.prepareSeal())
        #expect(writer.durableThrough == 60)
        try writer.append(next: 5)
        #expect(try read(disk).lines == lines(1...65))
        _ = try job.run()
        try writer.append(next: 5)
        try writer.sync()
        #expect(try read(disk).lines == lines(1...70))
        let verified = try LogVerifier(directory: logDirectory, disk: disk)
        #expect(verified.isSound && verified.files == 2 && verified.chain == writer.chain)
    }

    @Test func `an empty file is not sealed`() throws {
        let writer = try LogWriter.open(MemoryDisk())
        #expect(try writer.prepareSeal() == nil)
        #expect(try writer.seal() == nil)
    }

    @Test func `is due by size or by age`() throws {
        let disk = MemoryDisk()
        var settings = smallSettings()
        settings.sealRawSize = 1_000
        settings.sealAgeSeconds = 100
        let writer = try LogWriter.open(disk, settings: settings)
        #expect(try writer.sealIfDue(now: time(1_000_000)) == nil, "nothing to seal")
        try writer.append(next: 1)
        #expect(try writer.sealIfDue(now: time(100)) == nil)
        #expect(try writer.sealIfDue(now: time(101))?.firstSeq == 1)
        try writer.append(next: 12)
        #expect(try writer.sealIfDue(now: time(13))?.firstSeq == 2)
    }

    @Test func `what was closed and not sealed is offered at the next start`() throws {
        let disk = MemoryDisk()
        do {
            let writer = try self.filled(disk)
            _ = try writer.prepareSeal()
            try writer.append(next: 4)
            _ = try writer.prepareSeal()
        }
        let writer = try LogWriter.open(disk)
        #expect(writer.unsealed.map(\.firstSeq) == [1, 61])
        // The later one first: neither needs the other.
        for job in writer.unsealed.reversed() { _ = try job.run() }
        let verified = try LogVerifier(directory: logDirectory, disk: disk)
        #expect(verified.isSound && verified.events == 64)
        #expect(try LogWriter.open(disk).unsealed.isEmpty)
        #expect(try read(disk).lines == lines(1...64))
    }

    @Test func `a frame of a sealed file names one epoch`() throws {
        let disk = MemoryDisk()
        for _ in 0..<2 { try LogWriter.open(disk).append(next: 3) }
        try LogWriter.open(disk).seal()
        let verified = try LogVerifier(directory: logDirectory, disk: disk)
        #expect(verified.isSound && verified.frames == 2)
        #expect(try LogWriter.open(disk).epoch == 3, "an opening that wrote nothing leaves no trace")
    }

    @Test func `a damaged file is not sealed but kept`() throws {
        let disk = MemoryDisk()
        let writer = try self.filled(disk)
        let job = try #require(try writer.prepareSeal())
        var bytes = try #require(disk.contents(path(1)))
        bytes[frameOffsets(bytes)[3] + 120] ^= 1
        disk.put(path(1), bytes)
        #expect(throws: EventLogError.self) { _ = try job.run() }
        #expect(disk.contents(path(1)) == bytes)
        let next = try LogWriter.open(disk)
        #expect(next.isDegraded && next.nextSeq == 61)
        #expect(next.damage.map(\.firstSeq) == [10] && next.damage.map(\.lastSeq) == [12])
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `nothing is lost or doubled wherever sealing is interrupted`(_ seed: UInt64) throws {
        var operation = 0
        while true {
            let disk = MemoryDisk()
            let writer = try self.filled(disk, frames: 6)
            let job = try #require(try writer.prepareSeal())
            disk.fail(operation: disk.operations + operation, .crash)
            let finished = (try? job.run()) != nil
            disk.restart(.unsynced(seed: seed &* 1_000 &+ UInt64(operation)))
            let next = try LogWriter.open(disk)
            #expect(!next.isDegraded && next.nextSeq == 19 && next.torn == nil)
            for job in next.unsealed { _ = try job.run() }
            #expect(try read(disk).lines == lines(1...18))
            if finished { break }
            operation += 1
        }
        #expect(operation >= 5, "create, write, sync, rename, directory")
    }
}
