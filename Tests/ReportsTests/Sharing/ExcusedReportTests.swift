import Foundation
import Model
import TestSupport
import Testing

@testable import App
@testable import Reports

/// A line that operators know to be fine, from the command to the report.
struct ExcusedReportTests {
    private static func row(_ directory: DataDirectory) throws -> [ReportCell] {
        var query = ReportQuery(now: OperatorClock.now)
        query.week = "2026-W41"
        let report = try ReportTool(directory, clock: .utc).report(.sharing, query, namesCredentials: false)
        let row = report.rows.first { $0[1] == .text("1") }
        #expect(report.rows.last?[1] == .text("1") || row?[4] != .text("known, fine"))
        return try #require(row)
    }

    @Test func `reports list what is known to be fine and recommend nothing, until the mark is taken away`()
        async throws
    {
        let scratch = try ScratchDirectory()
        let directory = DataDirectory(path: scratch.file("data"))
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        try await OwnThread.run {
            _ = try SimulateTool(customers: 6, weeks: 1, seed: 4, start: "2026-10-05", into: directory).run()
        }
        let until = OperatorClock.now.advanced(milliseconds: 86_400_000)
        let excuse = RecordRequest.excuse(credential: "1", why: "<b>two flats</b>", until: until.microseconds)
        #expect(try await Offline.perform(.record(excuse), in: directory).error == nil)
        let row = try Self.row(directory)
        #expect(row[4] == .text("known, fine"))
        let day = LocalClock.utc.text(until).prefix(10)
        // Where lines have no names, as in what is kept, the reason isn't told either: it may name somebody.
        #expect(row[21] == .text("nothing until \(day)"))
        var query = ReportQuery(now: OperatorClock.now)
        query.week = "2026-W41"
        let named = try ReportTool(directory, clock: .utc).report(.sharing, query)
        #expect(named.rows.last?[21] == .text("nothing until \(day): <b>two flats</b>"))
        let listed = try await Offline.perform(.record(.excuses), in: directory)
        #expect(listed.table?.text(.csv).contains("<b>two flats</b>") == true)
        #expect(try await Offline.perform(.record(.withdrawExcuse(credential: "1")), in: directory).error == nil)
        #expect(try Self.row(directory)[4] != .text("known, fine"))
    }
}
