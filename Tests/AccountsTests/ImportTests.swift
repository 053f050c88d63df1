import Accounts
import Events
import Ledger
import Model
import Projections
import Testing

struct ImportTests {
    private static func entry(
        _ stream: Int,
        _ name: String,
        password: String = "p",
        category: String? = "News",
        logo: String? = nil,
        epg: String? = nil,
        number: Int64? = nil
    ) -> ImportEntry {
        ImportEntry(
            name: name,
            url: Redacted("http://s.example/live/u/\(password)/\(stream).ts"),
            key: "stream \(stream)",
            category: category,
            logo: logo.map { Redacted($0) },
            epg: epg,
            number: number
        )
    }

    private static func key(_ url: String) -> String {
        "stream \(url.split(separator: "/").last?.dropLast(3) ?? "")"
    }

    private static func office() async throws -> Office {
        let office = try Office()
        _ = try await office.edit(.add, .supplier, "alpha")
        _ = try await office.edit(.add, .supplier, "beta")
        return office
    }

    private static func plan(
        _ entries: [ImportEntry],
        _ office: Office,
        of supplier: String = "alpha",
        _ change: (inout ImportOptions) -> Void = { _ in }
    ) throws -> ImportPlan {
        var options = ImportOptions()
        change(&options)
        return try office.ledger.read { state in
            try ImportPlan(entries, of: supplier, options, in: state, vault: office.vault, key: Self.key)
        }
    }

    @discardableResult
    private static func bring(
        _ entries: [ImportEntry],
        _ office: Office,
        of supplier: String = "alpha",
        _ change: (inout ImportOptions) -> Void = { _ in }
    ) async throws -> ImportPlan {
        let plan = try Self.plan(entries, office, of: supplier, change)
        var rest = plan.steps[...]
        while !rest.isEmpty {
            let part = rest.prefix(ApplyImport.stepsMax)
            _ = try await office.ledger.perform(ApplyImport(part, of: supplier, vault: office.vault))
            rest = rest.dropFirst(part.count)
        }
        return plan
    }

    private static func channels(_ office: Office) throws -> [String] {
        try office.ledger.read { state in
            try state.channels().map { "\($0.channel) \($0.name) \($0.category ?? "-") \($0.epg ?? "-")" }
        }
    }

    @Test func `a second import of the same list records nothing`() async throws {
        let office = try await Self.office()
        let list = [
            Self.entry(1, "One", logo: "http://s.example/1.png", epg: "one", number: 7), Self.entry(2, "Two"),
        ]
        let first = try await Self.bring(list, office)
        #expect(first.added == ["One", "Two"])
        #expect(try Self.channels(office) == ["1 One News one", "2 Two News -"])
        let count = office.events.count
        let second = try await Self.bring(list, office)
        #expect(second.unchanged == 2 && second.steps.isEmpty)
        #expect(office.events.count == count)
    }

    @Test func `with a new password at the supplier channels keep their numbers`() async throws {
        let office = try await Self.office()
        try await Self.bring([Self.entry(1, "One"), Self.entry(2, "Two")], office)
        let plan = try await Self.bring(
            [Self.entry(2, "Two", password: "q"), Self.entry(1, "One", password: "q")],
            office
        )
        #expect(plan.changed.count == 2 && plan.added.isEmpty)
        #expect(try Self.channels(office) == ["1 One News -", "2 Two News -"])
        let url = try office.ledger.read { state in
            try SourceAddress.open(state.sources(of: ChannelID(1))[0], with: office.vault)
        }
        #expect(url.clear == "http://s.example/live/u/q/1.ts")
    }

    @Test func `a channel whose address is quite another is known by its name, if only one has it`() async throws {
        let office = try await Self.office()
        try await Self.bring([Self.entry(1, "One"), Self.entry(2, "Twin"), Self.entry(3, "Twin")], office)
        let plan = try await Self.bring(
            [Self.entry(11, "One"), Self.entry(12, "Twin"), Self.entry(13, "Twin")],
            office
        )
        #expect(plan.changed == ["One"])
        #expect(plan.added == ["Twin", "Twin"])
        #expect(plan.gone == ["Twin", "Twin"])
    }

    @Test func `names and the like follow the list, unless they are to be kept`() async throws {
        let office = try await Self.office()
        try await Self.bring([Self.entry(1, "One", epg: "one")], office)
        _ = try await office.edit(.change, .channel, "1", ["name": "My One"])
        let kept = try await Self.bring([Self.entry(1, "One HD", category: "Sport")], office) { $0.keepsNames = true }
        #expect(kept.unchanged == 1)
        try await Self.bring([Self.entry(1, "One HD", category: nil)], office)
        // What the list doesn't say stays.
        #expect(try Self.channels(office) == ["1 One HD News one"])
    }

    @Test func `what is gone stays until it is to be taken away`() async throws {
        let office = try await Self.office()
        try await Self.bring([Self.entry(1, "One"), Self.entry(2, "Two"), Self.entry(3, "Three")], office)
        let number = try office.ledger.read { try $0.channels().last?.channel.rawValue ?? 0 }
        _ = try await office.edit(
            .add,
            .source,
            nil,
            ["channel": "\(number)", "supplier": "beta", "url": "http://b.example/3.ts"]
        )
        let plan = try await Self.bring([Self.entry(1, "One")], office)
        #expect(plan.gone == ["Two", "Three"] && plan.steps.isEmpty)
        try await Self.bring([Self.entry(1, "One")], office) { $0.removesGone = true }
        // The other supplier still has it.
        #expect(try Self.channels(office) == ["1 One News -", "3 Three News -"])
        let left = try office.ledger.read { try $0.sources(of: ChannelID(3)).map(\.supplier.rawValue) }
        #expect(left == ["beta"])
    }

    @Test func `a part of the list says nothing about the rest`() async throws {
        let office = try await Self.office()
        let list = [Self.entry(1, "One"), Self.entry(2, "Two", category: "Sport"), Self.entry(3, "Three")]
        let sport = try await Self.bring(list, office) { $0.categories = ["Sport"] }
        #expect(sport.added == ["Two"])
        let two = try await Self.bring(list, office) {
            $0.limit = 2
            $0.removesGone = true
        }
        #expect(two.added == ["One"] && two.unchanged == 1 && two.gone.isEmpty)
    }

    @Test func `what can't be taken is left out and counted`() throws {
        let office = try Office()
        let supplier = "alpha"
        #expect(throws: AccountsError.unknown(.supplier, supplier)) { try Self.plan([], office) }
    }

    @Test func `bad addresses and repeated ones are left out and counted`() async throws {
        let office = try await Self.office()
        var bad = Self.entry(1, "Bad")
        bad.url = Redacted("ftp://s.example/1.ts")
        var strange = Self.entry(3, "", logo: "file:///etc/passwd")
        strange.epg = "a\nb"
        let plan = try await Self.bring([bad, Self.entry(2, "Two"), Self.entry(2, "Again"), strange], office)
        #expect(plan.refused == 1 && plan.repeated == 1)
        #expect(try Self.channels(office) == ["1 Two News -", "2 Channel News -"])
        #expect(try office.ledger.read { try $0.channels().allSatisfy { $0.logo == nil } })
    }

    @Test func `thousands of channels are brought in by small commands`() async throws {
        let office = try await Self.office()
        let list = (1...3_000).map { Self.entry($0, "Channel \($0)") }
        try await Self.bring(list, office)
        #expect(try Self.channels(office).count == 3_000)
        #expect(try Self.plan(list, office).unchanged == 3_000)
    }
}
