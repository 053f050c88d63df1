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
        }
    }
}
