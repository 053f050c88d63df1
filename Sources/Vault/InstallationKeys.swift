package import Model

/// The keys of one installation: they seal suppliers' secrets and the key store, and pepper every keyed hash.
///
/// Newest last; older ones are kept to open what they sealed.
package struct InstallationKeys: Sendable {
    /// Keys of one use that a file may hold; each rotation adds one.
    package static let countMax = 64

    let sealing: [SecretKey]
    let peppers: [SecretKey]

    init?(sealing: [SecretKey], peppers: [SecretKey]) {
        guard (1...Self.countMax).contains(sealing.count), (1...Self.countMax).contains(peppers.count) else {
            return nil
        }
        self.sealing = sealing
        self.peppers = peppers
    }

    /// New keys from the system's random numbers.
    package static func random() -> InstallationKeys {
        InstallationKeys(sealing: .random(), pepper: .random())
    }

    private init(sealing: SecretKey, pepper: SecretKey) {
        self.sealing = [sealing]
        self.peppers = [pepper]
    }

    /// The keys that seal and hash from now on.
    package var current: (sealing: KeyID, pepper: KeyID) {
        (self.sealing[self.sealing.count - 1].id, self.peppers[self.peppers.count - 1].id)
    }

    /// The same keys and a new one to seal with; `nil` when ``countMax`` is reached.
    ///
    /// The pepper stays: names are found by their digest.
    package func rotatingSealing() -> InstallationKeys? {
        InstallationKeys(sealing: self.sealing + [.random()], peppers: self.peppers)
    }

    /// Seals under the newest key.
    package func seal(_ clear: Redacted<String>, for place: SealedPlace) throws -> Sealed {
        try self.sealing[self.sealing.count - 1].seal(clear.clear, for: place)
    }

    /// Opens what any of the keys sealed.
    ///
    /// - Throws: ``SealError``
    package func open(_ sealed: Sealed, for place: SealedPlace) throws(SealError) -> Redacted<String> {
        Redacted(try self.key(sealed.keyID).open(sealed, for: place))
    }

    /// The digest of `parts` under the newest pepper.
    ///
    /// 2 µs.
    package func hash(_ context: KeyedHash.Context, _ parts: String...) -> KeyedHash {
        .make(context, parts, with: self.peppers[self.peppers.count - 1])
    }

    /// Whether `stored` is the digest of `parts` under any pepper; takes as long for a near miss as for a far one.
    package func matches(_ stored: String, _ context: KeyedHash.Context, _ parts: String...) -> Bool {
        for pepper in self.peppers.reversed() where KeyedHash.isMade(stored, with: pepper) {
            // One value has one text, so the texts are compared: the stored one need not be taken apart.
            return ConstantTime.equal(KeyedHash.make(context, parts, with: pepper).text, stored)
        }
        return false
    }

    /// Whether `stored` is a keyed hash under the newest pepper: another digest is then of other parts.
    package func isNewest(_ stored: String) -> Bool { KeyedHash.isMade(stored, with: self.newestPepper) }

    /// The pepper that hashes from now on.
    var newestPepper: SecretKey { self.peppers[self.peppers.count - 1] }

    func pepper(_ id: KeyID) -> SecretKey? { self.peppers.last { $0.id == id } }

    func key(_ id: KeyID) throws(SealError) -> SecretKey {
        guard let key = self.sealing.last(where: { $0.id == id }) else { throw .keyMissing(id) }
        return key
    }
}
