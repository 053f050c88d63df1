package import Events
package import Model

/// What one decision of the slot rule leaves in the memory of its credential.
package struct SlotMark: Hashable, Sendable {
    let eviction: RecentEviction?
    let block: DeviceBlock?

    /// Of a connection that was ended; `nil` when there is nothing to remember.
    ///
    /// `winner` is the device that it made room for, if it did, and `blockedUntil` until when the loser pushes nobody out.
    package init?(winner: ClientID?, loser: ClientID?, why: String, blockedUntil: WallTime?, at now: WallTime) {
        guard let loser else { return nil }
        let eviction = winner.map { RecentEviction(winner: $0, loser: loser, at: now) }
        self.eviction = why == SlotMemories.unremarkable ? nil : eviction
        self.block = blockedUntil.map {
            DeviceBlock(client: loser, kind: winner == nil ? .kick : .fight, until: $0)
        }
        guard self.eviction != nil || self.block != nil else { return nil }
    }

    package init?(_ event: ConnectionEvicted, at now: WallTime) {
        self.init(
            winner: event.winner,
            loser: event.client,
            why: event.why,
            blockedUntil: event.blockedUntil,
            at: now
        )
    }

    /// Of a device that was refused and pushes nobody out for a while.
    package init?(refused client: ClientID, blockedUntil: WallTime?) {
        guard let blockedUntil else { return nil }
        self.eviction = nil
        self.block = DeviceBlock(client: client, kind: .fight, until: blockedUntil)
    }
}

extension SlotMemoryRow {
    /// Remembers a decision, and drops what is past by then.
    package mutating func take(_ mark: SlotMark, at now: WallTime) {
        if let eviction = mark.eviction { self.evictions.list.append(eviction) }
        if let block = mark.block {
            self.blocks.list.removeAll { $0.client == block.client && $0.kind == block.kind }
            self.blocks.list.append(block)
        }
        self.tidy(at: now)
    }

    /// Drops what is past by the time of the log.
    private mutating func tidy(at now: WallTime) {
        let oldest = now.microseconds &- SlotMemories.evictionAgeMax
        self.evictions.list.removeAll { $0.at.microseconds < oldest }
        self.evictions.list = self.evictions.list.suffix(SlotMemories.evictionsMax)
        self.blocks.list.removeAll { $0.until <= now }
        self.blocks.list = self.blocks.list.suffix(SlotMemories.blocksMax)
        let evictions = self.evictions.list.last.map { $0.at.microseconds &+ SlotMemories.evictionAgeMax } ?? 0
        let blocks = self.blocks.list.map(\.until.microseconds).max() ?? 0
        self.until = WallTime(microseconds: max(evictions, blocks))
    }
}
