import Glibc

extension Event.Kind {
    /// Places of ``places``: four times the kinds, so that hardly two want the same one.
    private static let placeCount = 256

    /// Kinds by a digest of their names: a line's kind is found without a string being made of it.
    ///
    /// A kind stands at its digest's place or after it, with no gap between.
    private static let places: [Event.Kind?] = {
        precondition(Self.allCases.count * 2 < Self.placeCount, "room for twice the kinds")
        var places = [Event.Kind?](repeating: nil, count: Self.placeCount)
        for kind in Self.allCases {
            var place = Self.place(of: kind.rawValue.utf8)
            while places[place] != nil { place = (place + 1) % Self.placeCount }
            places[place] = kind
        }
        return places
    }()

    /// The kind with this wire name.
    init?(bytes: UnsafeBufferPointer<UInt8>) {
        let places = Self.places
        var place = Self.place(of: bytes)
        while let kind = places[place] {
            if kind.isNamed(bytes) {
                self = kind
                return
            }
            place = (place + 1) % Self.placeCount
        }
        return nil
    }

    private func isNamed(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var name = self.rawValue
        return name.withUTF8 { name in
            guard name.count == bytes.count, let left = name.baseAddress, let right = bytes.baseAddress else {
                return false
            }
            return memcmp(left, right, bytes.count) == 0
        }
    }

    /// FNV-1a, 32 bits, folded.
    private static func place(of bytes: some Sequence<UInt8>) -> Int {
        var digest: UInt32 = 0x811C_9DC5
        for byte in bytes { digest = (digest ^ UInt32(byte)) &* 0x0100_0193 }
        return Int((digest ^ digest >> 16) % UInt32(Self.placeCount))
    }
}
