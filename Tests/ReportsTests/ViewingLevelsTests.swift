import Foundation
import GRDB
import Model
import TestSupport
import Testing

@testable import App
@testable import Reports

/// The levels of the reports on labelled data, through the import that operators use.
///
/// The fixture is a cut of a larger set, made by `Fixtures/viewing/cut.py`; the levels of the whole sets are in
/// `Sources/Reports/README.md`.
struct ViewingLevelsTests {
    static let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/viewing").path

    private typealias Table = [[String: String]]

    private static func table(_ text: String) -> Table {
        let lines = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        guard let names = lines.first else { return [] }
        return lines.dropFirst().map { line in
            Dictionary(zip(names, line).map { (String($0), String($1)) }) { first, _ in first }
        }
    }

    private static func truth(_ name: String) throws -> Table {
        self.table(try String(contentsOfFile: "\(self.fixture)/truth/\(name).csv", encoding: .utf8))
    }

    /// A report of all weeks, as rows by column; reasons, which may hold commas, are left out.
    private static func rows(_ kind: ReportTool.Kind, _ directory: DataDirectory) throws -> Table {
        var query = ReportQuery(now: OperatorClock.now)
        query.weeks = 4
        let report = try ReportTool(directory, clock: OperatorClock.choose(named: nil, in: directory)).report(
            kind,
            query
        )
        return report.rows.map { row in
            let cells = zip(report.columns, row).filter { if case .reasons = $1 { false } else { true } }
            return Dictionary(cells.map { ($0.name, $1.plain(report.clock)) }) { first, _ in first }
        }
    }

    /// What the import said, twice, and what the reports say.
    private struct Found: Sendable {
        var messages: [String]
        var again: [String]
        var stability: Table
        var refundRisk: Table
        var sharing: Table
    }

    @Test func `stability is exact, refund risk ranks as well as it did, and nothing is lost on the way`() async throws
    {
        let scratch = try ScratchDirectory()
        let directory = DataDirectory(path: scratch.file("data"))
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        let found = try await OwnThread.run {
            var history = HistoryImport(from: Self.fixture, into: directory)
            return Found(
                messages: try history.run(),
                again: try history.run(),
                stability: try Self.rows(.stability, directory),
                refundRisk: try Self.rows(.refundRisk, directory),
                sharing: try Self.rows(.sharing, directory)
            )
        }
        #expect(found.messages.contains("no row was left out"), "\(found.messages)")
        #expect(found.again.first?.hasPrefix("nothing to do") == true)
        try Self.checkStability(found.stability)
        try Self.checkRefundRisk(found.refundRisk)
        try Self.checkSharing(found.sharing)
        try Self.checkFacts(directory)
    }

    private static func checkStability(_ rows: Table) throws {
        var found: [String: [String: String]] = [:]
        for row in rows where row["scope"] == "stream" {
            found["\(row["week"] ?? "") \(row["stream"] ?? "")"] = row
        }
        var sums: [String: (difference: Double, all: Double)] = [:]
        let columns = [
            "blips", "source_down_s", "visible_s", "patched_s", "failovers", "viewer_s_visible", "viewer_s_saved",
        ]
        for label in try self.truth("stability") {
            let row = found["\(label["week"] ?? "") \(label["stream"] ?? "")"]
            for column in columns {
                let expected = Double(label[column] ?? "") ?? .nan
                let value = row.flatMap { Double($0[column] ?? "") } ?? 0
                sums[column, default: (0, 0)].difference += abs(value - expected)
                sums[column, default: (0, 0)].all += expected
            }
        }
        for column in columns {
            let sum = try #require(sums[column])
            #expect(sum.all > 0 && sum.difference <= 0.001 * sum.all, "\(column): \(sum)")
        }
    }

