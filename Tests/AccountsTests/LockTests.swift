import Accounts
import Events
import Ledger
import Model
import Projections
import TestSupport
import Testing
import Vault

struct AgentPatternTests {
    @Test(arguments: [
        ("VLC", "VLC/3.0.20 LibVLC/3.0.20", true), ("vlc", "VLC/3.0", true), ("VLC/2", "VLC/3.0", false),
        ("vlc*android", "VLC/3.5 (Linux; Android 13)", true), ("android*vlc", "VLC/3.5 (Linux; Android 13)", false),
        ("*curl*", "curl/8.4", true), ("curl", "", false), ("a*a", "a", false), ("a*a", "aa", true),
        ("aab", "aaab", true), ("abab*c", "ababab-c", true), ("kodi", "Mozilla/5.0", false), ("É", "éÉ", true),
    ])
    func `is held by user agents, letters in either case`(_ text: String, _ agent: String, _ isHeld: Bool) throws {
        #expect(try #require(AgentPattern(text)).matches(agent) == isHeld)
    }

    @Test(arguments: ["", "*", "***", String(repeating: "x", count: 257)])
    func `a text that is empty, anything or too long is none`(_ text: String) {
        #expect(AgentPattern(text) == nil)
    }

    @Test func `finds what a plain search finds`() {
        var random = SeededRandom(seed: 3)
        func text(_ count: Int) -> String {
            String(String.UnicodeScalarView((0..<count).map { _ in ["a", "b"].randomElement(using: &random) ?? "a" }))
        }
        for _ in 0..<3_000 {
            let agent = text(Int.random(in: 0...24, using: &random))
            let piece = text(Int.random(in: 1...5, using: &random))
            let other = text(Int.random(in: 1...3, using: &random))
            #expect(AgentPattern(piece)?.matches(agent) == agent.contains(piece))
            let rest = agent.firstRange(of: piece).map { agent[$0.upperBound...] }
            #expect(AgentPattern("\(piece)*\(other)")?.matches(agent) == (rest?.contains(other) ?? false))
        }
    }
}

struct LockJudgementTests {
    static let home = Origin(country: "DE", asn: 3_320)

    static let cases: [(String, Locks, String, Origin, String, LockRule?)] = [
        ("no locks", Locks(), "192.0.2.1", .unknown, "", nil),
        ("empty lists", Locks(addresses: [], allowedCountries: [], allowedAgents: []), "192.0.2.1", .unknown, "", nil),
        ("in the range", Locks(addresses: ["192.0.2.0/24"]), "192.0.2.1", home, "", nil),
        ("mapped", Locks(addresses: ["192.0.2.0/24"]), "::ffff:192.0.2.1", home, "", nil),
        ("mapped range", Locks(addresses: ["::ffff:192.0.2.0/120"]), "192.0.2.1", home, "", nil),
        ("outside", Locks(addresses: ["192.0.2.0/24"]), "198.51.100.1", home, "", .address),
        ("v6 against v4", Locks(addresses: ["0.0.0.0/0"]), "2001:db8::1", home, "", .address),
        ("one of several", Locks(addresses: ["10.0.0.0/8", "2001:db8::/32"]), "2001:db8::1", home, "", nil),
        ("a carrier's shared addresses", Locks(addresses: ["100.64.0.0/10"]), "100.99.1.2", home, "", nil),
        ("unreadable range lets nobody in", Locks(addresses: ["fe80::1%eth0"]), "fe80::1", home, "", .address),
        ("allowed country", Locks(allowedCountries: ["DE", "AT"]), "192.0.2.1", home, "", nil),
        ("another country", Locks(allowedCountries: ["AT"]), "192.0.2.1", home, "", .country),
        ("unknown country", Locks(allowedCountries: ["DE"]), "192.0.2.1", .unknown, "", .country),
        ("blocked country", Locks(blockedCountries: ["DE"]), "192.0.2.1", home, "", .country),
        ("unknown isn't blocked", Locks(blockedCountries: ["DE"]), "192.0.2.1", .unknown, "", nil),
        (
            "blocked before allowed", Locks(allowedCountries: ["DE"], blockedCountries: ["DE"]), "192.0.2.1", home, "",
            .country
        ),
        ("allowed system", Locks(allowedASNs: [3_320]), "192.0.2.1", home, "", nil),
        ("another system", Locks(allowedASNs: [64_500]), "192.0.2.1", home, "", .asn),
        ("unknown system", Locks(allowedASNs: [3_320]), "192.0.2.1", Origin(country: "DE"), "", .asn),
        ("blocked system", Locks(blockedASNs: [3_320]), "192.0.2.1", home, "", .asn),
        ("blocked agent", Locks(blockedAgents: ["curl"]), "192.0.2.1", home, "Curl/8", .userAgent),
        ("allowed agent", Locks(allowedAgents: ["box*v2"]), "192.0.2.1", home, "Box 9 v2", nil),
        ("no agent at all", Locks(allowedAgents: ["box"]), "192.0.2.1", home, "", .userAgent),
        (
            "the address first", Locks(addresses: ["10.0.0.0/8"], blockedCountries: ["DE"]), "192.0.2.1", home, "",
            .address
        ),
    ]

