import App
import Model
import Testing

struct FirewallExportTests {
    static func element(_ range: String, _ seconds: Int64? = nil) throws -> FirewallExport.Element {
        .init(range: try #require(AddressRange(range)), seconds: seconds)
    }

    @Test func `sets hold each address once, v4 and v6 apart`() throws {
        let export = FirewallExport([
            try Self.element("198.51.100.7", 60), try Self.element("198.51.100.0/24", 30),
            try Self.element("192.0.2.1", 900),
            try Self.element("2001:db8::/32"), try Self.element("2001:db8::1", 5),
            try Self.element("::ffff:203.0.113.9"),
        ])
        #expect(
            export.text == """
                # Made by: baton ban export --format nft
                table inet baton {}
                delete table inet baton
                table inet baton {
                  set banned4 {
                    type ipv4_addr
                    flags interval, timeout
                    elements = { 198.51.100.0/24 timeout 60s, 192.0.2.1 timeout 900s, 203.0.113.9 }
                  }
                  set banned6 {
                    type ipv6_addr
                    flags interval, timeout
                    elements = { 2001:db8::/32 }
                  }
                  chain input {
                    type filter hook input priority -10; policy accept;
                    ip saddr @banned4 drop
                    ip6 saddr @banned6 drop
                  }
                }

                """
        )
    }

    @Test func `without bans the sets are empty`() {
        #expect(!FirewallExport([]).text.contains("elements"))
    }
}
