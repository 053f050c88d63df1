import Crypto

/// A digest that can't be made, and so not guessed at, without the installation's pepper.
///
/// ```text
/// h1 . <pepper's key id, 16 hexadecimal digits> . <HMAC-SHA-256, 64 hexadecimal digits>
/// ```
/// `h1` is fast, which is right for values that are random (tokens, passwords made by Baton) or that have to be found by their
/// digest (names, networks). Chosen passwords have another scheme: ``ChosenPassword``.
/// Source: RFC 2104 (HMAC), FIPS 180-4 (SHA-256).
package struct KeyedHash: Hashable, Sendable, CustomStringConvertible {
    static let scheme = "h1"

    /// What a digest is of; digests of different contexts never meet.
    package enum Context: String, Hashable, Sendable, CaseIterable {
        case username
        /// Of the credential's number and the password.
        case linePassword = "line-password"
        /// Of the salt and what Argon2id made of it and a chosen password.
        case chosenPassword = "chosen-password"
        case sessionToken = "session-token"
        /// Of a device's network; parts may name the week.
        case network
        /// Of all by which a client is told from others in one week.
        case client
        case apiToken = "api-token"
        /// Of a user agent.
        case userAgent = "user-agent"
        /// Of the id a device tells.
        case deviceID = "device-id"
        /// Of a whole address.
        case address
        /// Of an address or network that is banned.
        case ban
    }

    /// The pepper it was made with.
    package let keyID: KeyID
    /// 32 bytes.
    let digest: [UInt8]

    init(keyID: KeyID, digest: [UInt8]) {
        self.keyID = keyID
        self.digest = digest
    }

    /// Reads ``text``; `nil` for anything else.
    package init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.scheme, let keyID = KeyID(parsing: parts[1]),
            let digest = Hexadecimal.decode(parts[2]), digest.count == SHA256.byteCount
        else { return nil }
        self.keyID = keyID
        self.digest = digest
    }

    /// The form that is stored and looked up.
    package var text: String { "\(Self.scheme).\(self.keyID).\(Hexadecimal.encode(self.digest))" }

    package var description: String { self.text }

    /// The first `count` bytes of the digest as hexadecimal digits, without scheme and key.
    package func digits(bytes count: Int) -> String { Hexadecimal.encode(self.digest.prefix(count)) }

    /// Whether `text` begins as the digests made with `pepper` do.
    static func isMade(_ text: String, with pepper: SecretKey) -> Bool {
        text.utf8.starts(with: "\(Self.scheme).".utf8) && text.utf8.dropFirst(3).starts(with: pepper.id.text.utf8)
    }

    static func make(_ context: Context, _ parts: [String], with pepper: SecretKey) -> KeyedHash {
        KeyedHash(keyID: pepper.id, digest: pepper.messages.code(of: LengthPrefixed.join(context.rawValue, parts)))
    }
}
