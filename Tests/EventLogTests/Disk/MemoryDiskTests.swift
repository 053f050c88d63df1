import EventLog
import Glibc
import Testing

struct MemoryDiskTests {
    private func write(_ disk: MemoryDisk, _ file: DiskFile, _ bytes: [UInt8], at offset: Int = 0) throws(DiskError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(DiskError) in
            try disk.write(file, at: offset, UnsafeRawBufferPointer(buffer))
        }
    }

    /// A seed for each way to survive, found by what becomes of one unsynced write.
    private func outcomes(_ body: (MemoryDisk) throws -> Void) rethrows -> Set<[UInt8]?> {
        var found: Set<[UInt8]?> = []
        for seed in 0..<40 as Range<UInt64> {
            let disk = MemoryDisk()
            try body(disk)
            disk.restart(.unsynced(seed: seed))
            found.insert(disk.contents("d/f"))
        }
        return found
    }

    @Test func `what was synced, name and bytes, always survives`() throws {
        let outcomes = try self.outcomes { disk in
            let file = try disk.open("d/f", .create)
            try self.write(disk, file, [1, 2, 3])
            try disk.sync(file)
            try disk.syncDirectory("d")
        }
        #expect(outcomes == [[1, 2, 3]])
    }

    @Test func `an unsynced write survives or not`() throws {
        let outcomes = try self.outcomes { disk in
            disk.put("d/f", [1, 2, 3])
            try self.write(disk, disk.open("d/f", .read), [9], at: 1)
        }
        #expect(outcomes == [[1, 2, 3], [1, 9, 3]])
    }

    @Test func `a write may be torn between sectors, and later ones may survive earlier ones`() throws {
        let (old, new) = ([UInt8](repeating: 0, count: 1_024), [UInt8](repeating: 1, count: 1_024))
        let outcomes = try self.outcomes { disk in
            disk.put("d/f", old)
            try self.write(disk, disk.open("d/f", .read), new)
        }
        #expect(outcomes == [old, new, Array(new[..<512] + old[512...]), Array(old[..<512] + new[512...])])
    }

    @Test func `a name that was not synced may be gone or old, whatever its file`() throws {
        let created = try self.outcomes { disk in
            try disk.sync(disk.open("d/f", .create))
        }
        #expect(created == [nil, []])
        let renamed = try self.outcomes { disk in
            disk.put("d/f", [1])
            disk.put("d/g", [2])
            try disk.rename("d/g", to: "d/f")
        }
        #expect(renamed == [[1], [2]])
    }

    @Test func `after a failed sync reads show what the disk never gets`() throws {
        let outcomes = try self.outcomes { disk in
            disk.put("d/f", [1])
            let file = try disk.open("d/f", .read)
            try self.write(disk, file, [2])
            disk.fail(.sync, nth: 0, .error(EIO))
            #expect(throws: DiskError(.sync, "d/f", code: EIO)) { try disk.sync(file) }
            try disk.sync(file)
            #expect(disk.contents("d/f") == [2])
        }
        #expect(outcomes == [[1]])
    }

    @Test func `the process may die without the disk noticing`() throws {
        let disk = MemoryDisk()
        let file = try disk.open("d/f", .create)
        try self.write(disk, file, [7])
        disk.fail(operation: disk.operations, .crash)
        #expect(throws: DiskError(.sync, "d/f", code: ECANCELED)) { try disk.sync(file) }
        #expect(throws: DiskError(.write, "d/f", code: ECANCELED)) { try self.write(disk, file, [8]) }
        disk.restart(.nothing)
        #expect(disk.contents("d/f") == [7])
        #expect(throws: DiskError(.sync, "d/f", code: EBADF)) { try disk.sync(file) }
    }

    @Test func `a short write leaves what it wrote and is in the trace`() throws {
        let disk = MemoryDisk()
        let file = try disk.open("d/f", .create)
        disk.fail(.write, nth: 0, .shortWrite(2, ENOSPC))
        #expect(throws: DiskError(.write, "d/f", code: ENOSPC)) { try self.write(disk, file, [1, 2, 3]) }
        #expect(disk.contents("d/f") == [1, 2])
        #expect(disk.trace.map(\.operation) == [.create, .write] && disk.trace.map(\.failed) == [false, true])
    }
}
