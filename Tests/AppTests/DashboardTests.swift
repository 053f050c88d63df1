import Foundation
import Model
import Projections
import TestSupport
import Testing

@testable import App

/// The boards of `dashboards/grafana` ask only for what there is.
struct DashboardTests {
    struct Board: Decodable {
        struct Panel: Decodable {
            var id: Int
            var title: String
            var description: String
            var targets: [Target]
            var datasource: Source
        }

        struct Target: Decodable {
            var expr: String?
            var queryText: String?
            var legendFormat: String?
        }

        struct Source: Decodable {
            var uid: String
        }

        struct Templating: Decodable {
            struct Variable: Decodable { var name: String }
            var list: [Variable]
        }

        var uid: String
        var title: String
        var panels: [Panel]
        var templating: Templating
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../dashboards").standardized

    private static func board(_ name: String) throws -> Board {
        let file = self.folder.appending(path: "grafana/\(name).json")
        return try JSONDecoder().decode(Board.self, from: Data(contentsOf: file))
    }

    private static let names = ["business", "live", "suppliers"]

    @Test func `there are these boards`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.appending(path: "grafana").path)
        #expect(files.sorted() == Self.names.map { "\($0).json" })
        #expect(try Set(Self.names.map { try Self.board($0).uid }).count == Self.names.count)
    }

    @Test(arguments: names)
    func `every panel stands in the page that says what to do, and asks one source that can be chosen`(
        _ name: String
    ) throws {
        let page = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
        let board = try Self.board(name)
        #expect(Set(board.panels.map(\.id)).count == board.panels.count)
        for panel in board.panels {
            #expect(page.contains("| \(panel.title) |"), "\(name): \(panel.title) stands in dashboards/README.md")
            #expect(!panel.description.isEmpty && !panel.targets.isEmpty)
            #expect(board.templating.list.contains { panel.datasource.uid == "${\($0.name)}" })
            #expect(panel.targets.allSatisfy { ($0.expr == nil) != ($0.queryText == nil) })
        }
    }

    @Test(arguments: names)
    func `every metric and label that a board names is declared`(_ name: String) throws {
        for panel in try Self.board(name).panels {
            for target in panel.targets {
                guard let expression = target.expr else { continue }
                let trouble = Self.trouble(in: expression, legend: target.legendFormat ?? "")
                #expect(trouble == nil, "\(panel.title): \(trouble ?? "") in \(expression)")
            }
        }
    }

    static let wrong = [
        "sum(baton_viewer)", "baton_connections_opened_total", "rate(baton_viewers[5m])", "1 + 1",
        "sum by (channel) (baton_viewers)", #"baton_channels{colour="red"}"#,
    ]

    @Test(arguments: wrong)
    func `a metric that is none, a counter without a rate and a label that is none are found`(_ expression: String) {
        #expect(Self.trouble(in: expression, legend: "") != nil)
        #expect(Self.trouble(in: "baton_viewers", legend: "{{supplier}}") != nil)
    }

    @Test(arguments: names)
    func `every query runs on the tables and views that there are`(_ name: String) throws {
        let scratch = try ScratchDirectory()
        let schema = try #require(ProjectionSchemas.files["history.sql"])
        try Self.sqlite(scratch.file("history.sqlite"), schema)
        for panel in try Self.board(name).panels {
            for query in panel.targets.compactMap(\.queryText) {
                #expect(throws: Never.self, "\(panel.title)") {
                    try Self.sqlite(scratch.file("history.sqlite"), query)
                }
            }
        }
        #expect(throws: (any Error).self) { try Self.sqlite(scratch.file("history.sqlite"), "SELECT x FROM nothing") }
    }
}

extension DashboardTests {
    /// What is wrong with a PromQL expression and its legend; `nil` when nothing is.
    private static func trouble(in expression: String, legend: String) -> String? {
        let plain = expression.replacing(#/"[^"]*"/#, with: "")
        var metrics: [Metric] = []
        for word in plain.matches(of: #/[a-z_]*(?:baton|process)_[a-z_]+/#) {
            guard let metric = Metric(rawValue: String(word.0)) else { return "no metric \(word.0)" }
            metrics.append(metric)
            let before = plain[..<word.range.lowerBound]
            let isRated = before.hasSuffix("rate(") || before.hasSuffix("increase(")
            guard isRated == (metric.kind == .counter) else { return "\(word.0) is a \(metric.kind)" }
        }
        guard !metrics.isEmpty else { return "no metric" }
        let allowed = Set(metrics.flatMap(\.labels))
        var labels = plain.matches(of: #/([a-z_]+)\s*(?:=~|!~|!=|=)/#).map { String($0.1) }
        for list in plain.matches(of: #/(?:by|without)\s*\(([^)]*)\)/#) {
            labels += list.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        labels += legend.matches(of: #/\{\{([^}]*)\}\}/#).map { String($0.1) }
        return labels.first { !allowed.contains($0) }.map { "no label \($0)" }
    }

    private static func sqlite(_ path: String, _ sql: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["sqlite3", "-bail", path]
        let (input, errors) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        input.fileHandleForWriting.write(Data(sql.utf8))
        try input.fileHandleForWriting.close()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, text.isEmpty else { throw SQLFailure(text: text) }
    }

    struct SQLFailure: Error {
        var text: String
    }
}
