/// Finds the place of a row by a digest of its key: open addressing, eight bytes an entry.
///
/// A look-up costs a multiplication and a cache line, a tenth of a `Dictionary`'s. It holds no keys: whoever asks compares
/// the row that is found.
struct KeyPlaces: Sendable {
    /// Entries of the smallest table.
    private static let capacityMin = 16

    /// An empty entry is 0; another has the digest above and the place, counted from 1, below.
    private var entries: [UInt64] = []
    private(set) var count = 0

    /// The place under `digest` that `isIt` holds for.
    func place(_ digest: UInt32, where isIt: (Int) -> Bool) -> Int? {
        guard !self.entries.isEmpty else { return nil }
        let mask = self.entries.count - 1
        var index = Int(digest) & mask
        while true {
            let entry = self.entries[index]
            if entry == 0 { return nil }
            if UInt32(truncatingIfNeeded: entry >> 32) == digest, isIt(Self.place(of: entry)) {
                return Self.place(of: entry)
            }
            index = (index + 1) & mask
        }
    }

    /// Adds a place that is not in the table.
    mutating func add(_ digest: UInt32, place: Int) {
        if (self.count + 1) * 2 > self.entries.count { self.grow() }
        self.insert(UInt64(digest) << 32 | UInt64(UInt32(place + 1)))
        self.count += 1
    }

    /// Takes out a place that may be in the table.
    mutating func remove(_ digest: UInt32, place: Int) {
        guard !self.entries.isEmpty else { return }
        let mask = self.entries.count - 1
        let wanted = UInt64(digest) << 32 | UInt64(UInt32(place + 1))
        var gap = Int(digest) & mask
        while self.entries[gap] != wanted {
            if self.entries[gap] == 0 { return }
            gap = (gap + 1) & mask
        }
        self.count -= 1
        // What stands after the gap moves into it, unless it would come to stand before its own digest's place.
        var index = (gap + 1) & mask
        while self.entries[index] != 0 {
            let home = Int(self.entries[index] >> 32) & mask
            if (index &- home) & mask >= (index &- gap) & mask {
                self.entries[gap] = self.entries[index]
                gap = index
            }
            index = (index + 1) & mask
        }
        self.entries[gap] = 0
    }

    mutating func removeAll() {
        for index in self.entries.indices { self.entries[index] = 0 }
        self.count = 0
    }

    private mutating func grow() {
        let old = self.entries
        self.entries = [UInt64](repeating: 0, count: max(Self.capacityMin, old.count * 2))
        for entry in old where entry != 0 { self.insert(entry) }
    }

    private mutating func insert(_ entry: UInt64) {
        let mask = self.entries.count - 1
        var index = Int(entry >> 32) & mask
        while self.entries[index] != 0 { index = (index + 1) & mask }
        self.entries[index] = entry
    }

    private static func place(of entry: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: entry)) - 1 }
}

/// Makes digests of keys.
///
/// Not proof against keys made to collide: numbers are given by this program, texts are keyed hashes or an operator's names.
struct KeyDigest {
    private var state: UInt64 = 0

    mutating func take(_ word: UInt64) {
        self.state = (self.state ^ word) &* 0x9E37_79B9_7F4A_7C15
        self.state ^= self.state >> 32
    }

    var value: UInt32 { UInt32(truncatingIfNeeded: (self.state &* 0xD6E8_FEB8_6659_FD93) >> 32) }
}
