import Model
import TestSupport
import Testing

struct NetworkAddressTests {
    static let cases: [(String, String)] = [
        ("127.0.0.1", "127.0.0.1"), ("::", "::"), ("::1", "::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0DB8::0001", "2001:db8::1"), ("fe80::1:2", "fe80::1:2"), ("::ffff:10.1.2.3", "10.1.2.3"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1::8", "1::8"), ("64:ff9b::10.0.0.1", "64:ff9b::a00:1"),
    ]

    @Test(arguments: cases)
    func `is read and written in one form`(_ text: String, _ canonical: String) {
        #expect(NetworkAddress(text)?.description == canonical)
        #expect(NetworkAddress(canonical) == NetworkAddress(text))
    }

    @Test(arguments: [
        "", "1", "127.1", "0177.0.0.1", "0x7f.0.0.1", "2130706433", "127.0.0.1.1", "256.0.0.1", "127.0.0.01",
        "1.2.3.4 ",
        ":::", "1::2::3", "12345::", "::g", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "fe80::1%eth0", "[::1]", "::1.2.3",
    ])
    func `other spellings are refused`(_ text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    @Test func `every address comes back from its text`() {
        var random = SeededRandom(seed: 2)
        for _ in 0..<2_000 {
            let count = Bool.random(using: &random) ? 4 : 16
            let bytes = (0..<count).map { _ in
                Bool.random(using: &random) ? 0 : UInt8.random(in: 0...255, using: &random)
            }
            let address = NetworkAddress(bytes: bytes)
            #expect(address != nil)
            #expect(NetworkAddress(address?.description ?? "") == address)
        }
    }

    @Test func `never traps on random text`() {
        var random = SeededRandom(seed: 3)
        let alphabet = Array("0123456789abcdefg:.%[] ")
        for _ in 0..<5_000 {
            let text = String(
                (0..<Int.random(in: 0..<50, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }
            )
            if let address = NetworkAddress(text) { #expect(NetworkAddress(address.description) == address) }
        }
    }

    @Test func `a device is told by its 24 or 56`() {
        #expect(NetworkAddress("10.1.2.3")?.network.description == "10.1.2.0")
        #expect(NetworkAddress("2001:db8:1:2345::9")?.network.description == "2001:db8:1:2300::")
    }
}
