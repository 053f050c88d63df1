import CSodium
package import Model

/// Passwords that somebody chose, as they are stored: slow to guess at even for who has the installation's keys.
///
/// ```text
/// a1 . <pepper's key id> . <KiB> . <passes> . <salt, 32 hexadecimal digits> . <HMAC-SHA-256 of the Argon2id, 64 digits>
/// ```
/// The digest is made under the pepper, so that who has the tables and not the key file can't guess at all.
/// Source: RFC 9106 (Argon2id); OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane at the least.
package enum ChosenPassword {
    static let scheme = "a1"
    /// Memory of one hash, in KiB.
    static let memoryKiB = 19_456
    static let passes = 2
    /// Bytes of the salt, and of what Argon2id makes.
    static let saltSize = 16
    static let outputSize = 32
    /// What a stored hash may ask for: a damaged one must not take the machine's memory.
    private static let memoryMaxKiB = 262_144
    private static let passesMax = 16

    /// Whether a stored hash is one of these.
    package static func isOne(_ stored: String) -> Bool { stored.utf8.starts(with: "\(Self.scheme).".utf8) }

    /// Makes what is stored; takes some 60 ms of a processor and 19 MiB.
    ///
    /// - Throws: ``ChosenPasswordError/memory`` when the system gives none.
    package static func make(
        _ password: Redacted<String>,
        with keys: InstallationKeys
    ) throws(ChosenPasswordError) -> String {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<Self.saltSize).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let output = try Self.argon2id(password, salt: salt, memoryKiB: Self.memoryKiB, passes: Self.passes)
        return Self.text(salt, Self.digest(output, salt: salt, with: keys.newestPepper), keys.newestPepper.id)
    }

    /// Whether `stored` was made of `password`; costs the same for any password, and for what is no such hash.
    ///
    /// - Throws: ``ChosenPasswordError/memory`` when the system gives none.
    package static func matches(
        _ stored: String,
        _ password: Redacted<String>,
        with keys: InstallationKeys
    ) throws(ChosenPasswordError) -> Bool {
        let parts = Parts(stored)
        let output = try Self.argon2id(
            password,
            salt: parts?.salt ?? [UInt8](repeating: 0, count: Self.saltSize),
            memoryKiB: parts?.memoryKiB ?? Self.memoryKiB,
            passes: parts?.passes ?? Self.passes
        )
        guard let parts, let pepper = keys.pepper(parts.keyID) else { return false }
        return ConstantTime.equal(Self.digest(output, salt: parts.salt, with: pepper).digest, parts.digest)
    }

    /// What looks like a stored hash, and is of no password.
    package static func decoy(with keys: InstallationKeys) -> String {
        var generator = SystemRandomNumberGenerator()
        func random(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        }
        let pepper = keys.newestPepper
        return Self.text(
            random(Self.saltSize),
            KeyedHash(keyID: pepper.id, digest: random(Self.outputSize)),
            pepper.id
        )
    }

    private static func text(_ salt: [UInt8], _ digest: KeyedHash, _ keyID: KeyID) -> String {
        let cost = "\(Self.memoryKiB).\(Self.passes)"
        return "\(Self.scheme).\(keyID).\(cost).\(Hexadecimal.encode(salt)).\(Hexadecimal.encode(digest.digest))"
    }

    private static func digest(_ output: [UInt8], salt: [UInt8], with pepper: SecretKey) -> KeyedHash {
        .make(.chosenPassword, [Hexadecimal.encode(salt), Hexadecimal.encode(output)], with: pepper)
    }

    /// Chooses the fastest implementation for this processor, once.
    private static let isReady = sodium_init() >= 0

    private static func argon2id(
        _ password: Redacted<String>,
        salt: [UInt8],
        memoryKiB: Int,
        passes: Int
    ) throws(ChosenPasswordError) -> [UInt8] {
        guard Self.isReady else { throw .memory }
        var output = [UInt8](repeating: 0, count: Self.outputSize)
        let bytes = password.clear.utf8.map { CChar(bitPattern: $0) }
        let code = crypto_pwhash(
            &output,
            UInt64(output.count),
            bytes,
            UInt64(bytes.count),
            salt,
            UInt64(passes),
            memoryKiB * 1_024,
            crypto_pwhash_ALG_ARGON2ID13
        )
        guard code == 0 else { throw .memory }
        return output
    }

    /// A stored hash, taken apart.
    private struct Parts {
        let keyID: KeyID
        let memoryKiB: Int
        let passes: Int
        let salt: [UInt8]
        let digest: [UInt8]

        init?(_ stored: String) {
            let parts = stored.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 6, parts[0] == ChosenPassword.scheme, let keyID = KeyID(parsing: parts[1]),
                let memoryKiB = Int(parts[2]), (8...ChosenPassword.memoryMaxKiB).contains(memoryKiB),
                let passes = Int(parts[3]), (1...ChosenPassword.passesMax).contains(passes),
                let salt = Hexadecimal.decode(parts[4]), salt.count == ChosenPassword.saltSize,
                let digest = Hexadecimal.decode(parts[5]), digest.count == ChosenPassword.outputSize
            else { return nil }
            self.keyID = keyID
            self.memoryKiB = memoryKiB
            self.passes = passes
            self.salt = salt
            self.digest = digest
        }
    }
}

/// Why a chosen password could not be hashed.
package enum ChosenPasswordError: Error, Hashable, Sendable {
    /// The system gives no 19 MiB, or libsodium can't be used here.
    case memory
}
