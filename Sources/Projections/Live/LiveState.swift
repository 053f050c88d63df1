package import GRDB
package import Model

/// What deciders read: the live tables as they are inside an open transaction.
///
/// Valid only inside the closure that handed it out. Statements are cached; a look-up costs 2 µs, and less where the row was
/// read before and has not changed (``ReadRows``).
package struct LiveState {
    /// The numbers given next, after everything decided before.
    package let counters: Counters
    private let tables: TableDatabase

    package init(tables: TableDatabase, counters: Counters) {
        self.tables = tables
        self.counters = counters
    }

    /// Reads the tables as they were last committed.
    package init(reading database: Database) throws {
        let tables = TableDatabase(database)
        self.init(tables: tables, counters: try Self.counters(in: tables) ?? .empty)
    }

    /// Inside a transaction; for questions that have no method here.
    package var database: Database { self.tables.database }

    static func counters(in tables: TableDatabase) throws -> Counters? {
        var found: Counters?
        try tables.read(Counters.self, "one = 1", { _ in }) { found = $0 }
        return found
    }
}

/// Viewers.
extension LiveState {
    package func credential(_ id: CredentialID) throws -> CredentialRow? {
        try self.first("credential = ?", id)
    }

    /// By keyed hash of the username.
    package func credential(login: String) throws -> CredentialRow? {
        if let known = self.tables.readRows.credentials[login] { return known }
        let row: CredentialRow? = try self.first("login = ? ORDER BY credential LIMIT 1", login)
        if let row { self.tables.readRows.keep(row) }
        return row
    }

    package func credentials(of customer: CustomerID) throws -> [CredentialRow] {
        try self.all("customer = ? ORDER BY credential", customer)
    }

    package func credentials() throws -> [CredentialRow] { try self.all("1 ORDER BY credential") }

    package func customer(_ id: CustomerID) throws -> CustomerRow? {
        if let known = self.tables.readRows.customers[id] { return known }
        let row: CustomerRow? = try self.first("customer = ?", id)
        if let row { self.tables.readRows.keep(row) }
        return row
    }

    package func customers() throws -> [CustomerRow] { try self.all("1 ORDER BY customer") }

    package func plan(_ id: PlanID) throws -> PlanRow? {
        if let known = self.tables.readRows.plans[id] { return known }
        let row: PlanRow? = try self.first("plan = ?", id)
        if let row { self.tables.readRows.keep(row) }
        return row
    }

    package func plans() throws -> [PlanRow] { try self.all("1 ORDER BY plan") }

    /// The slots of a credential that are in use, oldest first; what admission counts.
    package func slots(of credential: CredentialID) throws -> [SlotRow] {
        try self.all("credential = ? ORDER BY connection", credential)
    }

    /// What the slot rule remembers of a credential; `nil` when there is nothing to.
    package func slotMemory(of credential: CredentialID) throws -> SlotMemoryRow? {
        if let known = self.tables.readRows.slotMemories[credential] { return known }
        let row: SlotMemoryRow? = try self.first("credential = ?", credential)
        self.tables.readRows.keep(row, of: credential)
        return row
    }

    /// The credentials that have connections, with how many.
    package func playingCredentials() throws -> [(credential: CredentialID, connections: Int64)] {
        let statement = try self.database.cachedStatement(
            sql: "SELECT credential, count(*) FROM live_connection GROUP BY credential"
        )
        return try Row.fetchAll(statement).map { (CredentialID($0[0]), $0[1]) }
    }

    /// The connections that hold slots of a credential, oldest first.
    package func connections(of credential: CredentialID) throws -> [LiveConnectionRow] {
        try self.all("credential = ? ORDER BY connection", credential)
    }

    /// One connection of a credential.
    package func connection(_ id: ConnectionID, of credential: CredentialID) throws -> LiveConnectionRow? {
        var found: LiveConnectionRow?
        let key = NumberPair(credential.rawValue, id.rawValue)
        try self.tables.read(LiveConnectionRow.self, "SELECT", { key.bind(to: $0) }) { found = $0 }
        return found
    }

    /// One connection, whosever it is; O(n) in the number of connections.
    package func connection(_ id: ConnectionID) throws -> LiveConnectionRow? {
        try self.first("connection = ?", id)
    }

    package func connections() throws -> [LiveConnectionRow] { try self.all("1 ORDER BY connection") }

