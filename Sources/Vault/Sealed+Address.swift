/// Sealed values that stand in addresses.
extension Sealed {
    /// The same value without dots and a third shorter: base64url( key id, 8 bytes ‖ nonce ‖ ciphertext ‖ tag ).
    ///
    /// Letters, digits, `-` and `_` alone: one segment of a path, and one value of a query, as they are (RFC 3986, 2.3).
    package var addressText: String {
        Base64URL.encode((Hexadecimal.decode(self.keyID.text) ?? []) + self.box)
    }

    /// Reads ``addressText``.
    ///
    /// - Throws: ``SealError/malformed`` for anything that ``addressText`` does not write.
    package init(parsingAddress text: some StringProtocol) throws(SealError) {
        guard text.utf8.count <= (KeyID.sizeBytes + Self.clearSizeMax + Self.overhead) * 4 / 3 + 1,
            let bytes = Base64URL.decode(text), bytes.count >= KeyID.sizeBytes + Self.overhead,
            let keyID = KeyID(parsing: Hexadecimal.encode(bytes.prefix(KeyID.sizeBytes)))
        else { throw .malformed }
        self.init(keyID: keyID, box: Array(bytes.dropFirst(KeyID.sizeBytes)))
    }
}