    private static func checkRefundRisk(_ rows: Table) throws {
        var scores: [String: Double] = [:]
        for row in rows {
            scores["\(row["week"] ?? "") \(row["customer"] ?? "")"] = Double(row["score"] ?? "")
        }
        let labels = try self.truth("refund")
        let ranked = labels.map { label in
            (score: scores["\(label["week"] ?? "") \(label["customer"] ?? "")"] ?? -1, isRefund: label["refund"] == "1")
        }
        let (auc, top) = (Self.areaUnderCurve(ranked), Self.recall(ranked, share: 0.05))
        #expect(auc >= 0.79, "area under the curve \(auc)")
        #expect(top >= 0.36, "refunds in the first twentieth \(top)")
    }

    private static func checkSharing(_ rows: Table) throws {
        var scores: [String: Double] = [:]
        for row in rows {
            scores["\(row["week"] ?? "") \(row["credential"] ?? "")"] = Double(row["score"] ?? "")
        }
        let labels = try self.truth("sharing").filter { $0["gray"] == "0" }
        let ranked = labels.map { label in
            (
                score: scores["\(label["week"] ?? "") \(label["credential"] ?? "")"] ?? -1,
                isShared: label["shared"] == "1"
            )
        }
        let auc = Self.areaUnderCurve(ranked.map { (score: $0.score, isRefund: $0.isShared) })
        let innocent = ranked.filter { !$0.isShared }.map(\.score).sorted(by: >)
        let threshold = innocent[innocent.count / 100]
        let found = ranked.count { $0.isShared && $0.score > threshold }
        let recall = Double(found) / Double(ranked.count { $0.isShared })
        #expect(auc >= 0.955, "area under the curve \(auc)")
        #expect(recall >= 0.78, "found at 1 % false alarms \(recall)")
        let first = ranked.sorted { $0.score > $1.score }.prefix(50)
        #expect(first.count { $0.isShared } >= 49)
    }

    /// Every connection of the table stands in the packs, once and with its times.
    private static func checkFacts(_ directory: DataDirectory) throws {
        let history = try DatabaseQueue(path: directory.historyProjection)
        let live = try DatabaseQueue(path: directory.liveProjection)
        let clock = try LocalClock(zone: "Europe/Berlin")
        try history.read { history in
            try live.read { live in
                let reader = try ReportReader(history: history, live: live, clock: clock)
                let week = try #require(ReportWeek("2026-W43", clock))
                let facts = try reader.views(week)
                let rows = try Row.fetchAll(
                    history,
                    sql: """
                        SELECT connection, opened_at / 1000, closed_at / 1000 FROM connection
                        WHERE opened_at < ? AND (closed_at > ? OR closed_at IS NULL) ORDER BY connection
                        """,
                    arguments: [week.end.microseconds, week.start.microseconds]
                )
                let found = facts.connections.sorted { $0.connection < $1.connection }
                #expect(found.map(\.connection) == rows.map { $0[0] as Int64 })
                #expect(found.map(\.from) == rows.map { $0[1] as Int64 })
                #expect(found.allSatisfy { facts.clients.indices.contains(Int($0.client)) })
                let limits = facts.rejections.filter { $0.rule == .limit }
                #expect(!limits.isEmpty && limits.allSatisfy { !$0.holders.isEmpty })
                #expect(facts.events.count == 3)
            }
        }
    }

    /// The chance that one with a refund stands before one without; ties count half.
    private static func areaUnderCurve(_ ranked: [(score: Double, isRefund: Bool)]) -> Double {
        let (with, without) = (ranked.filter(\.isRefund).map(\.score), ranked.filter { !$0.isRefund }.map(\.score))
        var wins = 0.0
        for score in with { for other in without { wins += score > other ? 1 : score == other ? 0.5 : 0 } }
        return wins / Double(with.count * without.count)
    }

    private static func recall(_ ranked: [(score: Double, isRefund: Bool)], share: Double) -> Double {
        let first = ranked.sorted { $0.score > $1.score }.prefix(Int(Double(ranked.count) * share))
        return Double(first.count { $0.isRefund }) / Double(ranked.count { $0.isRefund })
    }
}
