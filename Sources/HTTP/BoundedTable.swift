/// A dictionary that never holds more than `capacity` entries: the one used longest ago goes first.
///
/// All operations are O(1). The entries stand in an array and are chained by index, oldest to newest.
package struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var key: Key
        var value: Value
        var older: Int
        var newer: Int
    }

    private static var none: Int { -1 }

    package let capacity: Int
    /// How many entries were pushed out by newer ones.
    package private(set) var evictedCount = 0
    private var entries: [Entry] = []
    private var indexes: [Key: Int] = [:]
    private var free: [Int] = []
    private var oldest = Self.none
    private var newest = Self.none

    package init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    package var count: Int { self.indexes.count }

    /// The entry used longest ago.
    package var oldestEntry: (key: Key, value: Value)? {
        self.oldest == Self.none ? nil : (self.entries[self.oldest].key, self.entries[self.oldest].value)
    }

    /// Reads without counting as use.
    package func peek(_ key: Key) -> Value? {
        self.indexes[key].map { self.entries[$0].value }
    }

    /// Changes or inserts the value of `key` and makes it the newest.
    package mutating func update<Result>(_ key: Key, default value: Value, _ change: (inout Value) -> Result) -> Result
    {
        let index: Int
        if let known = self.indexes[key] {
            self.unlink(known)
            index = known
        } else {
            if self.indexes.count >= self.capacity { self.evictOldest() }
            index = self.place(Entry(key: key, value: value, older: Self.none, newer: Self.none))
            self.indexes[key] = index
        }
        self.linkNewest(index)
        return change(&self.entries[index].value)
    }

    /// Inserts or replaces.
    package mutating func insert(_ value: Value, for key: Key) {
        self.update(key, default: value) { $0 = value }
    }

    package mutating func remove(_ key: Key) {
        guard let index = self.indexes.removeValue(forKey: key) else { return }
        self.unlink(index)
        self.free.append(index)
    }

    private mutating func place(_ entry: Entry) -> Int {
        guard let index = self.free.popLast() else {
            self.entries.append(entry)
            return self.entries.count - 1
        }
        self.entries[index] = entry
        return index
    }

    private mutating func evictOldest() {
        guard self.oldest != Self.none else { return }
        self.evictedCount += 1
        self.remove(self.entries[self.oldest].key)
    }

    private mutating func linkNewest(_ index: Int) {
        self.entries[index].older = self.newest
        self.entries[index].newer = Self.none
        if self.newest == Self.none { self.oldest = index } else { self.entries[self.newest].newer = index }
        self.newest = index
    }

    private mutating func unlink(_ index: Int) {
        let (older, newer) = (self.entries[index].older, self.entries[index].newer)
        if older == Self.none { self.oldest = newer } else { self.entries[older].newer = newer }
        if newer == Self.none { self.newest = older } else { self.entries[newer].older = older }
    }
}
