import Model
import Testing

@testable import App

/// What support is told of addresses and keys.
struct DiscreetTextTests {
    static let texts: [(String, String)] = [
        ("203.0.113.77", "203.0.113.0/24"),
        ("(203.0.113.77), 198.51.100.91.", "(203.0.113.0/24), 198.51.100.0/24."),
        ("address:203.0.113.77:8080", "address:203.0.113.0/24:8080"),
        ("2001:db8:77:1a5:a:b:c:d", "2001:db8:77:100::/56"),
        ("from [2001:db8:77:1a5::1]:443", "from [2001:db8:77:100::/56]:443"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("203.0.113.64/26 203.0.0.0/16 203.0.113.0/24", "203.0.113.0/24 203.0.0.0/16 203.0.113.0/24"),
        ("2001:db8:1:2::/64 2001:db8::/32", "2001:db8:1::/56 2001:db8::/32"),
        (#""network":"9f86d081884c7d659a2feaa0c55ad015""#, #""network":"9f86d081…""#),
        (
            #""client":1234567890123456789,"key":"1234567890123456789""#,
            #""client":1234567890123456789,"key":"12345678…""#
        ),
        (#""name":"v1.00112233445566aa.c2Vh-bGVk_Zw","next":1"#, #""name":"sealed","next":1"#),
        (#""login":"h1.00112233445566aa.9f86d081884c7d659a2feaa0c55ad015""#, #""login":"hashed""#),
        ("at 2026-11-23T20:32:11.123456Z, 20:32:11, version 0.1.0, 12.5 s, c-ada", ""),
        ("td::before{color:#aabbcc} a::after x::y std::vector 100.64 1.2.3", ""),
        ("", ""),
    ]

    @Test(arguments: Self.texts) func `addresses become networks and keys their beginnings`(text: String, told: String)
    {
        let expected = told.isEmpty ? text : told
        #expect(DiscreetText.of(text) == expected)
        #expect(DiscreetText.of(expected) == expected, "twice is as once")
    }

    @Test func `no address comes through, whatever stands around it`() throws {
        var random = SplitMix(seed: 7)
        let around = ["", " ", "\"", "(", ",", "=", "/", "@", "<td>", "\n", "é", ":", "-"]
        for _ in 0..<2_000 {
            let isIPv4 = random.next() % 2 == 0
            let bytes = (0..<(isIPv4 ? 4 : 16)).map { _ in UInt8.random(in: 1...255, using: &random) }
            let address = try #require(NetworkAddress(bytes: bytes))
            let before = try #require((around + ["x:"]).randomElement(using: &random))
            let after = try #require(around.randomElement(using: &random))
            let told = DiscreetText.of(before + address.description + after)
            #expect(!told.contains(address.description), "\(before)\(address)\(after)")
        }
    }

    /// Numbers that are the same each time.
    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        init(seed: UInt64) { self.state = seed }
        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var value = self.state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }
}
