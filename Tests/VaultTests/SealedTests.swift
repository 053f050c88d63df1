import Model
import TestSupport
import Testing

@testable import Vault

struct SealedTests {
    let keys = InstallationKeys.random()
    let place = SealedPlace(subject: "source/7", field: "url")

    @Test(arguments: ["", "a", "http://user:pass@example.net/live", String(repeating: "ü", count: 4_000)])
    func `opens what it sealed`(_ clear: String) throws {
        let sealed = try self.keys.seal(Redacted(clear), for: self.place)
        let read = try Sealed(parsing: sealed.text)
        #expect(read == sealed)
        #expect(try self.keys.open(read, for: self.place).clear == clear)
        #expect(!sealed.text.contains("example"))
    }

    @Test(arguments: [("source/8", "url"), ("source/7", "name"), ("source/7u", "rl"), ("", "source/7url")])
    func `belongs to one subject and field`(_ subject: String, _ field: String) throws {
        let sealed = try self.keys.seal(Redacted("secret"), for: self.place)
        #expect(throws: SealError.notAuthentic) {
            try self.keys.open(sealed, for: SealedPlace(subject: subject, field: field))
        }
    }

    @Test func `a lost key is told as lost`() throws {
        let sealed = try self.keys.seal(Redacted("secret"), for: self.place)
        #expect(throws: SealError.keyMissing(self.keys.current.sealing)) {
            try InstallationKeys.random().open(sealed, for: self.place)
        }
    }

    @Test func `no changed bit is accepted`() throws {
        let sealed = try self.keys.seal(Redacted("secret"), for: self.place)
        for bit in 0..<(sealed.box.count * 8) {
            var box = sealed.box
            box[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: SealError.notAuthentic) {
                try self.keys.open(Sealed(keyID: sealed.keyID, box: box), for: self.place)
            }
        }
    }

    @Test func `its form for addresses is read as it is written, and no other`() throws {
        let sealed = try self.keys.seal(Redacted("secret"), for: self.place)
        let text = sealed.addressText
        #expect(try Sealed(parsingAddress: text) == sealed)
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        #expect(isPlain, "\(text)")
        for other in ["", "A", "AAAA", sealed.text, text + "=", text + "!", String(text.prefix(47)), "v1." + text] {
            #expect(throws: SealError.malformed, "\(other)") { try Sealed(parsingAddress: other) }
        }
        #expect(throws: SealError.malformed) { try Sealed(parsingAddress: String(repeating: "A", count: 30_000)) }
    }

    @Test func `no two seals of a value are alike`() throws {
        let texts = try (0..<100).map { _ in try self.keys.seal(Redacted("secret"), for: self.place).text }
        #expect(Set(texts).count == 100)
    }

    @Test func `refuses what is too long`() throws {
        #expect(throws: SealError.tooLong(found: 16_385, allowed: 16_384)) {
            try self.keys.seal(Redacted(String(repeating: "a", count: 16_385)), for: self.place)
        }
    }

    @Test func `older keys still open after a rotation`() throws {
        let sealed = try self.keys.seal(Redacted("secret"), for: self.place)
        let rotated = try #require(self.keys.rotatingSealing())
        #expect(try rotated.open(sealed, for: self.place).clear == "secret")
        #expect(try rotated.seal(Redacted("secret"), for: self.place).keyID != sealed.keyID)
    }

    @Test(arguments: [
        "", "v1", "v1.", "v1..", "v2.0123456789abcdef.AAAA", "v1.0123456789abcde.AAAA", "v1.0123456789ABCDEF.AAAA",
        "v1.0123456789abcdef.AAAA", "v1.0123456789abcdef.AA+A",
        "v1.0123456789abcdef." + String(repeating: "A", count: 30_000),
    ])
    func `refuses text that is none of its own`(_ text: String) {
        #expect(throws: SealError.malformed) { try Sealed(parsing: text) }
    }

    @Test func `never traps on random text`() {
        var random = SeededRandom(seed: 0x5EA1)
        let alphabet = Array("v1.0123456789abcdefAZ-_ü\u{0}".unicodeScalars)
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...80, using: &random)
            var text = "v1.0123456789abcdef."
            for _ in 0..<count {
                text.unicodeScalars.append(alphabet[Int.random(in: alphabet.indices, using: &random)])
            }
            let sealed = try? Sealed(parsing: text)
            if let sealed { #expect(sealed.text == text) }
        }
    }
}

struct Base64URLTests {
    @Test(
        arguments: [
            ([], ""), ([0x66], "Zg"), ([0x66, 0x6F], "Zm8"), ([0x66, 0x6F, 0x6F], "Zm9v"), ([0xFB, 0xFF], "-_8"),
        ] as [([UInt8], String)]
    )
    func `both ways`(_ bytes: [UInt8], _ text: String) {
        #expect(Base64URL.encode(bytes) == text)
        #expect(Base64URL.decode(text) == bytes)
    }

    @Test(arguments: ["A", "Zh", "Zm9", "Zg==", "Z g", "Zm+v", "ü"])
    func `refuses other spellings`(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}
