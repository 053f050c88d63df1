import Foundation
import GRDB
import Model
import TestSupport
import Testing

@testable import App
@testable import Projections
@testable import Reports

/// The views for analysts, over weeks made up: by the shell that analysts use.
struct KeptReportTests {
    @Test(arguments: KeptReport.allCases)
    func `a view has the report's columns in their order`(_ report: KeptReport) throws {
        #expect(report.columns.map(\.name) == report.reportColumns.map(\.name))
        let queue = try DatabaseQueue()
        try queue.write { try $0.execute(sql: HistoryProjection.schema) }
        let columns = try queue.read { database in
            try String.fetchAll(database, sql: "SELECT name FROM pragma_table_info(?)", arguments: [report.view])
        }
        #expect(columns == report.columns.flatMap(\.names))
    }

    @Test func `a week is kept in place of the same week, and old ones go`() throws {
        let queue = try DatabaseQueue()
        try queue.write { database in
            try database.execute(sql: HistoryProjection.schema)
            try database.execute(sql: "INSERT INTO customer_name(number, name, first_at) VALUES (1, 'c1', 0)")
            for number in 1...(KeptReport.weeksMax + 3) {
                try Self.week(number, of: ["c1", "gone"]).write(to: database)
            }
            try Self.week(60, of: ["c1"]).write(to: database)
            let weeks = try String.fetchAll(database, sql: "SELECT week FROM refund_risk_week ORDER BY week")
            #expect(weeks.count == KeptReport.weeksMax && weeks.first == "w04" && weeks.last == "w60")
            #expect(try KeptWeek.kept(.refundRisk, in: database).count == KeptReport.weeksMax)
            try database.execute(sql: "UPDATE customer_name SET name = 'erased-1', erased_at = 1")
            let names = try String.fetchAll(database, sql: "SELECT DISTINCT customer FROM refund_risk_week")
            #expect(names == ["erased-1"])
        }
    }

    private static func week(_ number: Int, of customers: [String]) -> KeptWeek {
        let names = KeptReport.refundRisk.columns.flatMap(\.names)
        let name = "w\(number < 10 ? "0" : "")\(number)"
        let rows = customers.map { customer in
            names.map { column -> DatabaseValue in
                column == "week" ? name.databaseValue : column == "customer" ? customer.databaseValue : .null
            }
        }
        return KeptWeek(
            .refundRisk,
            week: name,
            version: 1,
            from: WallTime(seconds: 0),
            to: WallTime(seconds: 1),
            coversUntil: WallTime(seconds: 1),
            isFinal: true,
            timezone: "UTC",
            rows: rows
        )
    }

    @Test func `weeks are missing until they are kept as they are defined now, the newest first`() throws {
        let clock = LocalClock.utc
        let week = try #require(ReportWeek("2026-W45", clock))
        let first = week.previous(clock).previous(clock).start.advanced(milliseconds: 1)
        let final = week.end.advanced(milliseconds: Report.finalAfterSeconds * 1_000)
        func names(_ kept: [KeptReport: [String: (version: Int64, timezone: String)]], _ now: WallTime) -> [String] {
            ReportKeeper.missing(kept: kept, first: first, now: now, clock: clock).map(\.name)
        }
        #expect(names([:], final) == ["2026-W45", "2026-W44", "2026-W43"])
        #expect(names([:], final.advanced(milliseconds: -1)) == ["2026-W44", "2026-W43"])
        var kept: [KeptReport: [String: (version: Int64, timezone: String)]] = [:]
        for report in KeptReport.allCases { kept[report] = ["2026-W45": (report.version, "UTC")] }
        #expect(names(kept, final) == ["2026-W44", "2026-W43"])
        kept[.stability] = ["2026-W45": (KeptReport.stability.version + 1, "UTC")]
        #expect(names(kept, final).first == "2026-W45")
        kept[.stability] = ["2026-W45": (KeptReport.stability.version, "Europe/Berlin")]
        #expect(names(kept, final).first == "2026-W45")
    }

