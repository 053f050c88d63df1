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

struct AgeingTests {
    let office: PrivacyOffice

    init() async throws {
        self.office = try PrivacyOffice()
        try await self.office.populate()
        try await self.office.watch()
    }

    private var ageing: Ageing { Ageing(ledger: self.office.ledger, vault: self.office.vault) }

    private func rows(_ sql: String) throws -> [String] {
        try DatabaseQueue(path: self.office.directory.historyProjection).read { try String.fetchAll($0, sql: sql) }
    }

    private func weeks(of customer: String) throws -> [String] {
        try DatabaseQueue(path: self.office.directory.keyStore).read { database in
            try String.fetchAll(
                database,
                sql: "SELECT week FROM data_key WHERE customer = ? AND week <> '' ORDER BY week",
                arguments: [customer]
            )
        }
    }

    private func reports() throws -> [Report] {
        var query = ReportQuery(now: self.office.now)
        query.week = "2026-W48"
        query.isReproducible = true
        return try ReportTool.Kind.allCases.map { kind in
            var report = try ReportTool(self.office.directory, clock: .utc).report(kind, query)
            // How far the log reaches, and how much came late, is no row of the report.
            (report.coversUntil, report.revision) = (self.office.now, 0)
            (report.isPartial, report.isFinal) = (false, true)
            return report
        }
    }

    private var aged: [DataAged] {
        get throws {
            var found: [DataAged] = []
            try LogReader(directory: self.office.directory.log).forEachLine { _, line in
                if case .dataAged(let it) = (try? Envelope(parsing: Array(line)))?.event { found.append(it) }
            }
            return found
        }
    }

    @Test func `addresses can be read for two weeks, and no address for more than 14 days`() async throws {
        let seen = try self.sealed()
        #expect(seen.count >= 5)
        // The week after: nothing is due, to the last moment of it.
        self.office.advance(milliseconds: PrivacyOffice.weekMs)
        #expect(try await self.ageing.run(now: self.office.now) == 0)
        let end = try #require(WallTime("2026-12-06T23:59:59Z"))
        #expect(try await self.ageing.run(now: end) == 0)
        #expect(try self.aged == [])
        // The Monday after: 14 days after the week began.
        let due = try #require(WallTime("2026-12-07T00:00:00Z"))
        #expect(try await self.ageing.run(now: due) == 4)
        #expect(try self.aged == [DataAged(clientsBefore: "2026-W49", networksBefore: "2026-W38", keys: 4)])
        for (sealed, client) in seen {
            let place = SealedPlace(subject: "client/\(client)", field: "identity")
            #expect(throws: SealError.keyMissing(sealed.keyID)) { try self.office.vault.store.open(sealed, for: place) }
        }
        // What the customer is called is not a matter of weeks.
        let shown = try await self.office.ask(.show(.customer, id: "c-ada"))
        #expect(shown.table?.text(.csv).contains("AdaCnryName") == true)
        try await self.office.ledger.flushHistory()
        #expect(try self.rows("SELECT identity FROM seen_client") == [])
        #expect(try self.weeks(of: "~networks") == ["2026-W48"])
        #expect(try self.weeks(of: "~devices") == [])
        // Once is enough.
        #expect(try await self.ageing.run(now: due) == 0)
        #expect(try self.aged.count == 1)
    }

    @Test func `a seal of one week ages, that of the next opens still`() async throws {
        self.office.advance(milliseconds: PrivacyOffice.weekMs)
        let device = PrivacyOffice.device("203.0.113.77", "SmartTVCnry/7.1")
        let grant = try await self.office.open("userCnry1", "wordCnry1", channel: 101, device).get()
        self.office.close(grant)
        #expect(try self.weeks(of: "c-ada") == ["2026-W48", "2026-W49"])
        #expect(try await self.ageing.run(now: try #require(WallTime("2026-12-07T00:00:00Z"))) == 4)
        #expect(try self.weeks(of: "c-ada") == ["2026-W49"])
        try await self.office.ledger.flushHistory()
        #expect(try self.rows("SELECT DISTINCT week FROM seen_client") == ["2026-W49"])
    }

    @Test func `networks' hashes can be traced for thirteen weeks`() async throws {
        let vault = self.office.vault
        let home = try #require(NetworkAddress("203.0.113.77")).network.description
        let hash = try vault.weeklyHash(.network, home, week: "2026-W48")
        let stored = try self.rows("SELECT DISTINCT network FROM connection")
        #expect(stored.contains(hash.short))
        #expect(try await self.ageing.run(now: try #require(WallTime("2027-02-21T23:59:59Z"))) == 4)
        #expect(try vault.weeklyHash(.network, home, week: "2026-W48") == hash)
        #expect(try await self.ageing.run(now: try #require(WallTime("2027-02-22T00:00:00Z"))) == 1)
        #expect(try self.aged.map(\.networksBefore) == ["2026-W48", "2026-W49"])
        #expect(try vault.weeklyHash(.network, home, week: "2026-W48") != hash)
    }

    @Test func `past reports are the same before and after, and so is what a rebuild makes`() async throws {
        let before = try self.reports()
        #expect(before.contains { !$0.rows.isEmpty })
        for moment in ["2026-12-07T00:00:00Z", "2027-02-22T00:00:00Z"] {
            _ = try await self.ageing.run(now: try #require(WallTime(moment)))
            try await self.office.ledger.flushHistory()
            for (old, new) in zip(before, try self.reports()) {
                #expect(old.rows == new.rows && old.totals == new.totals && old.notes == new.notes, "\(old.name)")
            }
        }
        self.office.ledger.stop()
        #expect(try RebuildTool(self.office.directory).run(asOf: nil, into: nil, check: true))
        let bytes = try DirectoryBytes(self.office.directory)
        let identities = try self.sealed().map(\.0.text)
        #expect(bytes.holding(identities).allSatisfy { $0.hasPrefix("log") })
    }

    /// What devices said of themselves, as it stands in the log.
    private func sealed() throws -> [(Sealed, ClientID)] {
        var found: [(Sealed, ClientID)] = []
        try LogReader(directory: self.office.directory.log).forEachLine { _, line in
            guard case .clientSeen(let it) = (try? Envelope(parsing: Array(line)))?.event,
                let sealed = try? Sealed(parsing: it.identity)
            else { return }
            found.append((sealed, it.client))
        }
        return found
    }
}