    @Test(arguments: cases.indices)
    func `lets in and refuses, and says by which lock`(_ index: Int) throws {
        let (name, locks, address, origin, agent, refusal) = Self.cases[index]
        let judgement = LockJudgement(
            address: try #require(NetworkAddress(address)),
            origin: origin,
            userAgent: agent
        )
        #expect(judgement.refusal(by: locks) == refusal, "\(name)")
    }
}

struct NetworkLockTests {
    /// A viewer as `4:network/carrier`, the carrier left out where it isn't known.
    static func viewer(_ text: String) -> NetworkLock.Viewer {
        let parts = text.dropFirst(2).split(separator: "/").map(String.init)
        return .init(isIPv4: text.hasPrefix("4"), network: parts[0], carrier: parts.count > 1 ? parts[1] : nil)
    }

    /// Goes through viewers one after the other; those let in with `+`.
    static func walk(_ countMax: Int64, _ viewers: [String]) -> (letIn: String, places: [BoundPlace]) {
        let lock = NetworkLock(countMax: countMax)
        var places: [BoundPlace] = []
        var letIn = ""
        for viewer in viewers {
            switch lock.verdict(Self.viewer(viewer), among: places) {
            case .known: letIn += "+"
            case .refused: letIn += "-"
            case .bind(let place):
                letIn += "+"
                places.removeAll { $0.number == place.number }
                places.append(place)
                places.sort { $0.number < $1.number }
            }
        }
        return (letIn, places)
    }

    @Test(arguments: [
        ("the first network alone", 1, ["4:a", "4:a", "4:b", "4:a"], "++-+"),
        ("v4 and v6 of one house, providers unknown", 1, ["4:a", "6:x", "4:a", "6:x", "6:y", "4:b"], "++++--"),
        ("v6 first", 1, ["6:x", "4:a", "6:x"], "+++"),
        ("v4 and v6 of one provider", 1, ["4:a/de1", "6:x/de1", "6:y/de1", "4:b/de1"], "++++"),
        ("another provider", 1, ["4:a/de1", "4:b/de2", "6:x/de2"], "+--"),
        ("a carrier's pool of shared addresses", 1, ["4:a/mob", "4:b/mob", "4:c/mob", "4:d/mob"], "++++"),
        ("home and phone", 2, ["4:a/home", "4:m/mob", "6:n/mob", "4:a/home", "4:z/other"], "++++-"),
        ("hand-over between cells with unknown provider", 2, ["4:a", "4:m", "4:n"], "++-"),
        (
            "the same network, of which the provider is known later", 1, ["4:a", "4:a/de1", "4:b/de1", "4:c/de2"],
            "+++-"
        ),
        ("a provider that gets another number", 1, ["4:a/old", "4:a/new", "4:b/new"], "++-"),
        ("the database is gone again", 1, ["4:a/de1", "4:a", "6:x", "4:b"], "+++-"),
        ("nothing allowed", 0, ["4:a"], "-"),
    ])
    func `knows a place again`(_ name: String, _ countMax: Int64, _ viewers: [String], _ letIn: String) {
        #expect(Self.walk(countMax, viewers).letIn == letIn, "\(name)")
    }

    @Test func `fewer networks than were learnt are the first of them`() {
        let places = Self.walk(3, ["4:a/1", "4:b/2", "4:c/3"]).places
        let lock = NetworkLock(countMax: 1)
        #expect(lock.verdict(Self.viewer("4:a/1"), among: places) == .known)
        #expect(lock.verdict(Self.viewer("4:b/2"), among: places) == .refused)
    }

