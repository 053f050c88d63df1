import Crypto

/// 256 random bits and their name.
///
/// Prints as its name; the bits leave it only towards the cipher, the hash and the key file.
struct SecretKey: Sendable, CustomStringConvertible {
    /// Bytes in every key: AES-256, HMAC-SHA-256 (RFC 2104, 3: at least the digest's length).
    static let sizeBytes = 32

    let id: KeyID
    let symmetric: SymmetricKey
    /// Makes message authentication codes with the key.
    let messages: MessageKey

    /// A new key from the system's random numbers.
    static func random() -> SecretKey {
        SecretKey(SymmetricKey(size: .bits256))
    }

    private init(_ symmetric: SymmetricKey) {
        self.symmetric = symmetric
        let bytes = symmetric.withUnsafeBytes { Array($0) }
        self.id = KeyID(of: bytes)
        self.messages = MessageKey(bytes)
    }

    /// Takes ``sizeBytes`` bytes; `nil` for any other number.
    init?(bytes: [UInt8]) {
        guard bytes.count == Self.sizeBytes else { return nil }
        self.init(SymmetricKey(data: bytes))
    }

    var bytes: [UInt8] { self.symmetric.withUnsafeBytes { Array($0) } }

    var description: String { self.id.text }
}
