/// A value that only the holder of a key can read, as it stands in events and tables.
///
/// ```text
/// v1 . <key id, 16 hexadecimal digits> . base64url( nonce, 12 bytes ‖ ciphertext ‖ tag, 16 bytes )
/// ```
/// Source: NIST SP 800-38D (AES-256-GCM, 96-bit random nonce, 128-bit tag).
package struct Sealed: Hashable, Sendable, CustomStringConvertible {
    /// Bytes in the longest value that may be sealed; a source address with its headers is far below.
    package static let clearSizeMax = 16_384
    static let version = "v1"
    /// Nonce and tag.
    static let overhead = 12 + 16

    /// The key that opens it.
    package let keyID: KeyID
    /// Nonce, ciphertext, tag.
    let box: [UInt8]

    init(keyID: KeyID, box: [UInt8]) {
        self.keyID = keyID
        self.box = box
    }

    /// Reads ``text``.
    ///
    /// - Throws: ``SealError/malformed`` for anything that ``text`` does not write.
    package init(parsing text: some StringProtocol) throws(SealError) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.version, let keyID = KeyID(parsing: parts[1]),
            parts[2].utf8.count <= (Self.clearSizeMax + Self.overhead) * 4 / 3 + 1,
            let box = Base64URL.decode(parts[2]), box.count >= Self.overhead
        else { throw .malformed }
        self.keyID = keyID
        self.box = box
    }

    /// The form that is stored.
    package var text: String { "\(Self.version).\(self.keyID).\(Base64URL.encode(self.box))" }

    package var description: String { self.text }
}

/// What a sealed value belongs to; opening it under any other subject or field fails.
package struct SealedPlace: Hashable, Sendable {
    /// The event stream, such as `source/7` or `customer/c1`.
    package var subject: String
    /// The field of that subject, such as `url`.
    package var field: String

    package init(subject: String, field: String) {
        self.subject = subject
        self.field = field
    }

    /// The associated data: each part behind its length, so that no two places share their bytes.
    var bytes: [UInt8] { LengthPrefixed.join([self.subject, self.field]) }
}

/// Why a value could not be sealed or opened.
package enum SealError: Error, Hashable, Sendable {
    /// Not the text form of a sealed value.
    case malformed
    /// More than ``Sealed/clearSizeMax`` bytes.
    case tooLong(found: Int, allowed: Int)
    /// The key is not there (any more): shredded, aged out, or the key file was lost; the value has to be entered again.
    case keyMissing(KeyID)
    /// Changed since it was sealed, or it belongs to another subject or field.
    case notAuthentic
    /// Opened, but not UTF-8.
    case notText
}
