import Dispatch
import EventLog
import Glibc
import Model
import Testing

/// Syncs that are begun on the writer's thread and run on another.
struct LogSyncTests {
    @Test func `what was appended before it began is durable, what came later is not`() throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        #expect(try writer.beginSync() == nil, "nothing to do")
        let before = disk.operations
        try writer.append(next: 3)
        let sync = try #require(try writer.beginSync())
        #expect(sync.through == 3 && writer.isSyncing)
        try writer.append(next: 2)
        #expect(try writer.beginSync() == nil, "one at a time")
        sync.run()
        #expect(writer.durableThrough == 0, "the writer has not looked")
        try writer.settleSync(waits: false)
        #expect(writer.durableThrough == 3 && !writer.isDurable && !writer.isSyncing)
        let next = try #require(try writer.beginSync())
        #expect(next.through == 5)
        next.run()
        next.run()
        try writer.settleSync(waits: false)
        #expect(writer.isDurable)
        #expect(disk.trace[before...].filter { $0.operation == .sync }.count == 2, "each runs once")
    }

    @Test func `the writer's own sync and a new file wait for the one under way`() throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        try writer.append(next: 3)
        let sync = try #require(try writer.beginSync())
        let before = disk.operations
        try writer.append(next: 1)
        // Nobody has run it, so the writer does.
        try writer.sync()
        #expect(writer.durableThrough == 4 && !writer.isSyncing)
        #expect(disk.trace[before...].map(\.operation).filter { $0 == .sync }.count == 2)
        sync.run()
        #expect(disk.trace[before...].map(\.operation).filter { $0 == .sync }.count == 2)
        try writer.append(next: 1)
        _ = try writer.beginSync()
        #expect(try writer.prepareSeal()?.run().events == 5)
        #expect(try read(disk).lines == lines(1...5))
    }

    @Test func `one that fails closes the log, and is not tried again`() throws {
        for isSettledBySync in [false, true] {
            let disk = MemoryDisk()
            let writer = try LogWriter.open(disk)
            try writer.append(next: 3)
            let sync = try #require(try writer.beginSync())
            disk.fail(.sync, nth: 0, .error(EIO))
            sync.run()
            try writer.append(next: 1)
            let before = disk.operations
            #expect(throws: EventLogError.self) {
                if isSettledBySync { try writer.sync() } else { try writer.settleSync(waits: false) }
            }
            #expect(writer.durableThrough == 0 && writer.failure?.code == EIO)
            #expect(throws: EventLogError.self) { try writer.sync() }
            #expect(throws: EventLogError.self) { try writer.append(next: 1) }
            #expect(throws: EventLogError.self) { _ = try writer.beginSync() }
            sync.run()
            #expect(disk.operations == before)
        }
    }

    @Test func `whoever comes while it runs waits, and it runs once`() throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        for round in 0..<50 as Range<UInt64> {
            try writer.append(next: 1)
            let before = disk.operations
            let sync = try #require(try writer.beginSync())
            let ended = DispatchSemaphore(value: 0)
            DispatchQueue.global().async {
                sync.run()
                ended.signal()
            }
            try writer.settleSync(waits: true)
            #expect(writer.durableThrough == round + 1)
            ended.wait()
            #expect(disk.operations == before + 1)
        }
    }

    @Test func `a power loss takes nothing that it acknowledged`() throws {
        for seed in 0..<40 as Range<UInt64> {
            let disk = MemoryDisk()
            do {
                let writer = try LogWriter.open(disk)
                try writer.append(next: 3)
                let sync = try #require(try writer.beginSync())
                try writer.append(next: 2)
                sync.run()
                try writer.settleSync(waits: false)
                try writer.append(next: 2)
            }
            disk.restart(.unsynced(seed: seed))
            let writer = try LogWriter.open(disk, durableThrough: 3)
            #expect(writer.nextSeq >= 4 && !writer.isDegraded)
            #expect(try Array(read(disk).lines.prefix(3)) == lines(1...3))
        }
    }
}