    @Test func `never more places than its number, and who was let in is let in again`() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<400 {
            let countMax = Int64.random(in: 1...4, using: &random)
            let viewers = (0..<40).map { _ in
                let number = Int.random(in: 0..<6, using: &random)
                let family = Bool.random(using: &random) ? "4" : "6"
                return "\(family):\(family)\(number)" + (Bool.random(using: &random) ? "/c\(number / 2)" : "")
            }
            let (letIn, places) = Self.walk(countMax, viewers)
            #expect(places.count <= Int(countMax))
            for (viewer, sign) in zip(viewers, letIn) where sign == "+" {
                let verdict = NetworkLock(countMax: countMax).verdict(Self.viewer(viewer), among: places)
                #expect(verdict != .refused, "\(viewer) in \(viewers)")
            }
        }
    }
}

struct GeographyTests {
    static let cases: [(Locks, String?)] = [
        (Locks(allowedCountries: ["DE"]), "allowed_countries"), (Locks(blockedCountries: ["DE"]), "blocked_countries"),
        (Locks(allowedASNs: [3_320]), "allowed_asns"), (Locks(blockedASNs: [3_320]), "blocked_asns"),
        (Locks(addresses: ["10.0.0.0/8"], firstNetworks: 2, allowedCountries: [], blockedAgents: ["curl"]), nil),
    ]

    @Test(arguments: cases.indices)
    func `rules that need a database are refused without it, and taken with it`(_ index: Int) async throws {
        let (locks, field) = Self.cases[index]
        let office = try Office()
        var entry = catalogue()
        entry.plans[0].terms.locks = locks
        if let field {
            let error = await #expect(throws: AccountsError.self) {
                try await office.ledger.apply(entry, passwords: office.passwords, geography: Geography())
            }
            let text = error.map { "\($0)" } ?? ""
            #expect(text.contains("plan basic: \(field) is") && text.contains("geo."), "\(text)")
            #expect(office.kinds == [])
        }
        _ = try await office.ledger.apply(entry, passwords: office.passwords, geography: .all)
    }
}

struct LockAdmissionTests {
    static func office(_ locks: Locks) async throws -> Office {
        let office = try Office()
        var entry = catalogue(limit: 9)
        entry.plans[0].terms.locks = locks
        try await office.apply(entry)
        return office
    }

