import Accounts
import EventLog
import Events
import Foundation
import GRDB
import Ledger
import Model
import Projections
import Reports
import Testing
import Vault

@testable import App

struct ErasureTests {
    let office: PrivacyOffice

    init() async throws {
        self.office = try PrivacyOffice()
        try await self.office.populate()
        try await self.office.watch()
    }

    /// The seals in a directory that a key is still there for.
    private func openable(_ bytes: DirectoryBytes) -> [Sealed] {
        bytes.sealed.filter { sealed in
            do {
                _ = try self.office.vault.store.open(sealed, for: SealedPlace(subject: "", field: ""))
                return true
            } catch SealError.keyMissing {
                return false
            } catch {
                // For another place: the key is there.
                return true
            }
        }
    }

    private func report(_ kind: ReportTool.Kind) throws -> Report {
        var query = ReportQuery(now: self.office.now)
        query.week = "2026-W48"
        query.isReproducible = true
        return try ReportTool(self.office.directory, clock: .utc).report(kind, query)
    }

    /// The rows that are not Ada's.
    private static func others(_ report: Report) -> [[ReportCell]] {
        report.rows.filter { row in
            !row.contains { $0 == .text("c-ada") } && !row.contains { $0 == .text("erased-1") }
        }
    }

    private func dump() throws -> [String] {
        try CanonicalDump.lines(path: self.office.directory.historyProjection)
    }

