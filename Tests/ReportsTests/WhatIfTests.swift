import Foundation
import TestSupport
import Testing

@testable import App
@testable import Reports

/// `baton what-if` over weeks made up, which refuse by their lines' limits.
struct WhatIfTests {
    private static func totals(_ report: Report) -> [String: Double] {
        let pairs = report.totals.map { ($0.name, Double($0.value.plain(report.clock)) ?? .nan) }
        return Dictionary(pairs) { first, _ in first }
    }

    @Test func `another policy and another limit stand beside what was`() async throws {
        let scratch = try ScratchDirectory()
        let directory = DataDirectory(path: scratch.file("data"))
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        try await OwnThread.run {
            _ = try SimulateTool(customers: 60, weeks: 1, seed: 3, start: "2026-10-05", into: directory).run()
        }
        let tool = WhatIfTool(directory, clock: .utc)
        var query = WhatIfQuery(now: OperatorClock.now)
        query.week = "2026-W41"
        query.isReproducible = true

        query.policy = "reject-newest"
        let same = Self.totals(try tool.report(query))
        let refused = try #require(same["refusals_was"])
        #expect(refused > 20 && same["kicks_was"] == 0)
        // The same rule gives nearly what was. The simulation refuses also the device that holds the slot, or one that looks
        // like it, which here takes it over.
        let turned = (same["refusals"] ?? .nan) + (same["kicks"] ?? .nan)
        #expect(abs(turned - refused) <= 0.2 * refused, "\(same)")

        query.policy = "evict-oldest"
        let evicting = Self.totals(try tool.report(query))
        #expect((evicting["kicks"] ?? 0) > 0 && evicting["refusals_was"] == refused)
        #expect((evicting["refusals"] ?? .nan) < 0.2 * refused, "\(evicting)")

        query.maxConnections = 100
        let wide = Self.totals(try tool.report(query))
        #expect(wide["refusals"] == 0 && (wide["lost_min"] ?? .nan) < 0.05 * (wide["lost_min_was"] ?? 0))

        query.customer = "s1"
        let one = try tool.report(query)
        #expect(one.rows.count <= 1 && Self.totals(one)["credentials"] == 1)
        query.customer = "nobody"
        #expect(throws: WhatIfError.unknown("customer", "nobody")) { try tool.report(query) }
    }

    @Test func `all forms have the same rows, and the same bytes again`() async throws {
        let scratch = try ScratchDirectory()
        let directory = DataDirectory(path: scratch.file("data"))
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        try await OwnThread.run {
            _ = try SimulateTool(customers: 25, weeks: 1, seed: 5, start: "2026-10-05", into: directory).run()
        }
        let tool = WhatIfTool(directory, clock: .utc)
        var query = WhatIfQuery(now: OperatorClock.now)
        query.week = "2026-W41"
        query.maxConnections = 1
        query.isReproducible = true
        let report = try tool.report(query)
        #expect(!report.rows.isEmpty && report.rows.allSatisfy { $0.count == report.columns.count })
        for format in ReportFormat.allCases {
            #expect(try tool.report(query).bytes(format) == report.bytes(format))
        }
        let csv = String(decoding: report.bytes(.csv), as: UTF8.self)
        #expect(csv.split(whereSeparator: \.isNewline).count == report.rows.count + 1)
        let table = String(decoding: report.bytes(.table), as: UTF8.self)
        #expect(table.hasPrefix("what-if 2026-W41 (UTC)") && table.contains("lost min"))
        #expect(table.split(whereSeparator: \.isNewline).allSatisfy { $0.count <= 120 }, "\(table)")
        let json = try JSONSerialization.jsonObject(with: Data(report.bytes(.json))) as? [String: Any]
        #expect((json?["rows"] as? [Any])?.count == report.rows.count)
    }
}
