import EventLog
import Model
import Testing

/// Two at work on one log, one writing and one following.
///
///     writer                    reader (follows)
///     append, append            reads what is whole
///     half a frame              nothing new
///     the other half            reads it
///     rotates, seals, restarts  reads on in the next file, or in the one that took its place
struct FollowTests {
    /// A reader and what it read so far.
    private final class Follower {
        let reader: LogReader
        var seqs: [UInt64] = []
        var isTrue = true

        init(_ disk: any Disk, from: UInt64 = 1) throws {
            let options = LogReader.Options(from: from, follow: true)
            self.reader = try LogReader(directory: logDirectory, disk: disk, options: options)
        }

        func poll() throws {
            try self.reader.forEachLine { (seq, bytes) throws(Never) in
                self.seqs.append(seq)
                self.isTrue = self.isTrue && String(decoding: bytes, as: UTF8.self) == line(seq)
            }
        }
    }

    @Test func `reads on as frames come, over files, sealing and restarts`() throws {
        let disk = MemoryDisk()
        let follower = try Follower(disk)
        try follower.poll()
        #expect(follower.seqs.isEmpty)
        var writer = try LogWriter.open(disk)
        for round in 1...12 as ClosedRange<UInt64> {
            try writer.append(next: 3)
            if round % 2 == 0 { try follower.poll() }
            let job = round % 3 == 0 ? try writer.prepareSeal() : nil
            if round % 4 == 0 { writer = try LogWriter.open(disk) }
            try writer.append(next: 1)
            if round % 5 != 0 { try follower.poll() }
            _ = try job?.run()
        }
        try follower.poll()
        #expect(follower.seqs == Array(1...48) && follower.isTrue)
        #expect(follower.reader.damageCount == 0 && follower.reader.nextSeq == 49)
    }

    @Test func `never hands out a frame that is not whole`() throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        try writer.append(next: 2)
        let before = try #require(disk.contents(path(1)))
        try writer.append(next: 2)
        let after = try #require(disk.contents(path(1)))
        let start = frameOffsets(after)[1]
        let end = content(after).count
        let partial = MemoryDisk()
        partial.put(path(1), before)
        let follower = try Follower(partial)
        try follower.poll()
        #expect(follower.seqs == [1, 2])
        let file = try partial.open(path(1), .read)
        for offset in start..<end {
            // The last byte may happen to be what stood there before.
            try follower.poll()
            #expect(follower.seqs == [1, 2] || after[offset...] == (partial.contents(path(1)) ?? [])[offset...])
            try after[offset...offset].withUnsafeBytes { try partial.write(file, at: offset, $0) }
        }
        try follower.poll()
        #expect(follower.seqs == [1, 2, 3, 4] && follower.isTrue && follower.reader.damageCount == 0)
    }

    @Test func `begins anywhere, in the middle of a sealed frame too`() throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        for _ in 0..<8 { try writer.append(next: 3) }
        try writer.seal()
        try writer.append(next: 4)
        for from in 1...30 as ClosedRange<UInt64> {
            let follower = try Follower(disk, from: from)
            try follower.poll()
            #expect(follower.seqs == Array(from..<max(from, 29)) && follower.isTrue)
        }
        let late = try Follower(disk, from: 28)
        try late.poll()
        try writer.append(next: 2)
        try late.poll()
        #expect(late.seqs == [28, 29, 30])
    }

    @Test func `names damage once something valid follows it`() throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        for _ in 0..<3 { try writer.append(next: 2) }
        var bytes = try #require(disk.contents(path(1)))
        bytes[frameOffsets(bytes)[1] + 110] ^= 4
        disk.put(path(1), bytes)
        let follower = try Follower(disk)
        try follower.poll()
        #expect(follower.seqs == [1, 2, 5, 6])
        #expect(follower.reader.damage.map(\.firstSeq) == [3] && follower.reader.damage.map(\.lastSeq) == [4])
    }
}
