import Accounts
import Model
import TestSupport
import Testing
import Vault

struct StreamTokenTests {
    private static func vault() throws -> (vault: Vault, scratch: ScratchDirectory) {
        let scratch = try ScratchDirectory()
        let vault = try Vault(
            keyFile: KeyFile(path: "\(scratch.path)/data.key"),
            storePath: "\(scratch.path)/keys.sqlite"
        )
        return (vault, scratch)
    }

    private static func token(_ username: String, _ password: String, _ channel: Int64? = nil) -> StreamToken {
        StreamToken(username: Redacted(username), password: Redacted(password), channel: channel.map { ChannelID($0) })
    }

    private static let longest = String(repeating: "n", count: StreamToken.secretSizeMax)

    @Test(arguments: [
        token("ada", "secret"), token("ada", "secret", 101), token("ada:7:x", ":", 1), token("7", "3:ada", 0),
        token("é", "pässword🙂", 2_147_483_647), token("", ""), token(longest, longest, .min), token("a", "b", .max),
    ])
    func `opens to what it was made of`(_ token: StreamToken) throws {
        let (vault, scratch) = try Self.vault()
        let text = try token.text(with: vault)
        #expect(StreamToken(text, with: vault) == token)
        #expect(text.utf8.count <= StreamToken.textSizeMax)
        #expect(!text.contains("secret"))
        // Nobody can tell from two of them that they are of one person.
        #expect(try token.text(with: vault) != text)
        withExtendedLifetime(scratch) {}
    }

    @Test func `no name or password is longer than addresses have them`() throws {
        let (vault, scratch) = try Self.vault()
        #expect(throws: StreamTokenError.tooLong) { try Self.token("ada", Self.longest + "n").text(with: vault) }
        #expect(throws: StreamTokenError.tooLong) { try Self.token(Self.longest + "n", "x").text(with: vault) }
        withExtendedLifetime(scratch) {}
    }

    @Test func `another installation's opens nothing, and so does what was sealed for something else`() throws {
        let (vault, scratch) = try Self.vault()
        let (other, otherScratch) = try Self.vault()
        #expect(StreamToken(try Self.token("ada", "secret").text(with: other), with: vault) == nil)
        for place in [("source/7", "url"), ("stream-token", "url"), ("login", "stream-token")] {
            let sealed = try vault.seal(Redacted(":3:adasecret"), for: SealedPlace(subject: place.0, field: place.1))
            #expect(StreamToken(sealed.addressText, with: vault) == nil)
            #expect(StreamToken(sealed.text, with: vault) == nil)
        }
        withExtendedLifetime((scratch, otherScratch)) {}
    }

    @Test(arguments: [0x70CE, 0x70CF, 0x70D0] as [UInt64])
    func `no text but its own opens, however it was changed`(_ seed: UInt64) throws {
        let (vault, scratch) = try Self.vault()
        var random = SeededRandom(seed: seed)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+./ é\u{0}")
        let text = Array(try Self.token("ada", "secret", 101).text(with: vault))
        // Each character once for certain, then cut, doubled, filled and shuffled ones.
        for index in text.indices {
            var changed = text
            changed[index] = text[index] == "A" ? "B" : "A"
            #expect(StreamToken(String(changed), with: vault) == nil, "\(index)")
            #expect(StreamToken(String(text[..<index]), with: vault) == nil)
        }
        for _ in 0..<2_000 {
            var changed = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<max(changed.count, 1), using: &random)
                let letter = alphabet[Int.random(in: alphabet.indices, using: &random)]
                switch Int.random(in: 0..<5, using: &random) {
                case 0 where !changed.isEmpty: changed[index] = letter
                case 1 where !changed.isEmpty: changed.remove(at: index)
                case 2: changed.insert(letter, at: index)
                case 3: changed.append(contentsOf: changed.suffix(index))
                default: changed = Array(changed.prefix(index))
                }
            }
            guard changed != text else { continue }
            #expect(StreamToken(String(changed), with: vault) == nil, "\(String(changed))")
        }
        withExtendedLifetime(scratch) {}
    }

    @Test func `what doesn't open is asked about as a login that nobody has, each as its own`() {
        let long = String(repeating: "t", count: StreamToken.textSizeMax)
        #expect(StreamToken.nobody("a") != StreamToken.nobody("b"))
        #expect(StreamToken.nobody(long + "a") != StreamToken.nobody(long + "b"))
        for text in ["", "ada", long] {
            let nobody = StreamToken.nobody(text)
            // No checked login has a slash.
            #expect(nobody.username.clear.hasPrefix("/") && nobody.password.clear.hasPrefix("/"))
            #expect(nobody.username.clear.utf8.count <= StreamToken.secretSizeMax)
        }
    }
}
