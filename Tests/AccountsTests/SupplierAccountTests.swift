import Accounts
import Events
import Ledger
import Model
import Projections
import Testing

/// Accounts at suppliers, and what their panels say.
struct SupplierAccountTests {
    private static func entry(_ name: String, _ most: Int64? = nil) -> AccountEntry {
        AccountEntry(
            username: Redacted("canary-user-\(name)"),
            password: Redacted("canary-pass-\(name)"),
            maxConnections: most
        )
    }

    private static func catalogue(_ accounts: [AccountEntry]?) -> Catalogue {
        var catalogue = Catalogue()
        catalogue.suppliers = [SupplierEntry(name: "alpha", maxConnections: 2, accounts: accounts)]
        return catalogue
    }

    private func rows(_ office: Office) throws -> [SupplierAccountRow] { try office.ledger.read { try $0.accounts() } }

    @Test func `a catalogue's accounts are sealed, known again by name, and left alone when not named`() async throws {
        let office = try Office()
        try await office.apply(Self.catalogue([Self.entry("a"), Self.entry("b", 3)]))
        let rows = try self.rows(office)
        #expect(rows.map(\.account.rawValue) == [1, 2])
        let supplier = try #require(try office.ledger.read { try $0.supplier(SupplierID(rawValue: "alpha")) })
        #expect(rows.map { $0.limit(supplier) } == [2, 3])
        #expect(!office.events.contains { "\($0)".contains("canary") })
        #expect(try AccountSecrets.open(rows[1], with: office.vault).password == Redacted("canary-pass-b"))

        let count = office.events.count
        try await office.apply(Self.catalogue([Self.entry("a"), Self.entry("b", 3)]))
        try await office.apply(Self.catalogue(nil))
        #expect(office.events.count == count)
        var changed = Self.entry("b", 3)
        changed.password = Redacted("canary-other")
        try await office.apply(Self.catalogue([changed, Self.entry("c")]))
        #expect(office.kinds.dropFirst(count) == ["account.changed", "account.added", "account.removed"])
        #expect(try self.rows(office).map(\.account.rawValue) == [2, 3])
        try await office.apply(Self.catalogue([]))
        #expect(try self.rows(office).isEmpty)
        await #expect(throws: AccountError.twice(SupplierID(rawValue: "alpha"))) {
            try await office.apply(Self.catalogue([Self.entry("a"), Self.entry("a", 2)]))
        }
    }

    @Test func `accounts are added, changed and removed one by one, and go with their supplier`() async throws {
        let office = try Office()
        try await office.apply(Self.catalogue(nil))
        func edit(_ edit: AccountEdit) async throws -> [String] {
            try await office.ledger.perform(EditAccounts(edit, vault: office.vault))
        }
        #expect(try await edit(.add(supplier: "alpha", Self.entry("a"))) == ["added account 1 of supplier alpha"])
        await #expect(throws: AccountError.exists(SupplierID(rawValue: "alpha"), AccountID(1))) {
            _ = try await edit(.add(supplier: "alpha", Self.entry("a")))
        }
        await #expect(throws: AccountError.unknown("7")) { _ = try await edit(.remove(account: "7")) }
        var change = AccountChange()
        change.label = "reserve"
        change.maxConnections = 5
        #expect(try await edit(.change(account: "1", change)) == ["changed account 1 of supplier alpha"])
        #expect(try await edit(.change(account: "1", change)) == ["nothing to change"])
        change.maxConnections = 0
        _ = try await edit(.change(account: "1", change))
        let row = try #require(try self.rows(office).first)
        #expect(row.label == "reserve" && row.maxConnections == nil)
        _ = try await edit(.add(supplier: "alpha", Self.entry("b")))
        #expect(try await edit(.remove(account: "1")) == ["removed account 1 of supplier alpha"])
        try await office.edit(.remove, .supplier, "alpha")
        #expect(try self.rows(office).isEmpty)
    }

    /// What is recorded of these readings, one after the other, as `type why`.
    private func watched(
        _ office: Office,
        _ readings: [(AccountReading, own: Int64, isSure: Bool)]
    ) async throws -> [String] {
        var told: [String] = []
        for (reading, own, isSure) in readings {
            let command = RecordAccountReading(reading, of: AccountID(1), own: own, isSharingSure: isSure)
            told += try await office.ledger.perform(command).map { event in
                switch event {
                case .accountWarned(let it): "\(it.why)" + (it.days.map { " \($0)" } ?? "")
                default: event.kind.rawValue
                }
            }
            told.append("|")
        }
        return told
    }

    private static func told(
        _ status: String = "Active",
        most: Int64? = 2,
        active: Int64 = 0,
        days: Int64? = nil
    ) -> AccountReading {
        let expires = days.map { WallTime(seconds: TestClock.start.seconds + $0 * 86_400) }
        return .told(.init(status: status, maxConnections: most, activeConnections: active, expires: expires))
    }

    @Test func `each thing a panel says is recorded once`() async throws {
        let office = try Office()
        try await office.apply(Self.catalogue([Self.entry("a")]))
        let told = try await self.watched(
            office,
            [
                (Self.told(), 0, false), (Self.told(), 0, false),
                // A lower limit is taken and warned of.
                (Self.told(most: 1), 0, false), (Self.told(most: 1), 0, false),
                // Somebody else uses it; the first count may lag behind.
                (Self.told(most: 1, active: 1), 0, false), (Self.told(most: 1, active: 1), 0, true),
                (Self.told(most: 1, active: 1), 0, true), (Self.told(most: 1, active: 1), 1, true),
                (.unreadable("refused"), 0, false), (.unreadable("refused"), 0, false), (Self.told(most: 1), 0, false),
                (Self.told("Banned", most: 1), 0, false), (Self.told("Banned", most: 1), 0, false),
                (.refused, 0, false), (.refused, 0, false),
            ]
        )
        #expect(
            told.joined(separator: " ").split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmed } == [
                "account.read", "", "account.read limit", "", "", "account.read shared", "", "account.read",
                "unreadable", "", "account.read", "account.read unusable", "", "account.read unusable", "", "",
            ]
        )
        let row = try #require(try self.rows(office).first)
        #expect(row.isUnusable && row.panelMax == 1)
    }

    @Test func `an end that comes nearer is warned of at 14, 7, 3 and 1 days and when it is there`() async throws {
        let office = try Office()
        try await office.apply(Self.catalogue([Self.entry("a")]))
        var told: [String] = []
        for day in 0...22 {
            // Twice a day, and the panel is away for the last days.
            let reading = day < 15 ? Self.told(days: 20) : .unreadable("refused")
            let days = try await self.watched(office, [(reading, 0, false), (reading, 0, false)])
            told += days.filter { $0.hasPrefix("expire") }.map { "\(day): \($0)" }
            office.clock.advance(seconds: 86_400)
        }
        #expect(told == ["6: expires 14", "13: expires 7", "17: expires 3", "19: expires 1", "20: expired"])
        // Paid for another month: the next end is warned of anew.
        let later = try await self.watched(office, [(Self.told(days: 30), 0, false), (Self.told(days: 30), 0, false)])
        #expect(later == ["account.read", "expires 7", "|", "|"])
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
