import CZlib
import Events

/// One file of a history: CSV with a header line, or JSON Lines; plain or gzip.
struct HistoryFile {
    /// Bytes of the longest line that is taken.
    static let lineMax = 1 << 16
    /// Bytes that are read at once.
    private static let bufferSize = 1 << 18

    /// The file's name without its directory, for people.
    let name: String
    private let path: String
    private let isJSON: Bool

    /// Finds `stem.csv`, `stem.csv.gz`, `stem.jsonl` or `stem.jsonl.gz`; `nil` when there is none.
    init?(_ stem: String, in directory: String) {
        for suffix in ["csv.gz", "csv", "jsonl.gz", "jsonl"] {
            let name = "\(stem).\(suffix)"
            guard SmallFile.exists("\(directory)/\(name)") else { continue }
            self.name = name
            self.path = "\(directory)/\(name)"
            self.isJSON = suffix.hasPrefix("jsonl")
            return
        }
        return nil
    }

    /// Hands each row to `body` with its line's number and how many bytes of the file were read; what is wrong with a row
    /// goes to `wrong`.
    ///
    /// - Throws: ``HistoryFileError`` when the file can't be read to its end, and what `body` throws but ``HistoryRowError``.
    func forEach(
        wrong: (Int, HistoryRowError) -> Void,
        _ body: (HistoryRow, _ line: Int, _ bytes: Int64) throws -> Void
    ) throws {
        guard let file = gzopen(self.path, "rb") else { throw HistoryFileError.unreadable(self.name) }
        defer { gzclose(file) }
        var lines = LineSplitter()
        var reader = RowReader(isJSON: self.isJSON)
        var buffer = [UInt8](repeating: 0, count: Self.bufferSize)
        while true {
            let count = gzread(file, &buffer, UInt32(buffer.count))
            guard count >= 0 else { throw HistoryFileError.damaged(self.name) }
            let bytes = Int64(gzoffset(file))
            try buffer.withUnsafeBufferPointer { buffer in
                let part = UnsafeBufferPointer(rebasing: buffer[..<Int(count)])
                try lines.take(part, isLast: count == 0) { line, number in
                    do {
                        guard let row = try reader.row(line) else { return }
                        try body(row, number, bytes)
                    } catch let error as HistoryRowError {
                        wrong(number, error)
                    }
                }
            }
            if count == 0 { return }
        }
    }
}

/// Why a file of a history can't be read.
enum HistoryFileError: Error, Hashable, CustomStringConvertible {
    case missing(String, directory: String)
    case unreadable(String)
    case damaged(String)

    var description: String {
        switch self {
        case .missing(let stem, let directory): "there is no \(stem).csv, .csv.gz, .jsonl or .jsonl.gz in \(directory)"
        case .unreadable(let name): "\(name) can't be opened"
        case .damaged(let name): "\(name) can't be read to its end; is it whole? try: gzip -t \(name)"
        }
    }
}

/// Cuts bytes into lines.
private struct LineSplitter {
    private var rest: [UInt8] = []
    private var number = 0

    mutating func take(
        _ bytes: UnsafeBufferPointer<UInt8>,
        isLast: Bool,
        _ body: (UnsafeBufferPointer<UInt8>, Int) throws -> Void
    ) throws {
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let part = UnsafeBufferPointer(rebasing: bytes[start..<end])
            if self.rest.isEmpty {
                try self.line(part, body)
            } else {
                self.rest.append(contentsOf: part)
                try self.finishRest(body)
            }
            start = end + 1
        }
        // What is longer than a line may be is kept only so far that it is known to be.
        let room = max(HistoryFile.lineMax + 1 - self.rest.count, 0)
        self.rest.append(contentsOf: bytes[start...].prefix(room))
        if isLast, !self.rest.isEmpty { try self.finishRest(body) }
    }

    private mutating func finishRest(_ body: (UnsafeBufferPointer<UInt8>, Int) throws -> Void) throws {
        let line = self.rest
        self.rest.removeAll(keepingCapacity: true)
        try line.withUnsafeBufferPointer { try self.line($0, body) }
    }

    private mutating func line(
        _ line: UnsafeBufferPointer<UInt8>,
        _ body: (UnsafeBufferPointer<UInt8>, Int) throws -> Void
    ) throws {
        self.number += 1
        let isReturn = line.last == UInt8(ascii: "\r")
        try body(isReturn ? UnsafeBufferPointer(rebasing: line.dropLast()) : line, self.number)
    }
}

/// Turns lines into rows.
private struct RowReader {
    let isJSON: Bool
    /// Places of the columns, by the header line.
    private var places: [String: Int]?

    init(isJSON: Bool) {
        self.isJSON = isJSON
    }

    /// `nil` for the header line and for empty ones.
    mutating func row(_ line: UnsafeBufferPointer<UInt8>) throws(HistoryRowError) -> HistoryRow? {
        guard !line.isEmpty else { return nil }
        guard line.count <= HistoryFile.lineMax else { throw .malformed("the line", "\(line.count) bytes") }
        return self.isJSON ? try Self.object(line) : try self.record(line)
    }

    private mutating func record(_ line: UnsafeBufferPointer<UInt8>) throws(HistoryRowError) -> HistoryRow? {
        guard let fields = CSVFields.read(line) else { throw .notCSV }
        if let places = self.places { return HistoryRow(places, fields) }
        // A byte order mark is no part of the first column's name.
        let names = fields.map { $0.hasPrefix("\u{FEFF}") ? String($0.dropFirst()) : $0 }
        self.places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        return nil
    }

    private static func object(_ line: UnsafeBufferPointer<UInt8>) throws(HistoryRowError) -> HistoryRow {
        let members: [(name: String, value: JSONValue)]
        do throws(JSONError) { members = try JSONMembers.read(line) } catch { throw .notJSON }
        let places = Dictionary(members.enumerated().map { ($1.name, $0) }) { first, _ in first }
        return HistoryRow(places, members.map(\.value.plainText))
    }
}
