import Crypto

/// What a key is known by: the first 8 bytes of a digest of it, as 16 lower-case hexadecimal digits.
///
/// Made from the key, so that a damaged key is noticed and two installations can't give one name to two keys.
package struct KeyID: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of the digest that are kept; 64 bits tell a thousand million keys apart.
    static let sizeBytes = 8
    /// Keeps this digest apart from every other use of SHA-256.
    private static let context = Array("baton key id".utf8)

    /// 16 lower-case hexadecimal digits.
    package let text: String

    /// Reads ``text``; `nil` for anything else.
    package init?(parsing text: some StringProtocol) {
        guard let bytes = Hexadecimal.decode(text), bytes.count == Self.sizeBytes else { return nil }
        self.text = String(text)
    }

    init(of key: [UInt8]) {
        var digest = SHA256()
        digest.update(data: Self.context)
        digest.update(data: key)
        self.text = Hexadecimal.encode(Array(digest.finalize()).prefix(Self.sizeBytes))
    }

    package var description: String { self.text }
}
