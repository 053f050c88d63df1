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
        case .connectionEvicted(let it):
            let mark = SlotMark(it, at: envelope.at)
            try self.remember(mark, of: it.credential, it.customer, at: envelope.at, in: backing)
        case .limitRejected(let it):
            let mark = SlotMark(refused: it.client, blockedUntil: it.blockedUntil)
            try self.remember(mark, of: it.credential, it.customer, at: envelope.at, in: backing)
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

    private mutating func remember(
        _ mark: SlotMark?,
        of credential: CredentialID,
        _ customer: CustomerID,
        at now: WallTime,
        in backing: Backing
    ) throws {
        guard let mark else { return }
        let new = SlotMemoryRow(credential: credential, customer: customer)
        try self.rows.update(credential.rawValue, orNew: new, in: backing) { $0.take(mark, at: now) }
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
