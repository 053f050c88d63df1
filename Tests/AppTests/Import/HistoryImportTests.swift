import Events
import Foundation
import Glibc
import Model
import Projections
import TestSupport
import Testing

@testable import App

struct HistoryImportTests {
    private static let customers = """
        customer,credential,max_connections,price_month,tenure_days,trial
        c1,u1,1,10.5,30,0
        c2,u2,2,15,5,1
        c2,u2,2,15,5,1
        c3,u3,lots,15,5,1

        """
    private static let streams =
        "stream,primary_supplier,backup_supplier,patch_max_s\nch-1,alpha,beta,20\nch-2,alpha,,20\n"
    private static let header =
        "ts_ms,type,conn,credential,stream,supplier,ip,country,asn,ua,device,reason,to_supplier\n"
    private static let tv = "\"Mozilla/5.0 (SMART-TV; \"\"Tizen\"\", 6)\""
    private static let facts = """
        1000000000000,conn.open,k1,u1,ch-1,,192.0.2.7,DE,64601,\(tv),d1,,
        1000000005000,conn.reject,,u1,ch-1,,198.51.100.9,DE,64601,okhttp/4.9.2,,limit,
        1000000010000,ingest.down,,,ch-1,alpha,,,,,,,
        1000000012000,patch.start,,,ch-1,alpha,,,,,,,
        1000000020000,failover,,,ch-1,alpha,,,,,,,beta
        1000000020000,patch.end,,,ch-1,alpha,,,,,,,
        1000000030000,ingest.up,,,ch-1,alpha,,,,,,,
        1000000040000,failover,,,ch-1,beta,,,,,,,alpha
        1000000050000,conn.close,k1,u1,ch-1,,,,,,,timeout,
        1000000060000,conn.open,k2,u9,ch-1,,192.0.2.7,DE,64601,x,,,
        1000000060000,conn.open,k3,u2,ch-1,,not-an-address,DE,64601,x,,,
        1000000060000,conn.close,k7,u2,ch-1,,,,,,,client,
        1000000040000,server.restart,,,,,,,,,,,
        what,ever
        1000000070000,conn.open,k4,u2,ch-2,,2001:db8::1,,,VLC/3.0.18,,,
        1000000080000,server.restart,,,,,,,,,,,

        """

    private static func history(in scratch: ScratchDirectory, facts: String = Self.header + Self.facts) throws {
        try scratch.write(Self.customers, to: "customers.csv")
        try scratch.write(Self.streams, to: "streams.csv")
        try scratch.write(facts, to: "facts.csv")
        try scratch.write("stream,start_ms,end_ms,label\nch-1,1000000001000,1000000002000,match\n", to: "events.csv")
    }

    private static func events(_ directory: DataDirectory) throws -> [Envelope] {
        var found: [Envelope] = []
        try LogFeed(directory: directory.log).forEach(after: 0) { envelope in
            found.append(envelope)
            return true
        }
        return found
    }

