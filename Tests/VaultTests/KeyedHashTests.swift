import TestSupport
import Testing

@testable import Vault

struct KeyedHashTests {
    let keys = InstallationKeys.random()

    @Test func `knows the value again and no other`() {
        let stored = self.keys.hash(.linePassword, "7", "hunter2").text
        #expect(self.keys.matches(stored, .linePassword, "7", "hunter2"))
        #expect(!self.keys.matches(stored, .linePassword, "7", "hunter3"))
        #expect(!self.keys.matches(stored, .linePassword, "8", "hunter2"))
        #expect(!self.keys.matches(stored, .username, "7", "hunter2"))
        // The parts don't run into one another.
        #expect(!self.keys.matches(stored, .linePassword, "7h", "unter2"))
        #expect(!InstallationKeys.random().matches(stored, .linePassword, "7", "hunter2"))
    }

    @Test func `is text with scheme and key`() throws {
        let hash = self.keys.hash(.network, "192.0.2.0")
        #expect(hash.text == "h1.\(self.keys.current.pepper).\(hash.text.suffix(64))")
        #expect(KeyedHash(parsing: hash.text) == hash)
        #expect(hash.digits(bytes: 16) == hash.text.suffix(64).prefix(32))
        for wrong in [
            "", "h1", "h2" + hash.text.dropFirst(2), String(hash.text.dropLast()), hash.text + "0",
            hash.text.uppercased(),
        ] {
            #expect(KeyedHash(parsing: wrong) == nil)
            #expect(!self.keys.matches(wrong, .network, "192.0.2.0"))
        }
    }

    /// RFC 4231, 4.2 (test case 1), with the key widened to 32 bytes by zeros, which HMAC does itself.
    @Test func `is HMAC-SHA-256`() throws {
        let key = try #require(SecretKey(bytes: [UInt8](repeating: 0x0B, count: 20) + [UInt8](repeating: 0, count: 12)))
        let digest = KeyedHash.make(.username, [], with: key)
        // HMAC over `\0\0\0\u{8}username`: computed with `openssl dgst -sha256 -mac HMAC`.
        #expect(digest.text.hasSuffix("426111116369b61e43b9871c0446c17ab6d5fa8317634cbe8a711ddeba423939"))
    }
}

struct MessageKeyTests {
    private struct Case {
        var key: [UInt8]
        var message: [UInt8]
        var code: String
    }

    /// RFC 4231, 4.2 to 4.5.
    private let cases = [
        Case(
            key: [UInt8](repeating: 0x0B, count: 20),
            message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        Case(
            key: Array("Jefe".utf8),
            message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        Case(
            key: [UInt8](repeating: 0xAA, count: 20),
            message: [UInt8](repeating: 0xDD, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        Case(
            key: Array(1...25),
            message: [UInt8](repeating: 0xCD, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
    ]

    @Test func `is HMAC-SHA-256, for one message after the other`() {
        for one in self.cases {
            let key = MessageKey(one.key)
            #expect(Hexadecimal.encode(key.code(of: one.message)) == one.code)
            #expect(Hexadecimal.encode(key.code(of: one.message + [0])) != one.code)
            #expect(Hexadecimal.encode(key.code(of: one.message)) == one.code)
        }
    }
}

struct ConstantTimeTests {
    @Test func `says what equality says`() {
        var random = SeededRandom(seed: 0xC0)
        for _ in 0..<2_000 {
            let left = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
            }
            #expect(ConstantTime.equal(left, left))
            #expect(!ConstantTime.equal(left, left + [0]))
            guard let position = left.indices.randomElement(using: &random) else { continue }
            var right = left
            right[position] ^= 1 << UInt8.random(in: 0...7, using: &random)
            #expect(!ConstantTime.equal(left, right))
            let texts = (Hexadecimal.encode(left), Hexadecimal.encode(right))
            #expect(ConstantTime.equal(texts.0, texts.0))
            #expect(!ConstantTime.equal(texts.0, texts.1))
            #expect(!ConstantTime.equal(texts.0, texts.0 + "0"))
        }
    }
}