    @Test func `what is kept is what the reports say, and every question of the page has an answer`() async throws {
        let scratch = try ScratchDirectory()
        let directory = DataDirectory(path: scratch.file("data"))
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        try await OwnThread.run {
            _ = try SimulateTool(customers: 40, weeks: 2, seed: 11, start: "2026-10-05", into: directory).run()
        }
        let refund = RecordRequest.recordRefund(customer: "s1", amountCents: 450, why: "", day: 1_792_000_000_000_000)
        for request in [AdminRequest.record(refund), .keepReports(week: "2026-W42", weeks: 2, timezone: "UTC")] {
            let answer = try await Offline.perform(request, in: directory)
            #expect(answer.error == nil)
        }
        try Self.compare(directory)
        let questions = try Self.questions()
        #expect(questions.map(\.language) == Array(repeating: "sql", count: 9) + ["duckdb"])
        for (number, question) in questions.enumerated() {
            guard let rows = try Self.ask(question, directory) else { continue }
            #expect(rows.count > 1, "question \(number + 1): \(rows)")
        }
        let check = try RebuildTool(directory).run(asOf: nil, into: nil, check: true)
        #expect(check, "kept reports are no part of the fold")
    }

    /// Every cell of every view against the report that it was made of.
    private static func compare(_ directory: DataDirectory) throws {
        let clock = LocalClock.utc
        let tool = ReportTool(directory, clock: clock)
        var query = ReportQuery(now: OperatorClock.now)
        query.week = "2026-W42"
        let kinds: [KeptReport: ReportTool.Kind] = [
            .sharing: .sharing, .refundRisk: .refundRisk, .stability: .stability,
        ]
        for (kept, kind) in kinds {
            let report = try tool.report(kind, query, namesCredentials: false)
            let columns = kept.columns.filter { $0.kind != .reasons && $0.kind != .moment }.map(\.name)
            let sql = "SELECT \(columns.joined(separator: ", ")) FROM \(kept.view) WHERE week = '2026-W42'"
            let shell = try Self.run("sqlite3", ["-readonly", "-list", directory.historyProjection, sql])
            let told = report.rows.map { row in
                zip(report.columns, row).filter { columns.contains($0.0.name) }.map { Self.plain($1, clock) }
            }
            let found = shell.split(whereSeparator: \.isNewline).map { line in
                line.split(separator: "|", omittingEmptySubsequences: false).map { Self.number(String($0)) }
            }
            let differing = Set(found).symmetricDifference(told.map { $0.map(Self.number) })
            #expect(report.rows.count > 4 && differing.isEmpty, "\(kept): \(differing.prefix(2))")
        }
    }

    private static func plain(_ cell: ReportCell, _ clock: LocalClock) -> String {
        switch cell {
        case .flag(let value): value ? "1" : "0"
        case .text("new"): ""
        default: cell.plain(clock)
        }
    }

    /// Numbers as numbers, so that 1.50 and 1.5 are one.
    private static func number(_ text: String) -> String { Double(text).map { "\($0)" } ?? text }
}

/// The worked queries of `schemas/README.md`.
extension KeptReportTests {
    struct Question: Hashable {
        var language: String
        var text: String
    }

    static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../schemas/README.md").standardized

    static func questions() throws -> [Question] {
        var questions: [Question] = []
        for block in try String(contentsOf: Self.page, encoding: .utf8).components(separatedBy: "\n```") {
            for language in ["sql", "duckdb"] where block.hasPrefix("\(language)\n") {
                questions.append(Question(language: language, text: String(block.dropFirst(language.count + 1))))
            }
        }
        return questions
    }

    /// Lines of the answer, the heading first; `nil` where the program for it is missing.
    static func ask(_ question: Question, _ directory: DataDirectory) throws -> [Substring]? {
        guard question.language == "duckdb" else {
            let output = try Self.run(
                "sqlite3",
                ["-readonly", "-bail", "-header", directory.historyProjection, question.text]
            )
            return output.split(whereSeparator: \.isNewline)
        }
        guard (try? Self.run("python3", ["-c", "import duckdb"])) != nil else { return nil }
        let program =
            "import duckdb, os, sys\nos.chdir(sys.argv[1])\nfor row in duckdb.execute(sys.argv[2]).fetchall(): print(row)"
        return try Self.run("python3", ["-c", program, directory.path, question.text]).split(
            whereSeparator: \.isNewline
        )
    }

    /// Standard output.
    ///
    /// - Throws: what the program said when it failed.
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ProgramFailure(text: complaint) }
        return text
    }

    struct ProgramFailure: Error {
        var text: String
    }
}
