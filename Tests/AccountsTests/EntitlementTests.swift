import Accounts
import EventLog
import Events
import Ledger
import Model
import Projections
import Testing

struct EntitlementTests {
    static let now = WallTime(seconds: 1_795_000_000)

    private static func credential(_ edit: (inout CredentialRow) -> Void = { _ in }) -> CredentialRow {
        var row = CredentialRow.empty
        row.credential = CredentialID(7)
        edit(&row)
        return row
    }

    private static func plan(_ terms: Terms) -> PlanRow {
        var row = PlanRow.empty
        row.maxConnections = 3
        row.terms = terms
        return row
    }

    @Test func `a credential has its plan's terms, with its own over them`() {
        let plan = Self.plan(Terms(tier: .premium, outputs: [.hls], onLimit: .evictOldest))
        let plain = Entitlement(credential: Self.credential(), customer: nil, plan: plan)
        #expect(plain.maxConnections == 3)
        #expect(plain.outputs == [.hls])
        #expect(plain.onLimit == .evictOldest)
        #expect(plain.tier == .premium)
        let own = Self.credential { row in
            row.maxConnections = 1
            row.terms = Terms(tier: .standard, outputs: [], onLimit: .rejectNewest)
        }
        let its = Entitlement(credential: own, customer: nil, plan: plan)
        #expect(its.maxConnections == 1)
        #expect(its.outputs == [.hls, .ts])
        #expect(its.onLimit == .rejectNewest)
        #expect(its.tier == .standard)
        let none = Entitlement(credential: Self.credential(), customer: nil, plan: nil)
        #expect(none.maxConnections == 1)
        #expect(none.onLimit == .rejectNewest)
        #expect(none.tier == .standard)
        #expect(none.outputs == [.hls, .ts])
    }

    static let standings: [(CredentialRow.State, CustomerRow.State, Bool, Int64?, Entitlement.Status, String?)] = [
        (.active, .active, false, nil, .active, nil),
        (.active, .active, false, 1, .active, nil),
        (.active, .active, true, 1, .trial, nil),
        (.active, .active, false, 0, .expired, "expired"),
        (.active, .active, true, -1, .expired, "trial-ended"),
        (.expired, .active, true, 5, .expired, "trial-ended"),
        (.suspended, .active, true, 5, .suspended, "suspended"),
        (.active, .suspended, true, 5, .suspended, "suspended"),
        (.expired, .suspended, false, nil, .suspended, "suspended"),
    ]

    @Test(arguments: standings.indices)
    func `how a credential stands`(_ index: Int) {
        let (state, customerState, trial, seconds, status, refusal) = Self.standings[index]
        let row = Self.credential { row in
            row.state = state
            row.trial = trial
            row.expires = seconds.map { Self.now.advanced(milliseconds: $0 * 1_000) }
        }
        var customer = CustomerRow.empty
        customer.state = customerState
        let entitlement = Entitlement(credential: row, customer: customer, plan: nil)
        #expect(entitlement.status(at: Self.now) == status)
        #expect(entitlement.refusal(at: Self.now)?.rawValue == refusal)
    }

    static let selections: [([Int64]?, [String]?, Int64, String?, Bool)] = [
        (nil, nil, 1, nil, true),
        ([], [], 1, nil, true),
        ([1], nil, 1, "News", true),
        ([2], nil, 1, "News", false),
        ([2], ["News"], 1, "News", true),
        ([], ["News"], 1, "Sport", false),
        (nil, ["News"], 1, nil, false),
    ]

    @Test(arguments: selections.indices)
    func `a channel may be watched when it or its category is named, or nothing is`(_ index: Int) {
        let (channels, categories, number, category, isAllowed) = Self.selections[index]
        let terms = Terms(outputs: [.ts], channels: channels?.map { ChannelID($0) }, categories: categories)
        let entitlement = Entitlement(credential: Self.credential(), customer: nil, plan: Self.plan(terms))
        var channel = ChannelRow.empty
        channel.channel = ChannelID(number)
        channel.category = category
        #expect(entitlement.allows(channel) == isAllowed)
        #expect(entitlement.refusal(of: channel, as: .ts) == (isAllowed ? nil : .channel))
        #expect(entitlement.refusal(of: channel, as: .hls) == (isAllowed ? .output : .channel))
    }
}

