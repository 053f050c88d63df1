import Ingest
import Model
import TestSupport
import Testing

struct AddressPolicyTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var host: String
        var special: AddressPolicy.Special?

        init(_ host: String, _ special: AddressPolicy.Special?) {
            self.host = host
            self.special = special
        }

        var testDescription: String { self.host }
    }

    /// Spellings as they stand in a URL, each of which a resolver takes without asking a name server.
    static let cases = [
        Case("127.0.0.1", .loopback),
        Case("127.255.255.254", .loopback),
        Case("2130706433", .loopback),
        Case("0x7f000001", .loopback),
        Case("0X7F000001", .loopback),
        Case("017700000001", .loopback),
        Case("0x7f.1", .loopback),
        Case("127.1", .loopback),
        Case("127.0.1", .loopback),
        Case("0177.0.0.1", .loopback),
        Case("0x7f.0x0.0x0.0x1", .loopback),
        Case("127.0.0.1.", .loopback),
        Case("00000177.0.0.1", .loopback),
        Case("[::1]", .loopback),
        Case("[0:0:0:0:0:0:0:1]", .loopback),
        Case("[::ffff:127.0.0.1]", .loopback),
        Case("[::ffff:7f00:1]", .loopback),
        Case("[::127.0.0.1]", .loopback),
        Case("[64:ff9b::127.0.0.1]", .loopback),
        Case("[64:ff9b::7f00:1]", .loopback),
        Case("[2002:7f00:1::]", .loopback),
        Case("[2001:0:4136:e378:8000:63bf:80ff:fffe]", .loopback),
        Case("[fe80::5efe:127.0.0.1]", .loopback),
        Case("0.0.0.0", .unspecified),
        Case("0", .unspecified),
        Case("[::]", .unspecified),
        Case("0.1.2.3", .reserved),
        Case("10.0.0.1", .private),
        Case("10.1", .private),
        Case("172.16.0.1", .private),
        Case("172.31.255.255", .private),
        Case("192.168.1.1", .private),
        Case("3232235777", .private),
        Case("[::ffff:192.168.1.1]", .private),
        Case("[64:ff9b::10.0.0.1]", .private),
        Case("[2002:c0a8:101::1]", .private),
        Case("100.64.0.1", .shared),
        Case("100.127.255.255", .shared),
        Case("169.254.169.254", .linkLocal),
        Case("0xa9fea9fe", .linkLocal),
        Case("[fe80::1]", .linkLocal),
        Case("[fec0::1]", .siteLocal),
        Case("[fc00::1]", .uniqueLocal),
        Case("[fd12:3456::1]", .uniqueLocal),
        Case("224.0.0.1", .multicast),
        Case("239.255.255.250", .multicast),
        Case("[ff02::1]", .multicast),
        Case("255.255.255.255", .broadcast),
        Case("240.0.0.1", .reserved),
        Case("192.0.0.1", .protocolAssignments),
        Case("192.0.2.1", .documentation),
        Case("198.51.100.7", .documentation),
        Case("203.0.113.9", .documentation),
        Case("[2001:db8::1]", .documentation),
        Case("[3fff::1]", .documentation),
        Case("198.18.0.1", .benchmark),
        Case("198.19.255.255", .benchmark),
        Case("[2001:2::1]", .benchmark),
        Case("192.88.99.1", .reserved),
        Case("[100::1]", .discard),
        Case("[64:ff9b:1::1]", .reserved),
        Case("8.8.8.8", nil),
        Case("134744072", nil),
        Case("100.63.255.255", nil),
        Case("100.128.0.1", nil),
        Case("172.15.255.255", nil),
        Case("172.32.0.1", nil),
        Case("192.167.1.1", nil),
        Case("198.20.0.1", nil),
        Case("223.255.255.255", nil),
        Case("[2606:4700::1111]", nil),
        Case("[64:ff9b::8.8.8.8]", nil),
        Case("[2002:808:808::1]", nil),
    ]

    @Test(arguments: Self.cases)
    func `a spelling is judged as the address it reaches`(_ testCase: Case) throws {
        let url = try SourceURL(parsing: "http://\(testCase.host)/live/a/b/1.ts")
        let address = try #require(url.literalAddress)
        #expect(AddressPolicy.special(address) == testCase.special)
        #expect(AddressPolicy.allows(address, privateNetwork: false) == (testCase.special == nil))
    }

    @Test func `the table has at least forty spellings that are not public`() {
        #expect(Self.cases.count { $0.special != nil } >= 40)
    }

    @Test func `the operator may allow private addresses but never multicast or unspecified ones`() throws {
        for testCase in Self.cases {
            let address = try #require(try SourceURL(parsing: "http://\(testCase.host)/").literalAddress)
            let isNever: Bool =
                switch testCase.special {
                case .multicast, .unspecified, .broadcast: true
                default: false
                }
            #expect(AddressPolicy.allows(address, privateNetwork: true) == !isNever, "\(testCase.host)")
        }
    }

    @Test(arguments: ["example.org", "localhost", "1.2.3.4.5", "256.1.1.1.1", "0x.example", "08.1.1.1", "1e3", "a.1"])
    func `a name is not taken for an address`(_ host: String) throws {
        #expect(try SourceURL(parsing: "http://\(host)/").literalAddress == nil)
    }

    @Test func `no random address that is not public passes under any embedding`() throws {
        var random = SeededRandom(seed: 0x5EED)
        for _ in 0..<20_000 {
            let v4 = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
            let plain = try #require(NetworkAddress(bytes: v4))
            let mapped = try #require(NetworkAddress(bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] + v4))
            let nat64 = try #require(NetworkAddress(bytes: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] + v4))
            let sixToFour = try #require(NetworkAddress(bytes: [0x20, 0x02] + v4 + [UInt8](repeating: 0, count: 10)))
            let special = AddressPolicy.special(plain)
            #expect(AddressPolicy.special(mapped) == special, "\(plain)")
            #expect(AddressPolicy.special(nat64) == special, "\(plain)")
            #expect(AddressPolicy.special(sixToFour) == special, "\(plain)")
        }
    }
}