    private static func address(_ text: String) throws -> NetworkAddress { try #require(NetworkAddress(text)) }

    private static func rules(_ office: Office) -> [String] {
        office.events.compactMap { if case .limitRejected(let it) = $0 { it.rule } else { nil } }
    }

    @Test func `each lock refuses with its rule in the log, and opens nothing`() async throws {
        let locks = Locks(
            addresses: ["192.0.2.0/24", "2001:db8::/32"],
            firstNetworks: 1,
            allowedCountries: ["DE"],
            blockedASNs: [64_500],
            blockedAgents: ["curl"]
        )
        let office = try await Self.office(locks)
        let home = Origin(country: "DE", asn: 3_320)
        let cases: [(String, Origin, String, Denial.ForbiddenReason?)] = [
            ("198.51.100.1", home, "tv", .address), ("192.0.2.1", Origin(country: "AT", asn: 1), "tv", .country),
            ("192.0.2.1", Origin(country: "DE", asn: 64_500), "tv", .asn), ("192.0.2.1", home, "curl/8", .userAgent),
            ("::ffff:192.0.2.1", home, "tv", nil), ("2001:db8::9", home, "tv", nil),
            ("192.0.2.200", Origin(country: "DE", asn: 3_209), "tv", nil),
            ("2001:db8:ffff::1", Origin(country: "DE", asn: 3_209), "tv", .networkLock),
        ]
        for (address, origin, agent, reason) in cases {
            let result = await office.open(agent: agent, address: try Self.address(address), origin: origin)
            switch result {
            case .success: #expect(reason == nil, "\(address) \(agent)")
            case .failure(let denial):
                #expect(reason.map { denial == .forbidden($0) } ?? false, "\(address): \(denial)")
            }
        }
        #expect(Self.rules(office) == ["address", "country", "asn", "user-agent", "network-lock"])
        #expect(office.kinds.count { $0 == "connection.opened" } == 3)
        #expect(office.kinds.count { $0 == "credential.network-bound" } == 2)
        for event in office.events {
            guard case .connectionOpened(let it) = event else { continue }
            #expect(it.country == "DE" && it.asn != nil)
        }
    }

    @Test func `networks that were learnt are forgotten by a command, and when the credential goes`() async throws {
        let office = try await Self.office(Locks(firstNetworks: 1))
        let (home, other) = (try Self.address("192.0.2.1"), try Self.address("198.51.100.1"))
        #expect((try? await office.open(address: home).get()) != nil)
        #expect(await office.open(address: other) == .failure(.forbidden(.networkLock)))
        // A refused start learns nothing, nor does one that finds no slot.
        #expect(try office.ledger.read { try $0.places(of: CredentialID(1)).count } == 1)
        let answer = try await office.ledger.perform(UnlockCredential("ada", vault: office.vault))
        #expect(answer == "credential ada: 1 network forgotten")
        #expect((try? await office.open(address: other).get()) != nil)
        #expect(await office.open(address: home) == .failure(.forbidden(.networkLock)))
        try await office.edit(.remove, .credential, "ada")
        #expect(try office.ledger.read { try $0.places(of: CredentialID(1)) } == [])
    }

    @Test func `carriers' shared addresses are one network`() async throws {
        let office = try await Self.office(Locks(firstNetworks: 1))
        for address in ["100.64.0.1", "100.100.7.9", "100.127.255.254"] {
            #expect((try? await office.open(address: try Self.address(address)).get()) != nil, "\(address)")
        }
        #expect(await office.open(address: try Self.address("100.128.0.1")) == .failure(.forbidden(.networkLock)))
    }

    @Test func `a session is not carried to an address that its locks refuse`() async throws {
        let office = try await Self.office(Locks(addresses: ["192.0.2.0/25"]))
        let token = SessionToken.random()
        let home = try Self.address("192.0.2.1")
        #expect((try? await office.open(output: .hls, address: home, token: token).get()) != nil)
        #expect((try? await office.reopen(token, address: try Self.address("192.0.2.2")).get()) != nil)
        #expect(await office.reopen(token, address: try Self.address("192.0.2.200")) == .failure(.forbidden(.address)))
    }
}

struct BanCommandTests {
    @Test func `a ban is sealed in the log, hashed in the table, and lifted`() async throws {
        let office = try Office()
        let answer = try await office.ledger.perform(
            try BanAddress("198.51.100.7", why: "abuse", seconds: 3_600, vault: office.vault)
        )
        #expect(answer.hasPrefix("banned 198.51.100.7 until 20"))
        let row = try #require(try office.ledger.read { try $0.bans() }.first)
        #expect(row.reach == .everything && row.why == "abuse" && row.until != nil)
        #expect(BannedAddress.open(row, with: office.vault) == AddressRange("198.51.100.7"))
        #expect(!"\(office.events)".contains("198.51.100.7"))
        #expect(
            try await office.ledger.perform(try UnbanAddress("198.51.100.7", vault: office.vault))
                == "lifted the ban of 198.51.100.7"
        )
        #expect(try office.ledger.read { try $0.bans() } == [])
        await #expect(throws: BanError.unknown("198.51.100.7")) {
            try await office.ledger.perform(try UnbanAddress("198.51.100.7", vault: office.vault))
        }
    }

    @Test func `a ban for guessing ages with its week, one of an operator doesn't`() async throws {
        let office = try Office()
        let now = WallTime(seconds: 1_795_000_000)
        let range = try #require(AddressRange("192.0.2.1"))
        try await office.ledger.perform(
            try RecordBan(
                range,
                reach: .logins,
                why: "guessing",
                times: 1,
                until: now.advanced(milliseconds: 900_000),
                now: now,
                vault: office.vault
            )
        )
        _ = try await office.ledger.perform(try BanAddress("10.0.0.0/8", why: "x", seconds: nil, vault: office.vault))
        _ = try office.vault.store.age(before: "9999-W01", networksBefore: "9999-W01")
        let rows = try office.ledger.read { try $0.bans() }
        // They stand in the order of their keyed hashes, which differ from one key to the next.
        let told = rows.map { BannedAddress.open($0, with: office.vault)?.description }
        #expect(told.count == 2 && Set(told) == [nil, "10.0.0.0/8"])
    }

    @Test(arguments: [
        ("nonsense", "is no address or network"), ("0.0.0.0/0", "is too wide"), ("2001::/8", "is too wide"),
        ("fe80::1%eth0", "is no address or network"),
    ])
    func `what can't be banned is told in a line`(_ text: String, _ said: String) throws {
        let office = try Office()
        let error = #expect(throws: BanError.self) {
            try BanAddress(text, why: "", seconds: nil, vault: office.vault)
        }
        #expect(error.map { "\($0)".contains(said) } ?? false)
    }
}