struct TermsAdmissionTests {
    @Test func `what a plan leaves out is refused, and the event says which rule`() async throws {
        let office = try Office()
        var limited = catalogue()
        limited.plans[0].terms.outputs = ["ts"]
        limited.plans[0].terms.categories = ["News"]
        try await office.apply(limited)
        #expect(await office.open(channel: 102) == .failure(.forbidden(.channel)))
        #expect(await office.open(channel: 101, output: .hls) == .failure(.forbidden(.output)))
        let rules = office.events.compactMap { if case .limitRejected(let it) = $0 { it.rule } else { nil } }
        #expect(rules == ["channel", "output"])
        #expect(try await office.open(channel: 101).get().channel == ChannelID(101))
        // The credential's own terms free it of the plan's.
        try await office.edit(.change, .credential, "ada", ["outputs": "any", "categories": "any"])
        #expect(try await office.open(channel: 102, output: .hls).get().channel == ChannelID(102))
    }

    @Test func `a credential's own addresses are sealed, and opened again for who decides`() async throws {
        let office = try Office()
        var locked = catalogue()
        locked.customers[0].credentials[0].terms.locks.addresses = ["198.51.100.77", "2001:db8:77::/48"]
        try await office.apply(locked)
        #expect(!office.events.contains { "\($0)".contains("198.51.100.77") || "\($0)".contains("2001:db8:77") })
        let entitlement = try office.ledger.read { state in
            let lookup = CatalogueLookup(state: state, vault: office.vault)
            return try lookup.entitlement(lookup.credential("ada"))
        }
        #expect(entitlement.locks.addresses == ["198.51.100.77", "2001:db8:77::/48"])
        #expect(try await office.apply(locked).counts.changed == 0)
        // Another change leaves them as they are.
        try await office.edit(.change, .credential, "ada", ["first_networks": "2"])
        let later = try office.ledger.read { state in
            let lookup = CatalogueLookup(state: state, vault: office.vault)
            return try lookup.entitlement(lookup.credential("ada"))
        }
        #expect(later.locks == Locks(addresses: ["198.51.100.77", "2001:db8:77::/48"], firstNetworks: 2))
    }

    static let wrong: [(String, String, String)] = [
        ("tier", "gold", "tier is `gold`, allowed: standard, premium"),
        ("outputs", "hls,dash", "outputs is `dash`, allowed: hls, ts"),
        ("channels", "101,zero", "channels is `zero`, allowed: a whole number"),
        ("channels", "0", "id is `0`, allowed: 1 to 2147483647"),
        ("on_limit", "fight", "on_limit is `fight`, allowed: reject-newest, evict-oldest, supersede"),
        ("allowed_addresses", "10.0.0.0/33", "allowed_addresses is `10.0.0.0/33`, allowed: addresses and networks"),
        ("allowed_addresses", "home", "allowed_addresses is `home`, allowed: addresses and networks"),
        ("first_networks", "-1", "first_networks is `-1`, allowed: 0 to 32"),
        ("blocked_countries", "Germany", "blocked_countries is `Germany`, allowed: ISO 3166 codes such as DE"),
        ("allowed_asns", "0", "allowed_asns is `0`, allowed: numbers of autonomous systems"),
    ]

    @Test(arguments: wrong)
    func `terms that are wrong are named`(_ key: String, _ value: String, _ complaint: String) async throws {
        let office = try Office()
        try await office.apply(catalogue())
        let error = await #expect(throws: AccountsError.self) {
            try await office.edit(.change, .plan, "basic", [key: value])
        }
        #expect(error.map { "\($0)".contains(complaint) } == true, "\(error.map { "\($0)" } ?? "nothing")")
    }

    @Test func `settings of a command line are terms`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        try await office.edit(
            .change,
            .plan,
            "basic",
            [
                "tier": "premium", "outputs": "hls, ts", "channels": "101,102", "allowed_countries": "de,AT",
                "blocked_agents": "curl", "allowed_asns": "3320",
            ]
        )
        let plan = try #require(try office.ledger.read { try $0.plan(PlanID(rawValue: "basic")) })
        let locks = Locks(allowedCountries: ["DE", "AT"], allowedASNs: [3_320], blockedAgents: ["curl"])
        #expect(
            plan.terms
                == Terms(
                    tier: .premium,
                    outputs: [.hls, .ts],
                    channels: [ChannelID(101), ChannelID(102)],
                    locks: locks
                )
        )
        try await office.edit(.change, .plan, "basic", ["channels": "", "outputs": "any"])
        let changed = try #require(try office.ledger.read { try $0.plan(PlanID(rawValue: "basic")) })
        #expect(changed.terms.channels == nil)
        #expect(changed.terms.outputs == [])
    }
}
