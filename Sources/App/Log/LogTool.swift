import EventLog
import Glibc
import Model

/// Reads the log for people; the service may run or not.
package struct LogTool: Sendable {
    /// How long to wait for new events before looking again.
    static let pollMicroseconds: UInt32 = 100_000
    /// Lines are gathered up to this many bytes before they are written.
    static let bufferSize = 256 << 10

    let directory: DataDirectory

    package init(_ directory: DataDirectory) {
        self.directory = directory
    }

    /// Prints the wanted lines; with `follow`, until interrupted or nobody reads any more.
    ///
    /// With `words`, refused and ended viewers are told in sentences, and nothing else is printed.
    /// Support is told less of each line.
    package func cat(
        _ filter: LogFilter,
        follow: Bool,
        words: Bool = false,
        as role: Role = .owner
    ) async throws {
        try self.directory.require()
        let options = LogReader.Options(times: filter.times, follow: follow)
        let reader = try LogReader(directory: self.directory.log, options: options)
        var output = LineOutput(descriptor: STDOUT_FILENO)
        repeat {
            while try reader.next({ frame in
                frame.forEachLine { _, line in
                    guard filter.wants(line) else { return }
                    if role == .owner, !words { return output.append(line) }
                    guard let text = Self.text(line, words: words) else { return }
                    output.append(role == .owner ? text : DiscreetText.of(text))
                }
                if output.count > Self.bufferSize { output.flush() }
            }) {
                if output.isClosed { return }
            }
            output.flush()
            if output.isClosed { return }
            if follow { usleep(Self.pollMicroseconds) }
        } while follow
        if reader.damageCount > 0 {
            throw LogToolError.damaged(ranges: reader.damageCount)
        }
    }

    /// Goes through the wanted lines as they are now, or what they say in words, until `body` throws.
    func forEachLine(_ filter: LogFilter, words: Bool, _ body: (String) throws -> Void) throws {
        try self.directory.require()
        let reader = try LogReader(directory: self.directory.log, options: .init(times: filter.times, follow: false))
        var failure: (any Error)?
        while failure == nil,
            try reader.next({ frame in
                frame.forEachLine { _, line in
                    guard failure == nil, filter.wants(line), let text = Self.text(line, words: words) else { return }
                    do { try body(text) } catch { failure = error }
                }
            })
        {}
        if let failure { throw failure }
        if reader.damageCount > 0 { throw LogToolError.damaged(ranges: reader.damageCount) }
    }

    private static func text(_ line: UnsafeRawBufferPointer, words: Bool) -> String? {
        words ? LogWords.sentence(line) : String(decoding: line, as: UTF8.self)
    }

    /// Checks everything and says what it found; answers whether all is sound.
    package func verify() throws -> Bool {
        try self.directory.require()
        let verifier = try LogVerifier(directory: self.directory.log)
        for damage in verifier.damage { print("damaged: \(damage)") }
        for file in verifier.tornFiles {
            print("set aside: \(file) (it looks like the end of an interrupted write)")
        }
        print(
            "\(verifier.events) events in \(verifier.frames) frames of \(verifier.files) files, \(verifier.isSound ? "all sound" : "\(verifier.damageCount) damaged ranges")"
        )
        if let chain = verifier.chain { print("chain after event \(verifier.lastSeq): \(chain)") }
        return verifier.isSound
    }

    /// Prints events and bytes by type.
    package func stats(_ format: TableFormat) throws {
        try self.directory.require()
        let statistics = try LogStatistics(directory: self.directory.log)
        var table = Table(columns: ["type", "events", "raw_bytes", "bytes_per_event"])
        let stored = statistics.rawBytes > 0 ? Double(statistics.storedBytes) / Double(statistics.rawBytes) : 0
        for type in statistics.types {
            // What an event takes on disk: its share of the raw bytes of its frames.
            let perEvent = Double(type.rawBytes) * stored / Double(max(type.events, 1))
            table.rows.append([
                .text(type.type), .number(Int64(type.events)), .number(Int64(type.rawBytes)),
                .number(Int64(perEvent.rounded())),
            ])
        }
        print(table.text(format), terminator: "")
        guard format == .table else { return }
        let perEvent = statistics.events > 0 ? statistics.storedBytes / statistics.events : 0
        print(
            "\(statistics.events) events, \(statistics.storedBytes) bytes on disk (\(perEvent) an event) for \(statistics.rawBytes) of JSON, in \(statistics.frames) frames"
        )
    }
}

/// Why the log could not be read to its end.
package enum LogToolError: Error, CustomStringConvertible {
    case damaged(ranges: Int)

    package var description: String {
        switch self {
        case .damaged(let ranges): "\(ranges) damaged ranges of the log were left out; baton log verify names them"
        }
    }
}

/// Writes lines in large pieces.
struct LineOutput {
    private let descriptor: Int32
    private var bytes: [UInt8] = []
    /// Whether the reader has gone.
    private(set) var isClosed = false

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    var count: Int { self.bytes.count }

    mutating func append(_ line: UnsafeRawBufferPointer) {
        self.bytes.append(contentsOf: line)
        self.bytes.append(UInt8(ascii: "\n"))
    }

    mutating func append(_ text: String) {
        self.bytes.append(contentsOf: text.utf8)
        self.bytes.append(UInt8(ascii: "\n"))
    }

    mutating func flush() {
        var sent = 0
        while sent < self.bytes.count, !self.isClosed {
            let count = self.bytes.withUnsafeBytes {
                write(self.descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent)
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { self.isClosed = true } else { sent += count }
        }
        self.bytes.removeAll(keepingCapacity: true)
    }
}
