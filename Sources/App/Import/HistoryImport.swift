import Events
import Model
import Projections
import Reports
import Vault

/// Reads another system's history into a log of its own: `baton import history`.
package struct HistoryImport {
    /// Rows that are named one by one; the rest is counted.
    static let namedMax = 20

    private let source: String
    private let target: ImportTarget
    private var wrong: Int64 = 0
    private var messages: [String] = []

    /// - Parameters:
    ///   - source: the directory with the files.
    ///   - directory: what is filled; it must be empty, or filled by this before.
    package init(from source: String, into directory: DataDirectory) {
        self.source = source
        self.target = ImportTarget(directory: directory)
    }

    /// What came of it, as lines for people.
    ///
    /// - Throws: ``ImportError`` when there is nothing to import or no place for it, and the system's errors.
    package mutating func run() throws -> [String] {
        let files = try HistoryFiles(self.source)
        switch try self.target.standing(digest: files.digest) {
        case .same(let mark):
            return ["nothing to do: \(self.target.directory.path) holds this history already (\(mark.facts) facts)"]
        case .empty: break
        case .unfinished: try self.target.clear()
        }
        try self.target.directory.create()
        let lock = try DataLock(self.target.directory)
        defer { withExtendedLifetime(lock) {} }
        var mark = ImportMark(
            origin: .history,
            isDone: false,
            digest: files.digest,
            timezone: files.timezone,
            facts: 0,
            wrong: 0
        )
        try mark.write(to: self.target.directory)
        let catalogue = try self.catalogue(files)
        let maker = try LogMaker(
            self.target.directory,
            catalogue: catalogue,
            start: files.start,
            timezone: files.timezone
        )
        mark.facts = try self.facts(files, maker)
        guard mark.facts > 0 else { throw ImportError.noFacts(self.source) }
        let events = try maker.finish()
        mark.wrong = self.wrong
        mark.isDone = true
        try mark.write(to: self.target.directory)
        return self.told(mark, events, catalogue)
    }

    private func told(_ mark: ImportMark, _ events: Int64, _ catalogue: ImportedCatalogue) -> [String] {
        let more = self.wrong - Int64(self.messages.count)
        return self.messages + (more > 0 ? ["… and \(more) more"] : []) + [
            "\(mark.facts) facts of \(catalogue.lines.count) credentials and \(catalogue.streams.count) channels became \(events) events in \(self.target.directory.path)",
            self.wrong == 0 ? "no row was left out" : "\(self.wrong) rows were left out",
            "weeks are told in \(mark.timezone); next: baton report stability --data \(self.target.directory.path)",
        ]
    }

    private mutating func noted(_ file: String, _ line: Int, _ error: HistoryRowError) {
        self.wrong += 1
        if self.messages.count < Self.namedMax { self.messages.append("\(file), line \(line): \(error)") }
    }

    private mutating func catalogue(_ files: HistoryFiles) throws -> ImportedCatalogue {
        var catalogue = ImportedCatalogue()
        try self.read(files.customers) { row, _, _ in try catalogue.addLine(row) }
        try self.read(files.streams) { row, _, _ in try catalogue.addStream(row) }
        return catalogue
    }

    private mutating func facts(_ files: HistoryFiles, _ maker: LogMaker) throws -> Int64 {
        var matches: [ImportedFact] = []
        if let file = files.events {
            try self.read(file) { row, _, _ in matches.append(try ImportedFact(event: row)) }
            matches.sort { $0.at < $1.at }
        }
        var rest = matches[...]
        var progress = ImportProgress(total: SmallFile.size("\(self.source)/\(files.facts.name)") ?? 0)
        var count: Int64 = 0
        try self.read(files.facts) { row, _, bytes in
            progress.advanced(bytes: bytes)
            let fact = try ImportedFact(row)
            while let match = rest.first, match.at <= fact.at {
                rest.removeFirst()
                try? maker.add(match)
            }
            try maker.add(fact)
            count += 1
        }
        for match in rest { try? maker.add(match) }
        progress.finished()
        return count
    }

    /// Hands over the rows of a file; those that are wrong are noted.
    private mutating func read(_ file: HistoryFile, _ body: (HistoryRow, Int, Int64) throws -> Void) throws {
        var errors: [(Int, HistoryRowError)] = []
        var more: Int64 = 0
        try file.forEach(
            wrong: { line, error in
                if errors.count < Self.namedMax { errors.append((line, error)) } else { more += 1 }
            },
            body
        )
        for (line, error) in errors { self.noted(file.name, line, error) }
        self.wrong += more
    }
}

/// The files of a history.
struct HistoryFiles {
    let customers: HistoryFile
    let streams: HistoryFile
    let events: HistoryFile?
    let facts: HistoryFile
    /// IANA name, of `meta.json`; UTC without one.
    let timezone: String
    /// When the history begins, in milliseconds since 1970; of `meta.json` or else `nil`: with its first fact.
    let start: Int64?
    /// Of the names, sizes and bytes of the files.
    let digest: String

    init(_ directory: String) throws {
        func file(_ stem: String) throws -> HistoryFile {
            guard let file = HistoryFile(stem, in: directory) else {
                throw HistoryFileError.missing(stem, directory: directory)
            }
            return file
        }
        self.customers = try file("customers")
        self.streams = try file("streams")
        self.events = HistoryFile("events", in: directory)
        self.facts = try file("facts")
        var timezone = "UTC"
        var start: Int64?
        if let meta = SmallFile.read("\(directory)/meta.json") {
            meta.withUnsafeBufferPointer { bytes in
                for (name, value) in (try? JSONMembers.read(bytes)) ?? [] {
                    if name == "tz", let text = value.string { timezone = text }
                    if name == "week_start_ms" { start = value.elements?.first?.integer }
                }
            }
        }
        do { _ = try LocalClock(zone: timezone) } catch { throw ImportError.timezone("\(error)") }
        self.timezone = timezone
        self.start = start
        let names = [self.customers, self.streams, self.facts].map(\.name) + (self.events.map { [$0.name] } ?? [])
        self.digest = try FileDigest.of(names.sorted() + ["meta.json"], in: directory)
    }
}
