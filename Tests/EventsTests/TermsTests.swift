import Events
import Model
import Testing

struct TermsTests {
    static let some: [(Terms, String)] = [
        (Terms(), "{}"),
        (Terms(tier: .premium), #"{"tier":"premium"}"#),
        (Terms(outputs: [], channels: []), #"{"outputs":[],"channels":[]}"#),
        (
            Terms(outputs: [.hls, .ts], channels: [ChannelID(101)], categories: ["a\"b", "ü"], onLimit: .evictOldest),
            #"{"outputs":["hls","ts"],"channels":[101],"categories":["a\"b","ü"],"onLimit":"evict-oldest"}"#
        ),
        (
            Terms(
                locks: Locks(addresses: ["2001:db8::/32"], firstNetworks: 2, allowedASNs: [3320], blockedAgents: ["x"])
            ),
            #"{"allowedAddresses":["2001:db8::/32"],"firstNetworks":2,"allowedASNs":[3320],"blockedAgents":["x"]}"#
        ),
    ]

    @Test(arguments: some)
    func `terms are an object of what is said`(_ terms: Terms, _ json: String) {
        #expect(terms.json == json)
        #expect(Terms(json: json) == terms)
        #expect(terms.isEmpty == (json == "{}"))
    }

    @Test(arguments: ["", "[]", "{", #"{"tier":"gold"}"#, #"{"outputs":"hls"}"#, #"{"channels":["1"]}"#, "{} x"])
    func `what is no terms is refused`(_ json: String) {
        #expect(Terms(json: json) == nil)
    }

    @Test func `terms over others say what either says, and an empty list is said`() {
        let plan = Terms(
            tier: .premium,
            outputs: [.hls],
            categories: ["News"],
            locks: Locks(firstNetworks: 3, blockedCountries: ["US"])
        )
        let own = Terms(outputs: [], onLimit: .rejectNewest, locks: Locks(firstNetworks: 0))
        #expect(
            own.over(plan)
                == Terms(
                    tier: .premium,
                    outputs: [],
                    categories: ["News"],
                    onLimit: .rejectNewest,
                    locks: Locks(firstNetworks: 0, blockedCountries: ["US"])
                )
        )
    }

    @Test func `lines from before terms were recorded are read`() throws {
        let plan =
            #"{"seq":1,"at":"2026-11-23T07:00:00Z","type":"plan.added","v":1,"node":"a","of":"plan/basic","plan":"basic","maxConnections":1,"priceMonth":1000}"#
        let basic = PlanAdded(plan: PlanID(rawValue: "basic"), maxConnections: 1, priceMonth: Cents(1_000))
        #expect(try Envelope(parsing: plan.utf8).event == .planAdded(basic))
        let issued =
            #"{"seq":1,"at":"2026-11-23T07:00:00Z","type":"credential.issued","v":1,"node":"a","of":"credential/7","credential":7,"customer":"c1","login":"l","username":"u","password":"h1.k.p","trial":false}"#
        let credential = CredentialIssued(
            credential: CredentialID(7),
            customer: CustomerID(rawValue: "c1"),
            login: "l",
            username: "u",
            password: "h1.k.p",
            trial: false
        )
        #expect(try Envelope(parsing: issued.utf8).event == .credentialIssued(credential))
        let expired =
            #"{"seq":1,"at":"2026-11-23T07:00:00Z","type":"credential.expired","v":1,"node":"a","of":"credential/7","credential":7}"#
        #expect(
            try Envelope(parsing: expired.utf8).event
                == .credentialExpired(CredentialExpired(credential: CredentialID(7)))
        )
    }
}
