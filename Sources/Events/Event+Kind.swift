extension Event.Kind {
    /// Kinds by a digest of their names: a line's kind is found without a string being made of it.
    private static let byDigest: [UInt64: Event.Kind] = Dictionary(
        uniqueKeysWithValues: Self.allCases.map { (Self.digest($0.rawValue.utf8), $0) }
    )

    /// The kind with this wire name.
    init?(bytes: UnsafeBufferPointer<UInt8>) {
        guard let kind = Self.byDigest[Self.digest(bytes)], kind.rawValue.utf8.elementsEqual(bytes) else { return nil }
        self = kind
    }

    /// FNV-1a, 64 bits.
    private static func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
