package import Model
package import Projections
package import Vault

/// Name and password as one part of an address that tells neither, and perhaps a channel.
///
/// Sealed under the installation's key, not stored: it opens to what a viewer would have typed and is decided like that, so
/// that a new password, a suspension or an end ends it, too.
/// ```text
/// base64url( key id ‖ nonce ‖ sealed "CHANNEL:SIZE:USERNAMEPASSWORD" ‖ tag ), SIZE in bytes of the name
/// ```
package struct StreamToken: Hashable, Sendable {
    /// Bytes of the longest name or password in an address; a login that was checked has 128 at most.
    package static let secretSizeMax = 256
    /// Characters of the longest token: key id, nonce, tag, two secrets, a channel of 20 characters, a size of 3 and two colons.
    package static let textSizeMax = (8 + 12 + 16 + 2 * secretSizeMax + 20 + 3 + 2) * 4 / 3 + 1
    /// What nothing else is sealed for.
    private static let place = SealedPlace(subject: "stream-token", field: "login")

    package var username: Redacted<String>
    package var password: Redacted<String>
    /// The one channel it opens; `nil` for every channel of the credential.
    package var channel: ChannelID?

    package init(username: Redacted<String>, password: Redacted<String>, channel: ChannelID? = nil) {
        self.username = username
        self.password = password
        self.channel = channel
    }

    /// Opens what ``text(with:)`` wrote under a key of this installation; `nil` for everything else.
    ///
    /// Some microseconds, on any thread.
    package init?(_ text: String, with vault: Vault) {
        guard text.utf8.count <= Self.textSizeMax, let sealed = try? Sealed(parsingAddress: text),
            let clear = try? vault.open(sealed, for: Self.place)
        else { return nil }
        let parts = clear.clear.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let size = Int(parts[1]), (0...parts[2].utf8.count).contains(size),
            let username = String(validating: parts[2].utf8.prefix(size), as: UTF8.self),
            let password = String(validating: parts[2].utf8.dropFirst(size), as: UTF8.self)
        else { return nil }
        let channel = Int64(parts[0])
        guard parts[0].isEmpty || channel != nil else { return nil }
        self.init(username: Redacted(username), password: Redacted(password), channel: channel.map { ChannelID($0) })
    }

    /// A new text each time; all of them open to the same.
    ///
    /// - Throws: ``StreamTokenError/tooLong`` when name or password are longer than an address may have them.
    package func text(with vault: Vault) throws -> String {
        let sizes = [self.username.clear.utf8.count, self.password.clear.utf8.count]
        guard sizes.allSatisfy({ $0 <= Self.secretSizeMax }) else { throw StreamTokenError.tooLong }
        let channel = self.channel?.description ?? ""
        let clear = Redacted("\(channel):\(sizes[0]):\(self.username.clear)\(self.password.clear)")
        return try vault.seal(clear, for: Self.place).addressText
    }

    /// A login that nobody can have, other for each text: what is asked about in place of a token that doesn't open, so that
    /// it costs and counts as a wrong password does.
    ///
    /// No name has a slash in it.
    package static func nobody(_ text: String) -> StreamToken {
        StreamToken(username: Redacted("/" + text.prefix(Self.secretSizeMax - 1)), password: Redacted("/" + text))
    }
}

/// Why there is no token.
package enum StreamTokenError: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLong
    /// It would open nothing.
    case wrongPassword(credential: String)

    package var description: String {
        switch self {
        case .tooLong: "name and password are too long for an address: up to \(StreamToken.secretSizeMax) bytes each"
        case .wrongPassword(let credential):
            "that is not the password of credential \(credential); a new one: baton credential rotate \(credential)"
        }
    }
}

extension Passwords {
    /// Whether it is the credential's password, for an operator who is about to hand it over.
    package func isRight(_ password: Redacted<String>, of row: CredentialRow) async throws -> Bool {
        guard ChosenPassword.isOne(row.password) else {
            return LinePassword.matches(row, password, with: self.vault)
        }
        return try await self.matches(PasswordTrial(credential: row.credential, stored: row.password), password)
    }
}
