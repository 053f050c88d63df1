import Accounts
import App
import Events
import Model
import Testing

struct CatalogueFileTests {
    static let documented = """
        suppliers: [{name: alpha, max_connections: 2, private_network: true}]
        channels:
          - id: 101
            name: News One
            category: News
            keep: on-demand            # or always
            return: sticky             # or better
            sources: [{supplier: alpha, url: "http://127.0.0.1:9001/news.ts"}, {supplier: beta, url: "rtmp://127.0.0.1:1935/live/news"}]
        plans: [{name: basic, max_connections: 1, price_month: 10}]
        customers: [{id: c1, name: Ada, plan: basic, credentials: [{username: ada, password: secret}]}]
        """

    @Test func `the documented file is read`() throws {
        let catalogue = try CatalogueFile.parse(Self.documented, file: "catalog.yaml")
        #expect(catalogue.suppliers == [SupplierEntry(name: "alpha", maxConnections: 2, privateNetwork: true)])
        #expect(
            catalogue.channels == [
                ChannelEntry(
                    id: 101,
                    name: "News One",
                    category: "News",
                    keep: "on-demand",
                    returns: "sticky",
                    sources: [
                        SourceEntry(supplier: "alpha", url: Redacted("http://127.0.0.1:9001/news.ts")),
                        SourceEntry(supplier: "beta", url: Redacted("rtmp://127.0.0.1:1935/live/news")),
                    ]
                )
            ]
        )
        #expect(catalogue.plans == [PlanEntry(name: "basic", maxConnections: 1, priceMonthCents: 1_000)])
        let credential = CredentialEntry(username: "ada", password: Redacted("secret"))
        #expect(catalogue.customers == [CustomerEntry(id: "c1", name: "Ada", plan: "basic", credentials: [credential])])
    }

    static let wrong: [(String, String)] = [
        (
            "suppliers:\n  - name: a\n    limit: 3\n",
            "c.yaml:3: unknown key `limit` in suppliers[0]; allowed here: name, max_connections, private_network, accounts"
        ),
        ("suppliers:\n  - max_connections: 3\n", "c.yaml:2: suppliers[0]: `name` is missing"),
        ("channels: [{id: one}]", "c.yaml:1: channels[0].id: expected a whole number, found `one`"),
        ("channels: {id: 1}", "c.yaml:1: channels: expected a list, found keys and values"),
        (
            "plans: [{name: a, price_month: -3}]",
            "c.yaml:1: plans[0].price_month: expected an amount such as 10 or 9.99, found `-3`"
        ),
        (
            "suppliers: [{name: a, private_network: maybe}]",
            "c.yaml:1: suppliers[0].private_network: expected true or false, found `maybe`"
        ),
        ("streams: []", "c.yaml:1: unknown key `streams`; allowed here: suppliers, channels, plans, customers"),
    ]

    @Test(arguments: wrong)
    func `what is wrong is named with file and line`(_ text: String, _ message: String) {
        let error = #expect(throws: ConfigurationError.self) { try CatalogueFile.parse(text, file: "c.yaml") }
        #expect(error?.description == message)
    }

    @Test func `an empty catalogue is a catalogue`() throws {
        #expect(try CatalogueFile.parse("", file: "c.yaml") == Catalogue())
        #expect(try CatalogueFile.parse("channels:\n", file: "c.yaml") == Catalogue())
    }
}

struct MoneyTests {
    @Test(arguments: [("10", 1_000), ("9.9", 990), ("9.99", 999), ("0.05", 5), ("0", 0)] as [(String, Int64)])
    func `amounts are read in hundredths`(_ text: String, _ cents: Int64) {
        #expect(Money.cents(text) == cents)
        #expect(Money.cents(Money.text(cents)) == cents)
    }

    @Test(arguments: ["", ".", "1.", ".5", "-1", "1.234", "1,5", "1e3", "99999999999999999999"])
    func `anything else is refused`(_ text: String) {
        #expect(Money.cents(text) == nil)
    }
}

struct CatalogueExampleTests {
    @Test func `the example with every key is read`() throws {
        let catalogue = try CatalogueFile.parse(CatalogueFile.example, file: "catalog.yaml")
        #expect(catalogue.suppliers.count == 1)
        #expect(catalogue.channels.first?.sources.count == 1)
        let plan = try #require(catalogue.plans.first)
        #expect(plan.priceMonthCents == 999)
        #expect(plan.terms.tier == "standard")
        #expect(plan.terms.outputs == ["hls", "ts"])
        #expect(plan.terms.categories == ["News"])
        #expect(plan.terms.channels == nil)
        #expect(plan.terms.onLimit == "supersede")
        #expect(plan.terms.locks.addresses == ["192.0.2.0/24", "2001:db8::/32"])
        #expect(plan.terms.locks.firstNetworks == 2)
        #expect(catalogue.customers.first?.credentials.first?.expires == "2027-12-31")
        #expect(catalogue.customers.first?.credentials.first?.terms.outputs == [])
        #expect(catalogue.customers.first?.credentials.first?.created == "2025-03-01")
    }
}
