import Model
import Testing

@testable import Vault

struct ChosenPasswordTests {
    private let keys = InstallationKeys.random()

    @Test func `a password matches what was made of it, and nothing else does`() throws {
        let stored = try ChosenPassword.make(Redacted("hunter2"), with: self.keys)
        #expect(ChosenPassword.isOne(stored))
        #expect(try ChosenPassword.matches(stored, Redacted("hunter2"), with: self.keys))
        #expect(try !ChosenPassword.matches(stored, Redacted("hunter3"), with: self.keys))
        #expect(try !ChosenPassword.matches(stored, Redacted(""), with: self.keys))
        // Neither the salt nor the key may be another's.
        #expect(try ChosenPassword.make(Redacted("hunter2"), with: self.keys) != stored)
        #expect(try !ChosenPassword.matches(stored, Redacted("hunter2"), with: .random()))
    }

    @Test func `what is stored says how it was made`() throws {
        let stored = try ChosenPassword.make(Redacted("hunter2"), with: self.keys)
        let parts = stored.split(separator: ".").map(String.init)
        #expect(parts.count == 6)
        #expect(Array(parts[..<4]) == ["a1", self.keys.current.pepper.text, "19456", "2"])
        #expect(parts[4].utf8.count == 32)
        #expect(parts[5].utf8.count == 64)
    }

    @Test func `no changed digit is accepted`() throws {
        let stored = try ChosenPassword.make(Redacted("x"), with: self.keys)
        for place in [24, 40, stored.utf8.count - 1] {
            var bytes = Array(stored.utf8)
            bytes[place] = bytes[place] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            let changed = String(decoding: bytes, as: UTF8.self)
            #expect(try !ChosenPassword.matches(changed, Redacted("x"), with: self.keys), "\(place)")
        }
    }

    @Test(arguments: [
        "", "a1", "a1.....", "h1.0123456789abcdef.00", "a1.0123456789abcdef.99999999.2.00.00",
        "a1.0123456789abcdef.19456.9999.00000000000000000000000000000000.00",
    ])
    func `what is no such hash matches nothing`(_ stored: String) throws {
        #expect(try !ChosenPassword.matches(stored, Redacted("x"), with: self.keys))
    }

    @Test func `a decoy looks like a hash and matches nothing`() throws {
        let decoy = ChosenPassword.decoy(with: self.keys)
        #expect(decoy.utf8.count == (try ChosenPassword.make(Redacted("x"), with: self.keys)).utf8.count)
        #expect(try !ChosenPassword.matches(decoy, Redacted("x"), with: self.keys))
    }
}
