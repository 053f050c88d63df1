import EventLog
import Foundation
import Glibc
import Model
import Projections

/// Folds the log into fresh projections.
package struct RebuildTool: Sendable {
    let directory: DataDirectory

    package init(_ directory: DataDirectory) {
        self.directory = directory
    }

    /// Answers whether, with `check`, every row is the same as before.
    ///
    /// - Throws: when the log can't be read, a time is malformed, or a service holds the directory.
    package func run(asOf: String?, into: String?, check: Bool) throws -> Bool {
        try self.directory.require()
        let moment = try asOf.map { text in
            guard let time = WallTime(text) else { throw LogFilterError.malformedTime(text) }
            return time
        }
        if let into { return try self.write(into: into, asOf: moment) }
        let lock = try DataLock(self.directory)
        defer { withExtendedLifetime(lock) {} }
        return check ? try self.compare() : try self.replace()
    }

    private func replace() throws -> Bool {
        let events = try self.fold(
            live: self.directory.liveProjection,
            history: self.directory.historyProjection,
            asOf: nil
        )
        print("rebuilt live.sqlite and history.sqlite from \(events) events")
        return true
    }

    private func write(into path: String, asOf: WallTime?) throws -> Bool {
        let history = Self.historyPath(path)
        let events = try self.fold(live: path, history: history, asOf: asOf)
        print("\(events) events folded into \(path) (state) and \(history) (history)")
        return true
    }

    /// `past.sqlite` → `past-history.sqlite`.
    static func historyPath(_ path: String) -> String {
        path.hasSuffix(".sqlite") ? "\(path.dropLast(7))-history.sqlite" : "\(path)-history"
    }

    private func compare() throws -> Bool {
        let scratch = "\(self.directory.path)/rebuild-check"
        guard mkdir(scratch, 0o700) == 0 || errno == EEXIST else {
            throw RebuildError.noRoom(scratch, String(cString: strerror(errno)))
        }
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let live = "\(scratch)/live.sqlite"
        let history = "\(scratch)/history.sqlite"
        let events = try self.fold(live: live, history: history, asOf: nil)
        let pairs = [
            ("live.sqlite", self.directory.liveProjection, live),
            ("history.sqlite", self.directory.historyProjection, history),
        ]
        var differences = 0
        for (name, present, fresh) in pairs {
            let difference = Set(try CanonicalDump.lines(path: present)).symmetricDifference(
                try CanonicalDump.lines(path: fresh)
            )
            for line in difference.sorted().prefix(20) { print("\(name) differs: \(line)") }
            differences += difference.count
        }
        print("\(events) events folded; \(differences == 0 ? "every row is the same" : "\(differences) rows differ")")
        return differences == 0
    }

    /// Folds the log, up to a moment or whole, into new files; answers how many events there were.
    @discardableResult
    func fold(live: String, history: String, asOf: WallTime?) throws -> Int {
        let feed = LogFeed(directory: self.directory.log)
        let log = try self.logID()
        return try RebuildBoth.run(feed, log: log, live: live, history: history, asOf: asOf).events
    }

    private func logID() throws -> LogID {
        var id: LogID?
        let reader = try LogReader(directory: self.directory.log)
        _ = try reader.next { id = $0.header.log }
        guard let id else { throw RebuildError.emptyLog(self.directory.log) }
        return id
    }
}

/// Why there is nothing to fold.
enum RebuildError: Error, CustomStringConvertible {
    case emptyLog(String)
    case noRoom(String, String)

    var description: String {
        switch self {
        case .emptyLog(let path): "there are no events in \(path)"
        case .noRoom(let path, let cause): "\(path) can't be made: \(cause)"
        }
    }
}
