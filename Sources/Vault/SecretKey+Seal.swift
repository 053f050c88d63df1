import Crypto

extension SecretKey {
    /// Seals `clear` for `place` under a fresh random nonce.
    func seal(_ clear: String, for place: SealedPlace) throws -> Sealed {
        try self.seal(bytes: Array(clear.utf8), for: place)
    }

    /// Opens a value that this key sealed for `place`.
    func open(_ sealed: Sealed, for place: SealedPlace) throws(SealError) -> String {
        guard let text = String(validating: try self.openBytes(sealed, for: place), as: UTF8.self) else {
            throw .notText
        }
        return text
    }

    func seal(bytes: [UInt8], for place: SealedPlace) throws -> Sealed {
        guard bytes.count <= Sealed.clearSizeMax else {
            throw SealError.tooLong(found: bytes.count, allowed: Sealed.clearSizeMax)
        }
        let box = try AES.GCM.seal(bytes, using: self.symmetric, authenticating: place.bytes)
        return Sealed(keyID: self.id, box: Array(box.nonce) + Array(box.ciphertext) + Array(box.tag))
    }

    func openBytes(_ sealed: Sealed, for place: SealedPlace) throws(SealError) -> [UInt8] {
        guard sealed.keyID == self.id else { throw .keyMissing(sealed.keyID) }
        do {
            let box = try AES.GCM.SealedBox(combined: sealed.box)
            return Array(try AES.GCM.open(box, using: self.symmetric, authenticating: place.bytes))
        } catch {
            throw .notAuthentic
        }
    }
}
