import Dispatch
import GRDB
import Ledger
import Model
import Projections
import Reports

/// Puts the reports of weeks that are over into `history.sqlite`, where analysts and dashboards find them.
struct ReportKeeper: Sendable {
    let ledger: Ledger
    let directory: DataDirectory
    let clock: LocalClock

    /// Makes all reports of one week and keeps them; answers how many rows they have.
    ///
    /// - Throws: `CancellationError`, ``ReportError``, and ``ReportKeeperError/notOver(_:)`` for a week that is not final.
    func keep(_ week: ReportWeek, now: WallTime) async throws -> Int {
        var count = 0
        for kind in KeptReport.allCases {
            // A service that stops waits for one report, not for three.
            try Task.checkCancellation()
            let kept = try await self.make(kind, week, now: now)
            guard kept.isFinal else { throw ReportKeeperError.notOver(week.name) }
            try await self.ledger.changeHistory { try kept.write(to: $0) }
            count += kept.rows.count
        }
        return count
    }

    /// On a thread that serves nobody: a report of many customers takes seconds.
    private func make(_ kind: KeptReport, _ week: ReportWeek, now: WallTime) async throws -> KeptWeek {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                continuation.resume(
                    with: Result {
                        var query = ReportQuery(now: now)
                        query.week = week.name
                        let tool = ReportTool(self.directory, clock: self.clock)
                        return KeptWeek(kind, try tool.report(kind.toolKind, query, namesCredentials: false))
                    }
                )
            }
        }
    }

    /// Weeks that are final and not kept as their definitions and the zone are now, the newest first.
    ///
    /// `first` is when the log begins.
    static func missing(
        kept: [KeptReport: [String: (version: Int64, timezone: String)]],
        first: WallTime,
        now: WallTime,
        clock: LocalClock
    ) -> [ReportWeek] {
        let grace = Report.finalAfterSeconds * WallTime.microsecondsPerSecond
        var week = ReportWeek(containing: WallTime(microseconds: now.microseconds - grace), clock).previous(clock)
        var missing: [ReportWeek] = []
        for _ in 0..<KeptReport.weeksMax {
            guard week.end > first else { break }
            let isKept = KeptReport.allCases.allSatisfy { report in
                guard let entry = kept[report]?[week.name] else { return false }
                return entry.version == report.version && entry.timezone == clock.name
            }
            if !isKept { missing.append(week) }
            week = week.previous(clock)
        }
        return missing
    }

    /// The newest week that should be kept and isn't; `nil` when all are.
    func nextMissing(now: WallTime) async throws -> ReportWeek? {
        let clock = self.clock
        return try await self.ledger.history.read { database in
            // The first event of a log is the start of its node.
            guard let first = try Int64.fetchOne(database, sql: "SELECT min(at) FROM node_record") else { return nil }
            var kept: [KeptReport: [String: (version: Int64, timezone: String)]] = [:]
            for report in KeptReport.allCases { kept[report] = try KeptWeek.kept(report, in: database) }
            return Self.missing(kept: kept, first: WallTime(microseconds: first), now: now, clock: clock).first
        }
    }
}

extension KeptReport {
    fileprivate var toolKind: ReportTool.Kind {
        switch self {
        case .sharing: .sharing
        case .refundRisk: .refundRisk
        case .stability: .stability
        }
    }
}

/// Why a week's reports are not kept.
enum ReportKeeperError: Error, Hashable, CustomStringConvertible {
    case notOver(String)
    case noDirectory

    var description: String {
        switch self {
        case .notOver(let week):
            "\(week) is not final: its reports are kept \(Report.finalAfterSeconds / 3_600) h after its end; see it with: baton report"
        case .noDirectory: "there is no data directory here"
        }
    }
}
