import Model

/// Rows that deciders have read on the connection that writes the file, and that nothing has changed since.
///
/// The same device is asked about again and again, and what its credential is changes once a month. Only the fold writes
/// these tables, so the fold says when they have changed (``forgetCatalogue()``, ``forgetClients()``); a batch that is
/// rolled back forgets everything. Slots are never kept here: every start counts them in their table.
final class ReadRows {
    /// Rows of a kind that are kept: about 20 MB of credentials, the largest; beyond it all of them are read again.
    static let keptMax = 32_768

    /// By keyed hash of the username.
    private(set) var credentials: [String: CredentialRow] = [:]
    private(set) var customers: [CustomerID: CustomerRow] = [:]
    private(set) var plans: [PlanID: PlanRow] = [:]
    private(set) var channels: [ChannelID: ChannelRow] = [:]
    /// By keyed hash of the device.
    private(set) var clients: [String: ClientRow] = [:]
    /// With those about which nothing is remembered.
    private(set) var slotMemories: [CredentialID: SlotMemoryRow?] = [:]

    func keep(_ row: CredentialRow) { Self.keep(row, as: row.login, in: &self.credentials) }
    func keep(_ row: CustomerRow) { Self.keep(row, as: row.customer, in: &self.customers) }
    func keep(_ row: PlanRow) { Self.keep(row, as: row.plan, in: &self.plans) }
    func keep(_ row: ChannelRow) { Self.keep(row, as: row.channel, in: &self.channels) }
    func keep(_ row: ClientRow) { Self.keep(row, as: row.device, in: &self.clients) }

    func keep(_ row: SlotMemoryRow?, of credential: CredentialID) {
        if self.slotMemories.count >= Self.keptMax { self.slotMemories.removeAll() }
        self.slotMemories[credential] = .some(row)
    }

    func forgetCatalogue() {
        self.credentials.removeAll()
        self.customers.removeAll()
        self.plans.removeAll()
        self.channels.removeAll()
    }

    func forgetClients() { self.clients.removeAll() }
    func forgetSlotMemories() { self.slotMemories.removeAll() }
    func forgetSlotMemory(of credential: CredentialID) { self.slotMemories.removeValue(forKey: credential) }

    private static func keep<Key: Hashable, Row>(_ row: Row, as key: Key, in rows: inout [Key: Row]) {
        if rows.count >= self.keptMax { rows.removeAll() }
        rows[key] = row
    }
}
