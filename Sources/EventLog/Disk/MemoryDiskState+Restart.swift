/// What a power loss leaves.
extension MemoryDiskState {
    /// Bytes that a disk writes whole or not at all.
    private static let sectorSize = 512

    /// How much of what was not synced survives.
    private enum Survival: CaseIterable {
        /// Nothing.
        case none
        /// Everything.
        case all
        /// All up to some moment, the last write torn at a sector.
        case earliest
        /// Each sector and name for itself: what a write cache that reorders leaves.
        case scattered
    }

    /// Empties the cache, closes all files and mends the disk.
    mutating func restart(_ loss: MemoryDisk.Loss) {
        if case .unsynced(let seed) = loss {
            var dice = Dice(seed: seed)
            self.losePower(&dice)
        }
        self.handles = [:]
        self.faults = [:]
        self.faultsByKind = []
        self.crashed = false
    }

    private mutating func losePower(_ dice: inout Dice) {
        let survival = dice.pick(Survival.allCases)
        for number in self.nodes.keys.sorted() {
            guard var node = self.nodes[number] else { continue }
            Self.settle(&node, survival, &dice)
            node.cache = node.durable
            node.unsynced = []
            self.nodes[number] = node
        }
        let kept = dice.below(self.unsyncedNames.count + 1)
        for (index, change) in self.unsyncedNames.enumerated() {
            let survives =
                switch survival {
                case .none: false
                case .all: true
                case .earliest: index < kept
                case .scattered: dice.below(2) == 0
                }
            if survives { Self.apply(change, to: &self.durableEntries) }
        }
        self.unsyncedNames = []
        self.entries = self.durableEntries
        let named = Set(self.entries.values)
        self.nodes = self.nodes.filter { named.contains($0.key) }
    }

    private static func settle(_ node: inout Node, _ survival: Survival, _ dice: inout Dice) {
        switch survival {
        case .none: break
        case .all: for write in node.unsynced { node.durable.overwrite(at: write.offset, write.bytes[...]) }
        case .earliest:
            let kept = dice.below(node.unsynced.count + 1)
            for write in node.unsynced.prefix(kept) { node.durable.overwrite(at: write.offset, write.bytes[...]) }
            guard kept < node.unsynced.count else { return }
            let torn = node.unsynced[kept]
            let cut = min(torn.bytes.count, dice.below(torn.bytes.count / self.sectorSize + 1) * self.sectorSize)
            let end = (torn.offset + cut) / self.sectorSize * self.sectorSize
            guard end > torn.offset else { return }
            node.durable.overwrite(at: torn.offset, torn.bytes[..<(end - torn.offset)])
        case .scattered: self.scatter(&node, &dice)
        }
    }

    /// Gives every sector one of the states it had since the last sync, and the file one of its sizes.
    private static func scatter(_ node: inout Node, _ dice: inout Dice) {
        guard !node.unsynced.isEmpty else { return }
        let sectors = Set(
            node.unsynced.flatMap { write in
                (write.offset / self.sectorSize)...((write.offset + max(write.bytes.count, 1) - 1) / self.sectorSize)
            }
        )
        let sizes = node.unsynced.reduce(into: [node.durable.count]) { sizes, write in
            sizes.append(max(sizes[sizes.count - 1], write.offset + write.bytes.count))
        }
        var after = node.durable
        for sector in sectors.sorted() {
            let bounds = (sector * self.sectorSize)..<((sector + 1) * self.sectorSize)
            let touching = node.unsynced.filter {
                $0.offset < bounds.upperBound && $0.offset + $0.bytes.count > bounds.lowerBound
            }
            for write in touching.prefix(dice.below(touching.count + 1)) {
                let part = bounds.clamped(to: write.offset..<(write.offset + write.bytes.count))
                let range = (part.lowerBound - write.offset)..<(part.upperBound - write.offset)
                after.overwrite(at: part.lowerBound, write.bytes[range])
            }
        }
        let size = dice.pick(sizes)
        if after.count > size { after.removeLast(after.count - size) }
        if after.count < size { after.overwrite(at: size, []) }
        node.durable = after
    }
}

/// Numbers that are the same for the same seed (SplitMix64).
///
/// Source: Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014.
private struct Dice {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    /// A number from 0 up to before `bound`.
    mutating func below(_ bound: Int) -> Int {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((value ^ (value >> 31)) % UInt64(max(bound, 1)))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[self.below(elements.count)]
    }
}
