import Accounts
import Foundation
import GRDB
package import Model
import Projections
package import Reports
import Vault

/// Answers `baton replay`: reads the history, or folds the log afresh, and writes what one customer saw.
package struct ReplayTool: Sendable {
    package enum Form: String, CaseIterable, Codable, Sendable {
        case table, json, html
    }

    let directory: DataDirectory
    let clock: LocalClock

    package init(_ directory: DataDirectory, clock: LocalClock) {
        self.directory = directory
        self.clock = clock
    }

    /// The replay's text.
    ///
    /// `who` is a customer, or the username or number of one of their lines. With `fromLog`, the log is folded for it and
    /// no projection is read.
    package func text(_ who: String, window: Range<WallTime>, form: Form, fromLog: Bool) throws -> String {
        try self.directory.require()
        let facts =
            if fromLog {
                try PastState.with(self.directory, asOf: nil) { try self.facts(who, window, $0) }
            } else {
                try self.facts(
                    who,
                    window,
                    PastState(live: self.directory.liveProjection, history: self.directory.historyProjection)
                )
            }
        switch form {
        case .table: return ReplayText(facts, clock: self.clock).page
        case .json: return ReplayJSON(facts, clock: self.clock).text
        case .html: return ReplayPage(facts, clock: self.clock).text
        }
    }

    private func facts(_ who: String, _ window: Range<WallTime>, _ state: PastState) throws -> ReplayFacts {
        let customer = try CustomerSearch(directory: self.directory, state: state).customer(who)
        let names = try self.directory.vaultIfReadable().map {
            PersonalNames(vault: $0, customer: CustomerID(rawValue: customer))
        }
        return try state.readHistory { database in
            let reader = try ReplayReader(database, customer: customer, window: window) { names?.reason($0) }
            guard let reader else { throw ReplayToolError.unknown(who) }
            return try reader.facts()
        }
    }
}

/// The two projections, of now or of a moment.
struct PastState: Sendable {
    let live: String
    let history: String

    /// Folds the log into files of its own, up to `moment` or whole, for as long as `body` runs.
    static func with<Answer>(
        _ directory: DataDirectory,
        asOf moment: WallTime?,
        _ body: (PastState) throws -> Answer
    ) throws -> Answer {
        let scratch =
            FileManager.default.temporaryDirectory.path + "/baton-past-\(getpid())-\(UInt32.random(in: 0...(.max)))"
        guard mkdir(scratch, 0o700) == 0 else {
            throw RebuildError.noRoom(scratch, String(cString: strerror(errno)))
        }
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let state = PastState(live: "\(scratch)/live.sqlite", history: "\(scratch)/history.sqlite")
        try RebuildTool(directory).fold(live: state.live, history: state.history, asOf: moment)
        return try body(state)
    }

    func readHistory<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try Self.read(self.history, body)
    }

    func readLive<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try Self.read(self.live, body)
    }

    private static func read<Answer>(_ path: String, _ body: (Database) throws -> Answer) throws -> Answer {
        guard access(path, F_OK) == 0 else { throw ReplayToolError.noProjection(path) }
        return try SQLiteFile.readers(path: path, count: 1).read(body)
    }
}

/// Finds the customer somebody means.
struct CustomerSearch {
    let directory: DataDirectory
    let state: PastState

    /// The customer's id; what was asked for stands when no line is called so.
    func customer(_ who: String) throws -> String {
        let isCustomer = try self.state.readHistory { database in
            try Bool.fetchOne(database, sql: "SELECT count(*) > 0 FROM customer_name WHERE name = ?", arguments: [who])
        }
        if isCustomer == true { return who }
        guard let vault = try self.directory.vaultIfReadable() else { throw ReplayToolError.unknown(who) }
        let login = vault.installation.hash(.username, who).short
        let sql = "SELECT customer FROM credential WHERE login = ? OR credential = ? ORDER BY login = ? DESC LIMIT 1"
        let found = try self.state.readLive { database in
            try String.fetchOne(database, sql: sql, arguments: [login, Int64(who) ?? -1, login])
        }
        guard let found else { throw ReplayToolError.unknown(who) }
        return found
    }
}

/// Why there is nothing to replay; its text is for whoever asked.
enum ReplayToolError: Error, CustomStringConvertible {
    case unknown(String)
    case noProjection(String)

    var description: String {
        switch self {
        case .unknown(let who): "no customer and no line is called “\(who)”; baton customer list shows them"
        case .noProjection(let path): "\(path) is not there; baton rebuild makes it from the log, or use --from-log"
        }
    }
}