    /// How many connections there are in all.
    package func connectionCount() throws -> Int64 {
        let statement = try self.database.cachedStatement(sql: "SELECT count(*) FROM live_connection")
        return try Int64.fetchOne(statement) ?? 0
    }

    /// By keyed hash of the token.
    package func session(_ digest: String) throws -> SessionRow? { try self.first("session = ?", digest) }

    /// By keyed hash of customer, week, device and network.
    package func client(device: String) throws -> ClientRow? {
        if let known = self.tables.readRows.clients[device] { return known }
        let row: ClientRow? = try self.first("device = ? ORDER BY client LIMIT 1", device)
        if let row { self.tables.readRows.keep(row) }
        return row
    }
}

/// Locks and bans.
extension LiveState {
    /// The networks that a credential is locked to, in the order in which they were learnt.
    package func places(of credential: CredentialID) throws -> [BoundNetworkRow] {
        try self.all("credential = ? ORDER BY place", credential)
    }

    /// Bans that hold, and those that ended lately.
    package func bans() throws -> [BanRow] { try self.all("1 ORDER BY banned_at, ban") }
}

/// Channels and where they come from.
extension LiveState {
    package func supplier(_ id: SupplierID) throws -> SupplierRow? { try self.first("supplier = ?", id) }

    package func suppliers() throws -> [SupplierRow] { try self.all("1 ORDER BY supplier") }

    package func account(_ id: AccountID) throws -> SupplierAccountRow? { try self.first("account = ?", id) }

    /// The accounts that are had at a supplier, in the order in which they were added; none where its addresses say all.
    package func accounts(of supplier: SupplierID) throws -> [SupplierAccountRow] {
        try self.all("supplier = ? ORDER BY account", supplier)
    }

    package func accounts() throws -> [SupplierAccountRow] { try self.all("1 ORDER BY account") }

    package func channel(_ id: ChannelID) throws -> ChannelRow? {
        if let known = self.tables.readRows.channels[id] { return known }
        let row: ChannelRow? = try self.first("channel = ?", id)
        if let row { self.tables.readRows.keep(row) }
        return row
    }

    package func channels() throws -> [ChannelRow] { try self.all("1 ORDER BY channel") }

    package func source(_ id: SourceID) throws -> SourceRow? { try self.first("source = ?", id) }

    /// A channel's sources in the order in which they are tried.
    package func sources(of channel: ChannelID) throws -> [SourceRow] {
        try self.all("channel = ? ORDER BY position, source", channel)
    }

    package func sources(of supplier: SupplierID) throws -> [SourceRow] {
        try self.all("supplier = ? ORDER BY source", supplier)
    }

    package func sources() throws -> [SourceRow] { try self.all("1 ORDER BY channel, position, source") }

    package func channelState(_ id: ChannelID) throws -> ChannelStateRow? {
        try self.first("channel = ?", id)
    }

    package func channelStates() throws -> [ChannelStateRow] { try self.all("1 ORDER BY channel") }

    package func sourceState(_ id: SourceID) throws -> SourceStateRow? { try self.first("source = ?", id) }

    package func sourceStates() throws -> [SourceStateRow] { try self.all("1 ORDER BY source") }
}

extension LiveState {
    /// What is known of a credential; also when its time is over.
    package func excuse(of credential: CredentialID) throws -> ExcuseRow? {
        try self.first("credential = ?", credential)
    }

    /// All that are kept, those whose time is over included.
    package func excuses() throws -> [ExcuseRow] { try self.all("1 ORDER BY credential") }

    private func first<R: StoredRow>(_ condition: StaticString, _ argument: some ColumnValue) throws -> R? {
        var found: R?
        try self.tables.read(R.self, condition, { argument.bind(to: $0, at: 1) }) { found = $0 }
        return found
    }

    private func all<R: StoredRow>(_ condition: StaticString, _ argument: some ColumnValue) throws -> [R] {
        var found: [R] = []
        try self.tables.read(R.self, condition, { argument.bind(to: $0, at: 1) }) { found.append($0) }
        return found
    }

    private func all<R: StoredRow>(_ condition: StaticString) throws -> [R] {
        var found: [R] = []
        try self.tables.read(R.self, condition, { _ in }) { found.append($0) }
        return found
    }
}
