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
    package enum Kind: String, CaseIterable, Codable, Sendable {
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
    let role: Role

    /// Takes the clock in whose weeks is reported; what is written is for `role` to see.
    package init(_ directory: DataDirectory, clock: LocalClock, role: Role = .owner) {
        self.directory = directory
        self.clock = clock
        self.role = role
    }

    /// Makes the report, writes it, and tells the log of a file that was written.
    package func run(_ kind: Kind, _ query: ReportQuery, _ output: Output) async throws {
        let report = try self.report(kind, query)
        var bytes = report.bytes(output.format)
        if self.role == .support { bytes = Array(DiscreetText.of(String(decoding: bytes, as: UTF8.self)).utf8) }
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
                case .sharing:
                    try reader.sharing(
                        query,
                        credentials: namesCredentials ? self.usernames(live) : [:],
                        reasons: namesCredentials ? self.excuseReasons(live) : [:]
                    )
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
        try self.opened(live, "SELECT credential, customer, username FROM credential") { names, credential, sealed in
            names.open(sealed, field: "username/\(credential)")
        }
    }

    /// Why credentials are known to be fine, likewise.
    private func excuseReasons(_ live: Database) throws -> [Int64: String] {
        try self.opened(live, "SELECT credential, customer, why FROM excuse") { names, _, sealed in
            names.reason(sealed)
        }
    }

    /// What stands sealed in a table, by credential; nothing without the keys.
    private func opened(
        _ live: Database,
        _ sql: String,
        _ open: (PersonalNames, Int64, String) -> String?
    ) throws -> [Int64: String] {
        guard let vault = try self.directory.vaultIfReadable() else { return [:] }
        var texts: [Int64: String] = [:]
        for row in try Row.fetchAll(live, sql: sql) {
            let (credential, customer, sealed): (Int64, String, String) = (row[0], row[1], row[2])
            let names = PersonalNames(vault: vault, customer: CustomerID(rawValue: customer))
            texts[credential] = open(names, credential, sealed)
        }
        return texts
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
        guard ImportMark.read(self.directory) == nil, !report.weeks.isEmpty else { return }
        let answer = try await AdminClient.send(
            .record(.exported(report: report.name, span: Self.span(report), format: format.rawValue)),
            to: .directory(self.directory, .owner)
        )
        if let error = answer.error { throw AdminError(message: error) }
    }

    /// The weeks that a report is of, as events name them.
    static func span(_ report: Report) -> String {
        guard let first = report.weeks.first, let week = report.weeks.last else { return "" }
        return first == week ? week.name : "\(first.name)/\(week.name)"
    }
}