    @Test func `of an erased customer no byte is found in the directory, and no key`() async throws {
        let before = try DirectoryBytes(self.office.directory)
        // Nothing stands there in clear even before, and everything can be opened.
        #expect(before.holding(PrivacyOffice.canaries) == [])
        let store = self.office.vault.store
        let adas = Set(try #require(try self.sealedOfAda(before)))
        #expect(adas.count >= 8 && adas.allSatisfy { self.openable(before).contains($0) })
        // A seal in a table may have its neighbours' bytes behind it: by its key it is hers.
        let keys = Set(adas.map(\.keyID))
        let others = self.openable(before).filter { !keys.contains($0.keyID) }
        let wrapped = try #require(try self.wrappedKeys("c-ada"))
        #expect(wrapped.count == 2)
        try Data("copy of c-ada".utf8).write(to: URL(filePath: "\(self.office.directory.path)/live.sqlite.ahead"))

        let answer = try await self.office.ask(.privacy(.erase(customer: "c-ada")))

        #expect(answer.messages.first == "erased customer c-ada, who is erased-1 in the history from now on")
        #expect(
            answer.messages.contains("credentials removed: 2, connections ended: 1, keys destroyed: 2")
        )
        #expect(answer.messages.contains { $0.contains("live.sqlite.ahead") })
        let after = try DirectoryBytes(self.office.directory)
        #expect(after.holding(PrivacyOffice.canaries) == [])
        #expect(after.holding(wrapped) == [])
        #expect(self.openable(after).filter { adas.contains($0) } == [])
        for sealed in adas {
            #expect(throws: SealError.keyMissing(sealed.keyID)) {
                try store.open(sealed, for: SealedPlace(subject: "", field: ""))
            }
        }
        // Sealed or not, the tables' files hold nothing of it any more, free pages included; the log does.
        let tables = after.holding(adas.map(\.text) + ["c-ada"]).filter { !$0.hasPrefix("log") }
        #expect(tables == [])
        #expect(!after.holding(["c-ada"]).isEmpty)
        // Others' data open as before.
        #expect(Set(self.openable(after)) == Set(others))
    }

    @Test func `what plays ends, the name is free, and the log says so`() async throws {
        #expect(try self.office.ledger.read { try $0.connections().count } == 1)
        _ = try await self.office.ask(.privacy(.erase(customer: "c-ada")))
        #expect(try self.office.ledger.read { try $0.connections().count } == 0)
        let denied = await self.office.open(
            "userCnry1",
            "wordCnry1",
            channel: 101,
            PrivacyOffice.device("203.0.113.77", "SmartTVCnry/7.1")
        )
        #expect(denied == .failure(.unknownCredential))
        let kinds = try self.lines().suffix(4).map { $0.event.kind.rawValue }
        #expect(kinds == ["connection.evicted", "credential.removed", "credential.removed", "customer.erased"])
        await #expect(throws: PrivacyOffice.Refused.self) {
            try await self.office.ask(.privacy(.erase(customer: "c-ada")))
        }
        _ = try await self.office.ask(.add(.customer, id: "c-ada", settings: ["name": "Another Ada"]))
        let shown = try await self.office.ask(.show(.customer, id: "c-ada"))
        #expect(shown.table?.text(.csv).contains("Another Ada") == true)
        try await self.office.ledger.flushHistory()
        #expect(try self.dump().filter { $0.hasPrefix("customer_name|") }.count == 4)
    }

    @Test func `past reports keep all other rows, and a rebuild gives the same tables`() async throws {
        let kinds = ReportTool.Kind.allCases
        let reports = try kinds.map { try self.report($0) }
        let rows = try self.dump()
        _ = try await self.office.ask(.privacy(.erase(customer: "c-ada")))
        try await self.office.ledger.flushHistory()
        for (kind, before) in zip(kinds, reports) {
            let after = try self.report(kind)
            #expect(Self.others(before) == Self.others(after), "\(kind)")
            #expect(before.rows.count == after.rows.count, "\(kind)")
            #expect(kind == .stability || !Self.others(after).isEmpty, "\(kind)")
        }
        // Only what is personal of one customer left: her name, her three devices' identities, three reasons.
        let gone = Set(rows).subtracting(try self.dump()).map { $0.split(separator: "|")[0] }.sorted()
        #expect(
            gone.filter { $0 != "checkpoint" } == [
                "change_record", "change_record", "connection", "customer_name", "refund", "seen_client", "seen_client",
                "seen_client",
            ]
        )
        self.office.ledger.stop()
        #expect(try RebuildTool(self.office.directory).run(asOf: nil, into: nil, check: true))
        #expect(try RebuildTool(self.office.directory).run(asOf: nil, into: nil, check: false))
        let after = try DirectoryBytes(self.office.directory)
        #expect(after.holding(["c-ada"]).allSatisfy { $0.hasPrefix("log") })
    }

    @Test func `removing a customer, alone or with a catalogue, destroys its keys as well`() async throws {
        _ = try await self.office.ask(.remove(.customer, id: "c-ada"))
        var catalogue = Catalogue()
        catalogue.plans = [PlanEntry(name: "basic", maxConnections: 2, priceMonthCents: 999)]
        catalogue.customers = [CustomerEntry(id: "c-cleo", name: "Name of cleo", plan: "basic")]
        _ = try await self.office.ask(.apply(catalogue, prune: true, dryRun: true))
        #expect(try #require(try self.wrappedKeys("c-ben")).count == 2)
        _ = try await self.office.ask(.apply(catalogue, prune: true, dryRun: false))
        for name in ["c-ada", "c-ben"] { #expect(try self.wrappedKeys(name) == []) }
        #expect(try #require(try self.wrappedKeys("c-cleo")).count == 2)
        #expect(try self.office.vault.store.unfinishedErasures() == [])
        let files = try DirectoryBytes(self.office.directory).holding(["c-ada", "c-ben"])
        #expect(files.allSatisfy { $0.hasPrefix("log") })
    }

    @Test func `an erasure that a crash broke off is finished before anything else`() async throws {
        let store = self.office.vault.store
        // The event, but not the keys.
        _ = try await self.office.ledger.perform(EraseCustomer("c-ada", vault: self.office.vault))
        // A note without its event.
        try store.begin(erasing: [CustomerID(rawValue: "c-ben")])
        #expect(try #require(try self.wrappedKeys("c-ada")).count == 2)
        try await Erasure(ledger: self.office.ledger, vault: self.office.vault).finishInterrupted()
        #expect(try self.wrappedKeys("c-ada") == [])
        #expect(try #require(try self.wrappedKeys("c-ben")).count == 2)
        #expect(try store.unfinishedErasures() == [])
    }

    private func lines() throws -> [Envelope] {
        var found: [Envelope] = []
        try LogReader(directory: self.office.directory.log).forEachLine { _, line in
            if let envelope = try? Envelope(parsing: Array(line)) { found.append(envelope) }
        }
        return found
    }

    /// The seals that stand in events about Ada.
    private func sealedOfAda(_ bytes: DirectoryBytes) throws -> [Sealed]? {
        let log = bytes.parts.first { $0.name == "log lines" }
        let lines = log.map { String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n") }
        return try lines?.filter { $0.contains("\"customer\":\"c-ada\"") }.flatMap { line in
            try line.split(separator: "\"").filter { $0.hasPrefix("v1.") }.map { try Sealed(parsing: $0) }
        }
    }

    private func wrappedKeys(_ customer: String) throws -> [String]? {
        try DatabaseQueue(path: self.office.directory.keyStore).read { database in
            try String.fetchAll(database, sql: "SELECT sealed FROM data_key WHERE customer = ?", arguments: [customer])
        }
    }
}
