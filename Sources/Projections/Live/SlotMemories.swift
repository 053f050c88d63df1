import Events
import Model

/// What the slot rule remembers of each credential; a row for those about which there was something to remember of late.
struct SlotMemories: Sendable {
    static let schema = """
        -- Who took whose slot in the last minute, and which devices are kept away for now.
        CREATE TABLE slot_memory(
          credential INTEGER NOT NULL PRIMARY KEY,
          customer TEXT NOT NULL,
          evictions TEXT NOT NULL,       -- winner:loser:microseconds, devices by their numbers of the week
          blocks TEXT NOT NULL,          -- device:kind:microseconds until; 1: may push nobody out, 2: may not come
          until INTEGER NOT NULL         -- when all of it will be past
        );
        """

    /// Microseconds after which an eviction is forgotten: the time in which a fight of devices is looked for.
    static let evictionAgeMax: Int64 = 60 * WallTime.microsecondsPerSecond
    /// Evictions of a credential that are remembered; the slot rule stops a fight long before.
    static let evictionsMax = 64
    /// Devices of a credential that are kept away at once; beyond it the ones blocked longest ago come in again.
    static let blocksMax = 64
    /// Making room for its own device at the limit is no news.
    static let unremarkable = "same-device"

    private var rows = RowTable<SlotMemoryRow>()
    /// The credentials about which something changed since the last writing.
    private var changed: Set<CredentialID> = []

    mutating func apply(_ envelope: Envelope, in backing: Backing) throws {
        switch envelope.event {
        case .connectionEvicted(let it): try self.evicted(it, at: envelope.at, in: backing)
        case .limitRejected(let it):
            guard let until = it.blockedUntil else { return }
            try self.remember(it.credential, it.customer, at: envelope.at, in: backing) { row in
                row.block(DeviceBlock(client: it.client, kind: .fight, until: until))
            }
        case .credentialRemoved(let it): self.forget(it.credential, in: backing)
        case .customerErased(let it):
            let found = try self.rows.rows(in: backing, sql: "customer = ?", it.customer.rawValue) {
                $0.customer == it.customer
            }
            for row in found { self.forget(row.credential, in: backing) }
        case .nodeStarted:
            let now = envelope.at
            let past = try self.rows.rows(in: backing, sql: "until < ?", now.microseconds) { $0.until < now }
            for row in past { self.forget(row.credential, in: backing) }
        // Nothing else is about who pushes whom out.
        default: break
        }
    }

    private mutating func evicted(_ event: ConnectionEvicted, at now: WallTime, in backing: Backing) throws {
        guard let loser = event.client else { return }
        let eviction =
            event.why == Self.unremarkable
            ? nil : event.winner.map { RecentEviction(winner: $0, loser: loser, at: now) }
        let block = event.blockedUntil.map {
            DeviceBlock(client: loser, kind: event.winner == nil ? .kick : .fight, until: $0)
        }
        guard eviction != nil || block != nil else { return }
        try self.remember(event.credential, event.customer, at: now, in: backing) { row in
            if let eviction { row.evictions.list.append(eviction) }
            if let block { row.block(block) }
        }
    }

    private mutating func remember(
        _ credential: CredentialID,
        _ customer: CustomerID,
        at now: WallTime,
        in backing: Backing,
        _ change: (inout SlotMemoryRow) -> Void
    ) throws {
        let new = SlotMemoryRow(credential: credential, customer: customer)
        try self.rows.update(credential.rawValue, orNew: new, in: backing) { row in
            change(&row)
            row.tidy(at: now)
        }
        self.changed.insert(credential)
    }

    private mutating func forget(_ credential: CredentialID, in backing: Backing) {
        self.rows.remove(credential, in: backing)
        self.changed.insert(credential)
    }

    mutating func write(to tables: TableDatabase) throws {
        guard !self.changed.isEmpty else { return }
        for credential in self.changed { tables.readRows.forgetSlotMemory(of: credential) }
        self.changed.removeAll(keepingCapacity: true)
        try self.rows.write(to: tables)
    }

    mutating func trim() {
        self.rows.trim()
    }
}

extension SlotMemoryRow {
    fileprivate mutating func block(_ block: DeviceBlock) {
        self.blocks.list.removeAll { $0.client == block.client && $0.kind == block.kind }
        self.blocks.list.append(block)
    }

    /// Drops what is past by the time of the log.
    fileprivate mutating func tidy(at now: WallTime) {
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
