import EventLog
import Glibc
import Model

/// The directory that logs in memory stand in.
let logDirectory = "log"

/// The id of every log that tests make.
let testLog = LogID(high: 0x0011_2233_4455_4677, low: 0x8899_AABB_CCDD_EEFF)

/// Sizes at which little logs behave as large ones do.
func smallSettings(zeroAhead: Int = 2_048, zeroStep: Int = 512, sealedFrameEvents: Int = 8) -> LogSettings {
    var settings = LogSettings()
    settings.zeroAhead = zeroAhead
    settings.zeroStep = zeroStep
    settings.sealedFrameEvents = sealedFrameEvents
    return settings
}

/// The moment of an event: one second for each sequence number.
func time(_ seq: UInt64) -> WallTime { WallTime(seconds: 1_800_000_000 + Int64(seq % 1_000_000_000)) }

/// A line as the product writes it, `note` telling apart lines that have the same number.
func line(_ seq: UInt64, type: String = "connection.opened", note: String = "") -> String {
    "{\"seq\":\(seq),\"at\":\"\(time(seq))\",\"type\":\"\(type)\",\"v\":1,\"node\":\"a\",\"note\":\"\(note)\"}"
}

/// The lines of `seqs`.
func lines(_ seqs: ClosedRange<UInt64>, note: String = "") -> [String] { seqs.map { line($0, note: note) } }

extension LogWriter {
    /// A writer of a little log.
    static func open(
        _ disk: any Disk,
        directory: String = logDirectory,
        settings: LogSettings = smallSettings(),
        durableThrough: UInt64 = 0
    ) throws(EventLogError) -> LogWriter {
        try LogWriter(
            directory: directory,
            disk: disk,
            settings: settings,
            durableThrough: durableThrough,
            newLog: { testLog }
        )
    }

    /// Appends lines as one batch.
    func append(_ lines: [String]) throws(EventLogError) {
        let first = self.nextSeq
        try self.append(
            lines: Array((lines.joined(separator: "\n") + "\n").utf8),
            count: lines.count,
            firstSeq: first,
            firstTime: time(first),
            lastTime: time(first + UInt64(max(lines.count, 1)) - 1)
        )
    }

    /// Appends the next `count` lines as one batch.
    func append(next count: UInt64, note: String = "") throws(EventLogError) {
        try self.append(EventLogTests.lines(self.nextSeq...(self.nextSeq + count - 1), note: note))
    }
}

/// What a reader made of a log.
struct Reading: Equatable {
    var lines: [String] = []
    var seqs: [UInt64] = []
    var damage: [LogDamage] = []
}

/// Reads a whole log.
func read(
    _ disk: any Disk,
    directory: String = logDirectory,
    options: LogReader.Options = LogReader.Options()
) throws -> Reading {
    let reader = try LogReader(directory: directory, disk: disk, options: options)
    var reading = Reading()
    try reader.forEachLine { (seq, line) throws(Never) in
        reading.seqs.append(seq)
        reading.lines.append(String(decoding: line, as: UTF8.self))
    }
    reading.damage = reader.damage
    return reading
}

/// The path of the log file whose first event is `seq`.
func path(_ seq: UInt64) -> String {
    let number = String(seq)
    return "\(logDirectory)/" + String(repeating: "0", count: 20 - number.count) + number + ".jsonl.zst"
}

/// Where the frames of a file start, each found by its magic.
func frameOffsets(_ bytes: [UInt8]) -> [Int] {
    bytes.indices.filter { $0 + 4 <= bytes.count && Array(bytes[$0..<($0 + 4)]) == [0x5B, 0x2A, 0x4D, 0x18] }
}

/// The frames of a file, without the padding and the zeros behind them.
func content(_ bytes: [UInt8]) -> [UInt8] {
    guard let last = frameOffsets(bytes).last else { return [] }
    let storedSize = (0..<4).reduce(0) { $0 | Int(bytes[last + 68 + $1]) << ($1 * 8) }
    return Array(bytes[..<(last + 108 + storedSize)])
}

/// The bytes up to the last one that is not zero.
func withoutZeros(_ bytes: [UInt8]) -> [UInt8] {
    Array(bytes[..<((bytes.lastIndex { $0 != 0 } ?? -1) + 1)])
}

/// A disk with one file of the log on it.
func disk(with bytes: [UInt8], seq: UInt64 = 1) -> MemoryDisk {
    let disk = MemoryDisk()
    disk.put(path(seq), bytes)
    return disk
}

/// The bytes of a little log: frames of `counts` events.
func smallLog(_ counts: [UInt64], settings: LogSettings = smallSettings()) throws -> [UInt8] {
    let disk = MemoryDisk()
    let writer = try LogWriter.open(disk, settings: settings)
    for count in counts { try writer.append(next: count) }
    try writer.sync()
    return disk.contents(path(1)) ?? []
}

extension [UInt8] {
    /// Two hexadecimal digits for each byte.
    var hexadecimal: String { self.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

    /// Reads pairs of hexadecimal digits; whitespace is left out.
    init(hexadecimal text: String) {
        let digits = text.filter { !$0.isWhitespace }.compactMap { $0.hexDigitValue }
        self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

/// A directory of the real file system that goes when it is let go.
final class TemporaryDirectory {
    let path: String

    init() {
        var template = Array("/tmp/event-log-XXXXXX".utf8CString)
        self.path = mkdtemp(&template).map { String(cString: $0) } ?? ""
        precondition(!self.path.isEmpty, "no temporary directory: errno \(errno)")
    }

    deinit {
        self.remove(self.path)
    }

    private func remove(_ path: String) {
        for name in (try? RealDisk().list(path)) ?? [] {
            let child = "\(path)/\(name)"
            if unlink(child) != 0 { self.remove(child) }
        }
        rmdir(path)
    }
}

/// What a shell command prints, and the status it ends with.
func shell(_ command: String) -> (output: String, status: Int32) {
    guard let pipe = popen(command, "r") else { return ("", -1) }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
        let count = fread(&buffer, 1, buffer.count, pipe)
        if count == 0 { break }
        output += buffer[..<count]
    }
    return (String(decoding: output, as: UTF8.self), pclose(pipe) >> 8)
}