    @Test func `facts become events at their own times, and rows that make no sense are named`() throws {
        let scratch = try ScratchDirectory()
        try Self.history(in: scratch)
        let directory = DataDirectory(path: scratch.file("data"))
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        var tool = HistoryImport(from: scratch.path, into: directory)
        let messages = try tool.run()
        #expect(
            messages.prefix(7) == [
                "customers.csv, line 4: credential `u2` is there already",
                "customers.csv, line 5: max_connections is malformed: found `lots`",
                "facts.csv, line 11: there is no credential `u9`",
                "facts.csv, line 12: ip is malformed: found `not-an-address`",
                "facts.csv, line 13: there is no open conn `k7`",
                "facts.csv, line 14: it is earlier than the row before it (1000000050000); rows go by time",
                "facts.csv, line 15: ts_ms is malformed: found `what`",
            ],
            "\(messages)"
        )
        #expect(messages.contains("7 rows were left out"))
        let facts = try Self.events(directory).filter { $0.at >= WallTime(seconds: 1_000_000_000) }
        #expect(
            facts.map(\.event.kind.rawValue) == [
                "node.started", "client.seen", "connection.opened", "event.scheduled", "client.seen", "limit.rejected",
                "ingest.down", "freeze.patch", "failover.switch", "freeze.patch", "ingest.recovered", "failover.switch",
                "connection.closed", "client.seen", "connection.opened", "node.stopped", "node.started",
            ]
        )
        for case (let at, .freezePatch(let patch)) in facts.map({ ($0.at, $0.event) }) {
            let isFirst = at == WallTime(seconds: 1_000_000_012)
            #expect(patch.length == Milliseconds(isFirst ? 2_000 : 8_000))
            #expect(patch.visibility == (isFirst ? .visible : .hidden) && patch.viewers == 1)
        }
        let rejected = facts.compactMap { if case .limitRejected(let it) = $0.event { it } else { nil } }
        #expect(rejected.first?.holders == [ConnectionID(1)])
        let closed = facts.compactMap { if case .connectionClosed(let it) = $0.event { it } else { nil } }
        #expect(closed.first?.watched == Milliseconds(50_000) && closed.first?.reason == "idle")
    }

    @Test func `no address, device or name stands in the log in clear`() throws {
        let scratch = try ScratchDirectory()
        try Self.history(in: scratch)
        let directory = DataDirectory(path: scratch.file("data"))
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        var tool = HistoryImport(from: scratch.path, into: directory)
        _ = try tool.run()
        for envelope in try Self.events(directory) {
            for word in ["192.0.2.7", "SMART-TV", "\"d1\"", "\"u1\""] {
                #expect(!envelope.line.contains(word), "\(envelope.line)")
            }
        }
    }

    @Test func `JSON Lines say the same as CSV`() throws {
        let (csv, json) = (try ScratchDirectory(), try ScratchDirectory())
        let rows = Self.facts.split(separator: "\n").filter { !$0.hasPrefix("what") && !$0.contains("SMART") }
        try Self.history(in: csv, facts: Self.header + rows.joined(separator: "\n") + "\n")
        try Self.history(in: json, facts: "")
        let names = Self.header.dropLast().split(separator: ",")
        let lines = rows.map { row in
            let fields = zip(names, row.split(separator: ",", omittingEmptySubsequences: false)).filter { !$1.isEmpty }
            return "{" + fields.map { $0 == "ts_ms" ? "\"\($0)\":\($1)" : "\"\($0)\":\"\($1)\"" }.joined(separator: ",")
                + "}\n"
        }
        try json.write(lines.joined() + "nonsense\n", to: "facts.jsonl")
        #expect(unlink("\(json.path)/facts.csv") == 0)
        var seen: [[String]] = []
        for scratch in [csv.path, json.path] {
            let directory = DataDirectory(path: "\(scratch)/data")
            defer { try? FileManager.default.removeItem(atPath: directory.path) }
            var tool = HistoryImport(from: scratch, into: directory)
            _ = try tool.run()
            seen.append(try Self.events(directory).map { "\($0.seq) \($0.at) \($0.event.kind.rawValue)" })
        }
        #expect(seen[0] == seen[1] && seen[0].count > 12)
    }

    @Test func `a second import does nothing, and nothing goes into a log of another kind`() throws {
        let scratch = try ScratchDirectory()
        try Self.history(in: scratch)
        let directory = DataDirectory(path: scratch.file("data"))
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        var first = HistoryImport(from: scratch.path, into: directory)
        _ = try first.run()
        let events = try Self.events(directory).count
        var second = HistoryImport(from: scratch.path, into: directory)
        #expect(try second.run().first?.hasPrefix("nothing to do") == true)
        #expect(try Self.events(directory).count == events)
        try scratch.write(Self.streams + "ch-3,alpha,,20\n", to: "streams.csv")
        var changed = HistoryImport(from: scratch.path, into: directory)
        #expect(throws: ImportError.other(directory.path)) { _ = try changed.run() }
        let foreign = DataDirectory(path: scratch.file("foreign"))
        defer { try? FileManager.default.removeItem(atPath: foreign.path) }
        try foreign.create()
        try scratch.write("", to: "foreign/live.sqlite")
        var other = HistoryImport(from: scratch.path, into: foreign)
        #expect(throws: ImportError.occupied(foreign.path)) { _ = try other.run() }
    }

    @Test func `the same simulation is the same history`() async throws {
        let scratch = try ScratchDirectory()
        var seen: [[String]] = []
        for name in ["one", "two"] {
            let directory = DataDirectory(path: scratch.file(name))
            defer { try? FileManager.default.removeItem(atPath: directory.path) }
            _ = try await OwnThread.run {
                try SimulateTool(customers: 12, weeks: 1, seed: 7, start: "2026-10-01", into: directory).run()
            }
            seen.append(try Self.events(directory).map { "\($0.seq) \($0.at) \($0.event.kind.rawValue)" })
        }
        #expect(seen[0] == seen[1] && seen[0].count > 500)
    }
}
