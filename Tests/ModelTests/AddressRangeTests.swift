import Model
import Testing

struct AddressRangeTests {
    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false),
        ("192.0.2.77/24", "192.0.2.1", true), ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.200", true),
        ("0.0.0.0/0", "255.255.255.255", true), ("0.0.0.0/0", "2001:db8::1", false), ("10.0.0.0/7", "11.0.0.1", true),
        ("2001:db8::/32", "2001:db8:1::1", true), ("2001:db8::/32", "2001:db9::1", false),
        ("2001:db8::/29", "2001:dbf::1", true), ("2001:db8::1", "2001:db8::1", true), ("::/0", "::1", true),
        ("::/0", "192.0.2.1", false),
        // IPv4-mapped IPv6 is IPv4, on either side.
        ("192.0.2.0/24", "::ffff:192.0.2.9", true), ("::ffff:192.0.2.0/120", "192.0.2.9", true),
        ("::ffff:192.0.2.0/120", "192.0.3.9", false), ("::ffff:0:0/96", "203.0.113.1", true),
        ("::ffff:192.0.2.1", "192.0.2.1", true),
        // The range of carriers' shared addresses.
        ("100.64.0.0/10", "100.127.255.255", true), ("100.64.0.0/10", "100.128.0.0", false),
    ])
    func `holds the addresses that share its bits`(_ range: String, _ address: String, _ isInside: Bool) throws {
        let range = try #require(AddressRange(range))
        #expect(range.contains(try #require(NetworkAddress(address))) == isInside)
    }

    @Test(arguments: [
        "", "/", "/8", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/8/8", "192.0.2/24",
        "192.0.2.0/2 4", "2001:db8::/129", "::ffff:192.0.2.0/95", "::ffff:192.0.2.0/24", "fe80::1%eth0",
        "fe80::%eth0/64", "tv.example", "192.0.2.1:80", "[::1]", "192.0.2.0/0008",
    ])
    func `anything else is no range`(_ text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(arguments: [
        ("192.0.2.77/24", "192.0.2.0/24"), ("192.0.2.1/32", "192.0.2.1"), ("2001:DB8:0:0::/64", "2001:db8::/64"),
        ("2001:db8::ff/128", "2001:db8::ff"), ("::ffff:192.0.2.7/128", "192.0.2.7"), ("0.0.0.0/0", "0.0.0.0/0"),
        ("::/0", "::/0"), ("::ffff:0:0/96", "0.0.0.0/0"), ("192.0.2.255/31", "192.0.2.254/31"),
    ])
    func `has one spelling`(_ text: String, _ description: String) throws {
        let range = try #require(AddressRange(text))
        #expect(range.description == description)
        #expect(AddressRange(range.description) == range)
    }
}
