import Accounts
import Events
import Foundation
import GRDB
import Glibc
import Model
import Projections
package import Reports
import Vault

/// Makes a report of a data directory and writes it; the service may run or not.
package struct ReportTool: Sendable {
    /// The reports there are.
    package enum Kind: String, CaseIterable, Sendable {
        case refundRisk = "refund-risk"
        case sharing
        case stability
    }

    /// Where a report goes, and in which form.
    package struct Output: Hashable, Sendable {
        package var format: ReportFormat
        /// The file; standard output when `nil`.
        package var path: String?

        package init(format: ReportFormat, path: String? = nil) {
            self.format = format
            self.path = path
        }
    }

    let directory: DataDirectory
    let clock: LocalClock

    /// Takes the clock in whose weeks is reported.
    package init(_ directory: DataDirectory, clock: LocalClock) {
        self.directory = directory
        self.clock = clock
    }

    /// Makes the report, writes it, and tells the log of a file that was written.
    package func run(_ kind: Kind, _ query: ReportQuery, _ output: Output) async throws {
        let report = try self.report(kind, query)
        let bytes = report.bytes(output.format)
        guard let path = output.path else {
            bytes.withUnsafeBytes { FileHandle.standardOutput.write(Data($0)) }
            return
        }
        try SmallFile.write(bytes, to: path)
        try await self.tell(report, output.format)
    }

    /// The report as values; without names, credentials are told by their numbers.
    package func report(_ kind: Kind, _ query: ReportQuery, namesCredentials: Bool = true) throws -> Report {
        try self.directory.require()
        var query = query
        query.isOver = ImportMark.read(self.directory) != nil
        let history = try Self.open(self.directory.historyProjection)
        let live = try Self.open(self.directory.liveProjection)
        return try history.read { history in
            try live.read { live in
                let reader = try ReportReader(history: history, live: live, clock: self.clock)
                return switch kind {
                case .refundRisk: try reader.refundRisk(query)
                case .sharing: try reader.sharing(query, credentials: namesCredentials ? self.usernames(live) : [:])
                case .stability: try reader.stability(query)
                }
            }
        }
    }

    /// The weeks that a report covers, oldest first.
    func weeks(_ query: ReportQuery) throws -> [ReportWeek] {
        try self.directory.require()
        var query = query
        query.isOver = ImportMark.read(self.directory) != nil
        let history = try Self.open(self.directory.historyProjection)
        let live = try Self.open(self.directory.liveProjection)
        return try history.read { history in
            try live.read { live in
                try ReportReader(history: history, live: live, clock: self.clock).weeks(query)
            }
        }
    }

    /// What credentials are called, where the keys of their customers are still there.
    func usernames(_ live: Database) throws -> [Int64: String] {
        guard access(self.directory.keyFile, F_OK) == 0 else { return [:] }
        let keys = KeyFile(path: self.directory.keyFile)
        let vault = try Vault(keyFile: keys, storePath: self.directory.keyStore)
        var usernames: [Int64: String] = [:]
        for row in try Row.fetchAll(live, sql: "SELECT credential, customer, username FROM credential") {
            let (credential, customer, sealed): (Int64, String, String) = (row[0], row[1], row[2])
            let names = PersonalNames(vault: vault, customer: CustomerID(rawValue: customer))
            usernames[credential] = names.open(sealed, field: "username/\(credential)")
        }
        return usernames
    }

    static func open(_ path: String) throws -> DatabaseQueue {
        guard access(path, R_OK) == 0 else { throw ReportError.empty }
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA temp_store = MEMORY") }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Records that personal data went into a file; an imported history stays as it was imported.
    private func tell(_ report: Report, _ format: ReportFormat) async throws {
        guard ImportMark.read(self.directory) == nil, let week = report.weeks.last, let first = report.weeks.first
        else {
            return
        }
        let span = first == week ? week.name : "\(first.name)/\(week.name)"
        let answer = try await AdminClient.send(
            .record(.exported(report: report.name, span: span, format: format.rawValue)),
            to: self.directory
        )
        if let error = answer.error { throw AdminError(message: error) }
    }
}
