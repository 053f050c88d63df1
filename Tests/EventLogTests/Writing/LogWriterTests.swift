import EventLog
import Model
import Testing

struct LogWriterTests {
    @Test func `what is appended is read back, numbered from 1`() throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        #expect(writer.nextSeq == 1 && writer.durableThrough == 0 && writer.epoch == 1)
        try writer.append(lines(1...3))
        try writer.append(lines(4...4))
        #expect(writer.nextSeq == 5 && writer.durableThrough == 0)
        try writer.sync()
        #expect(writer.durableThrough == 4)
        let reading = try read(disk)
        #expect(reading == Reading(lines: lines(1...4), seqs: [1, 2, 3, 4], damage: []))
    }

    @Test func `a batch is one write, and a sync without news is none`() throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk, settings: smallSettings(zeroAhead: 65_536))
        let before = disk.operations
        try writer.append(next: 5)
        try writer.sync()
        try writer.sync()
        #expect(disk.trace[before...].map(\.operation) == [.write, .sync])
    }

    struct Refusal: CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var count = 1
        var seq: UInt64 = 1
        var lastTime: UInt64 = 1
        var error: EventLogError
    }

    static let refusals = [
        Refusal(testDescription: "wrong number", text: "{}\n", seq: 2, error: .sequence(expected: 1, found: 2)),
        Refusal(testDescription: "no newline", text: "{}\n{}", count: 2, error: .lines(expected: 2, found: 1)),
        Refusal(testDescription: "rest without newline", text: "{}\n{}", error: .lines(expected: 1, found: 1)),
        Refusal(testDescription: "an empty line", text: "{}\n\n", count: 2, error: .lines(expected: 2, found: 1)),
        Refusal(testDescription: "nothing", text: "", count: 0, error: .lines(expected: 0, found: 0)),
        Refusal(testDescription: "miscounted", text: "{}\n{}\n", error: .lines(expected: 1, found: 2)),
        Refusal(testDescription: "ends before it begins", text: "{}\n", lastTime: 0, error: .time),
        Refusal(
            testDescription: "a line too long",
            text: String(repeating: "x", count: 4 << 20) + "\n",
            error: .lineTooLong(size: (4 << 20) + 1, allowed: 4 << 20)
        ),
    ]

    @Test(arguments: refusals)
    func `refuses a batch that is not what it says, and goes on`(_ refusal: Refusal) throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        let operations = disk.operations
        #expect(throws: refusal.error) {
            try writer.append(
                lines: Array(refusal.text.utf8),
                count: refusal.count,
                firstSeq: refusal.seq,
                firstTime: time(1),
                lastTime: time(refusal.lastTime)
            )
        }
        #expect(disk.operations == operations)
        try writer.append(next: 2)
        #expect(try read(disk).lines == lines(1...2))
    }

    @Test func `a batch over 4 MiB becomes several frames`() throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        let long = String(repeating: "x", count: 1_500_000)
        try writer.append((1...5).map { line($0, note: long) })
        #expect(writer.nextSeq == 6)
        let verified = try LogVerifier(directory: logDirectory, disk: disk)
        #expect(verified.isSound && verified.frames == 3 && verified.events == 5)
        #expect(verified.chain == writer.chain)
    }

    @Test func `every opening counts, and the log keeps its name`() throws {
        let disk = MemoryDisk()
        for epoch in 1...3 {
            let writer = try LogWriter.open(disk)
            #expect(writer.epoch == UInt64(epoch) && writer.log == testLog)
            try writer.append(next: 2)
        }
        #expect(try read(disk).lines == lines(1...6))
        #expect(try LogVerifier(directory: logDirectory, disk: disk).isSound)
    }

    @Test func `zeros always stand behind the last frame`() throws {
        let disk = MemoryDisk()
        let writer = try LogWriter.open(disk)
        for count: UInt64 in [1, 40, 3, 200, 1, 1, 1, 90] {
            try writer.append(next: count)
            let bytes = disk.contents(path(1)) ?? []
            let padding = Array(bytes[content(bytes).count...])
            #expect(padding.count >= 512 && padding[12...].allSatisfy { $0 == 0 })
            #expect(padding[..<4] == [0x5E, 0x2A, 0x4D, 0x18])
            let size = (0..<4).reduce(0) { $0 | Int(padding[4 + $1]) << ($1 * 8) }
            #expect(size == padding.count - 8, "so that zstd skips to the end of the file")
        }
    }
}
