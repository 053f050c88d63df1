import Accounts
import EventLog
import Events
import Ledger
import Model
import Projections
import Testing

struct CatalogueTests {
    @Test func `applying the same catalogue twice records nothing the second time`() async throws {
        let office = try Office()
        let first = try await office.apply(catalogue())
        #expect(first.counts == CatalogueCounts(added: 7, changed: 0, unchanged: 0, removed: 0))
        let count = office.events.count
        let second = try await office.apply(catalogue())
        #expect(second.counts == CatalogueCounts(added: 0, changed: 0, unchanged: 7, removed: 0))
        #expect(office.events.count == count)
    }

    @Test func `a dry run tells and records nothing`() async throws {
        let office = try Office()
        let reply = try await office.apply(catalogue(), dryRun: true)
        #expect(reply.counts.added == 7)
        #expect(try office.ledger.read { try $0.channels() }.isEmpty)
    }

    @Test func `one wrong entry and nothing is applied`() async throws {
        let office = try Office()
        var wrong = catalogue()
        wrong.channels[1].sources = [SourceEntry(supplier: "nobody", url: Redacted("http://x.example/"))]
        await #expect(throws: AccountsError.unknown(.supplier, "nobody")) { try await office.apply(wrong) }
        #expect(try office.ledger.read { try $0.suppliers() }.isEmpty)
    }

    @Test func `what changed is recorded as it is now`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        var changed = catalogue(limit: 4)
        changed.channels[0].name = "News First"
        changed.channels[0].sources[0].url = Redacted("http://other.example/2.ts")
        changed.customers[0].credentials[0].password = Redacted("better")
        let count = office.events.count
        _ = try await office.apply(changed)
        #expect(
            office.kinds.dropFirst(count) == [
                "plan.changed", "channel.changed", "source.changed", "credential.rotated",
            ]
        )
        #expect(await office.open("ada", "secret") == .failure(.unknownCredential))
        #expect(try await office.open("ada", "better").get().channel == ChannelID(101))
    }

    @Test func `pruning removes what the file does not name, and ends who watches it`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        _ = try await office.open().get()
        var fewer = Catalogue()
        fewer.plans = catalogue().plans
        let reply = try await office.apply(fewer, prune: true)
        #expect(reply.counts.removed == 6)
        #expect(try office.live().isEmpty)
        #expect(
            try office.ledger.read {
                try ($0.channels().count, $0.sources().count, $0.customers().count, $0.credentials().count)
            } == (0, 0, 0, 0)
        )
    }

    @Test func `a password is made up and told once when none is given`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        let messages = try await office.edit(.add, .credential, "eve", ["customer": "c1"])
        let line = try #require(messages.first)
        let password = try #require(
            line.split(separator: "password ").last?.split(separator: " ").first.map(String.init)
        )
        #expect(password.utf8.count == 24)
        #expect(try await office.open("eve", password, agent: "eve's").get().channel == ChannelID(101))
    }

    @Test func `a supplier in use is not removed`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        await #expect(throws: AccountsError.inUse(.supplier, "alpha", by: "channel 101")) {
            try await office.edit(.remove, .supplier, "alpha")
        }
        try await office.edit(.remove, .channel, "101")
        try await office.edit(.remove, .supplier, "alpha")
        #expect(office.kinds.suffix(3) == ["source.detached", "channel.removed", "supplier.removed"])
    }

    static let wrong: [(CatalogueNoun, String?, [String: String], AccountsError)] = [
        (
            .supplier, "al pha", [:],
            .malformed(.supplier, "al pha", field: "name", found: "al pha", allowed: "1 to 64 letters, digits, - _ .")
        ),
        (
            .supplier, "b", ["max_connections": "0"],
            .malformed(.supplier, "b", field: "max_connections", found: "0", allowed: "1 to 100000")
        ),
        (
            .supplier, "b", ["colour": "red"],
            .unknownSetting(.supplier, "colour", allowed: ["max_connections", "private_network"])
        ),
        (.supplier, "alpha", [:], .exists(.supplier, "alpha")),
        (.channel, "0", [:], .malformed(.channel, "0", field: "id", found: "0", allowed: "1 to 2147483647")),
        (
            .channel, "7", ["keep": "maybe"],
            .malformed(.channel, "7", field: "keep", found: "maybe", allowed: "on-demand or always")
        ),
        (
            .channel, "7", ["return": "maybe"],
            .malformed(.channel, "7", field: "return", found: "maybe", allowed: "better or sticky")
        ),
        (.customer, "c2", ["plan": "gold"], .unknown(.plan, "gold")),
        (.credential, "eve", [:], .missing(.credential, field: "customer")),
        (.credential, "ada", ["customer": "c1"], .exists(.credential, "ada")),
        (.source, nil, ["channel": "9", "supplier": "alpha", "url": "http://x.example/"], .unknown(.channel, "9")),
        (
            .source, nil, ["channel": "101", "supplier": "alpha", "url": "file:///etc/passwd"],
            .malformed(
                .source,
                "of channel 101",
                field: "url",
                found: "<not shown>",
                allowed: "an http, https or rtmp address without spaces"
            )
        ),
    ]

    @Test(arguments: wrong.indices)
    func `what is wrong is refused and said`(_ index: Int) async throws {
        let (noun, id, settings, error) = Self.wrong[index]
        let office = try Office()
        try await office.apply(catalogue())
        let count = office.events.count
        await #expect(throws: error) { try await office.edit(.add, noun, id, settings) }
        #expect(office.events.count == count)
    }

    @Test func `no name, password, address or supplier stands in the log in clear`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        _ = try await office.open(agent: "canary-agent", address: NetworkAddress(v4: (198, 51, 100, 77))).get()
        var lines = ""
        let reader = try LogReader(directory: "\(office.directory)/log")
        try reader.forEachLine { _, line in lines += String(decoding: line, as: UTF8.self) + "\n" }
        #expect(lines.contains("connection.opened"))
        for secret in ["canary", "Ada", "\"ada\"", "secret", "198.51.100"] {
            #expect(!lines.contains(secret), "\(secret) is in the log")
        }
    }
}

struct SessionTokenTests {
    @Test func `comes back from its text, and nothing else is taken`() {
        let token = SessionToken(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
        #expect(token.text == "0123456789abcdeffedcba9876543210")
        #expect(SessionToken(parsing: token.text.utf8) == token)
        for text in [
            "", "0123456789ABCDEFFEDCBA9876543210", String(token.text.dropLast()), token.text + "0",
            "g" + token.text.dropFirst(),
        ] {
            #expect(SessionToken(parsing: text.utf8) == nil)
        }
    }
}
