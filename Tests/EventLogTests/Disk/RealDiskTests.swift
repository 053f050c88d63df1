import Glibc
import Model
import Testing

@testable import EventLog

struct RealDiskTests {
    private let directory = TemporaryDirectory()

    @Test func `a log is readable with zstd and jq alone, open or sealed`() throws {
        let path = self.directory.path + "/log"
        let writer = try LogWriter.open(RealDisk(), directory: path)
        for count: UInt64 in [1, 7, 30] { try writer.append(next: count) }
        try writer.sync()
        let open = shell("zstdcat \(path)/*.zst")
        #expect(open.status == 0 && open.output == lines(1...38).joined(separator: "\n") + "\n")
        try writer.seal()
        try writer.append(next: 2)
        try writer.sync()
        let both = shell("zstdcat \(path)/*.zst")
        #expect(both.status == 0 && both.output == lines(1...40).joined(separator: "\n") + "\n")
        let sum = shell("zstdcat \(path)/*.zst | jq -s 'map(.seq) | add'")
        #expect(sum.status == 0 && sum.output == "820\n")
        #expect(shell("zstd -tq \(path)/00000000000000000001.jsonl.zst").status == 0)
    }

    @Test func `the usual sizes work, and a start after a stop continues`() throws {
        let path = self.directory.path + "/log"
        do {
            let writer = try LogWriter.open(RealDisk(), directory: path, settings: LogSettings())
            try writer.append(next: 3)
            try writer.sync()
        }
        let writer = try LogWriter.open(RealDisk(), directory: path, settings: LogSettings())
        try writer.append(next: 2)
        try writer.sync()
        #expect(writer.epoch == 2 && !writer.isDegraded && writer.torn == nil)
        #expect(try read(RealDisk(), directory: path).lines == lines(1...5))
        let size = try RealDisk().status("\(path)/00000000000000000001.jsonl.zst")?.size ?? 0
        #expect(size >= LogSettings().zeroAhead, "zeros ahead")
    }

    @Test func `files and directories are their owner's only`() throws {
        let path = self.directory.path + "/log"
        let writer = try LogWriter.open(RealDisk(), directory: path)
        try writer.append(next: 1)
        #expect(shell("stat -c %a \(path) \(path)/*").output == "700\n600\n")
    }

    @Test func `errors name what was done, to which file, and why`() throws {
        let disk = RealDisk()
        let none = self.directory.path + "/none"
        #expect(throws: DiskError(.open, none, code: ENOENT)) { try disk.open(none, .read) }
        #expect(throws: DiskError(.list, none, code: ENOENT)) { try disk.list(none) }
        #expect(throws: DiskError(.remove, none, code: ENOENT)) { try disk.remove(none) }
        #expect(throws: DiskError(.rename, none, code: ENOENT)) { try disk.rename(none, to: none + "2") }
        #expect(throws: DiskError(.syncDirectory, none, code: ENOENT)) { try disk.syncDirectory(none) }
        #expect(throws: DiskError(.createDirectory, none + "/deep", code: ENOENT)) {
            try disk.createDirectory(none + "/deep")
        }
        #expect(try disk.status(none) == nil)
        #expect("\(DiskError(.write, "a", code: ENOSPC))" == "write a: No space left on device")
        let file = try disk.open(none, .create)
        disk.close(file)
        #expect(throws: DiskError(.sync, none, code: EBADF)) { try disk.sync(file) }
        #expect(throws: DiskError(.write, none, code: EBADF)) {
            try [1].withUnsafeBytes { try disk.write(file, at: 0, $0) }
        }
    }

    @Test func `a full disk closes the log with its reason`() throws {
        // A file size limit gives a write that fails in the middle, as a full disk does, without filling one.
        #expect(throws: DiskError.self) {
            let file = DiskFile(number: -1, path: "/dev/full")
            try [1].withUnsafeBytes { try RealDisk().write(file, at: 0, $0) }
        }
        let full = try RealDisk().open("/dev/full", .create)
        defer { RealDisk().close(full) }
        #expect(throws: DiskError(.write, "/dev/full", code: ENOSPC)) {
            try [1].withUnsafeBytes { try RealDisk().write(full, at: 0, $0) }
        }
    }

    struct Call: CustomTestStringConvertible {
        var testDescription: String
        var answers: [Transfer.Outcome]
        var transfer: Transfer
    }

    static let calls = [
        Call(testDescription: "at once", answers: [.moved(10)], transfer: Transfer(count: 10, code: nil)),
        Call(
            testDescription: "in parts",
            answers: [.moved(3), .moved(6), .moved(1)],
            transfer: Transfer(count: 10, code: nil)
        ),
        Call(
            testDescription: "with signals between",
            answers: [.failed(EINTR), .moved(9), .failed(EINTR), .moved(1)],
            transfer: Transfer(count: 10, code: nil)
        ),
        Call(
            testDescription: "until the end",
            answers: [.moved(4), .moved(0)],
            transfer: Transfer(count: 4, code: nil)
        ),
        Call(
            testDescription: "until the disk is full",
            answers: [.moved(4), .failed(ENOSPC)],
            transfer: Transfer(count: 4, code: ENOSPC)
        ),
    ]

    @Test(arguments: calls)
    func `goes on until all is moved`(_ call: Call) {
        var answers = call.answers
        var done: [Int] = []
        let transfer = Transfer.whole(10) {
            done.append($0)
            return answers.removeFirst()
        }
        #expect(transfer == call.transfer && answers.isEmpty)
        #expect(done == done.sorted() && done.first == 0)
    }
}
