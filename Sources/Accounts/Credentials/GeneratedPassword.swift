package import Model

/// Passwords that Baton makes up.
package enum GeneratedPassword {
    /// Letters and digits that aren't taken for one another; 32, so that each carries 5 bits.
    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789A".utf8)
    /// 24 characters of 5 bits: 120 bits, above the 100 that make a fast keyed hash enough.
    static let length = 24

    package static func random() -> Redacted<String> {
        var generator = SystemRandomNumberGenerator()
        return Self.make(using: &generator)
    }

    /// A username for a credential that was given none.
    static func username() -> String { String(self.random().clear.prefix(10)) }

    static func make(using generator: inout some RandomNumberGenerator) -> Redacted<String> {
        let bytes = (0..<Self.length).map { _ in
            Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &generator)]
        }
        return Redacted(String(decoding: bytes, as: UTF8.self))
    }
}
