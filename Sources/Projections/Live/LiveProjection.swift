package import Events

/// `live.sqlite`: what the service decides by.
///
/// Written by the ledger, after every command.
package struct LiveProjection: Projection {
    package static let name = "live"
    package static let version: Int64 = 6
    package static let schema = [
        Counters.schema, Catalogue.schema, LiveConnections.schema, SlotMemories.schema, IngestState.schema,
        Refusals.schema, Excuses.schema, SupplierAccounts.schema,
    ].joined(separator: "\n")

    /// In memory between batches, so that giving a number costs no statement.
    package private(set) var counters = Counters()
    private var writtenCounters: Counters?
    private var catalogue = Catalogue()
    private var connections = LiveConnections()
    private var slotMemories = SlotMemories()
    private var ingest = IngestState()
    private var refusals = Refusals()
    /// Whether rows of a person were removed since the last writing.
    private var isScrubDue = false
    private var excuses = Excuses()
    private var accounts = SupplierAccounts()

    package init() {}

    package mutating func load(from tables: TableDatabase) throws {
        self = LiveProjection()
        // What was read may be of a batch that is gone.
        tables.readRows.forgetCatalogue()
        tables.readRows.forgetClients()
        tables.readRows.forgetSlotMemories()
        self.writtenCounters = try LiveState.counters(in: tables)
        self.counters = self.writtenCounters ?? .empty
    }

    package mutating func apply(_ envelope: Envelope, in backing: Backing) throws {
        self.counters.apply(envelope.event)
        try self.catalogue.apply(envelope, in: backing)
        try self.connections.apply(envelope, counters: &self.counters, in: backing)
        try self.slotMemories.apply(envelope, in: backing)
        try self.ingest.apply(envelope, in: backing)
        try self.refusals.apply(envelope, in: backing)
        try self.excuses.apply(envelope, in: backing)
        try self.accounts.apply(envelope, in: backing)
        if case .customerErased = envelope.event { self.isScrubDue = true }
    }

    package mutating func write(to tables: TableDatabase) throws {
        try self.writeRows(to: tables)
        guard self.counters != self.writtenCounters else { return }
        try tables.execute(Counters.self, "INSERT") { self.counters.bind(to: $0) }
        self.writtenCounters = self.counters
    }

    /// Writes all but the counters, which are written with the batch.
    package mutating func writeRows(to tables: TableDatabase) throws {
        try self.catalogue.write(to: tables)
        try self.connections.write(to: tables)
        try self.slotMemories.write(to: tables)
        try self.ingest.write(to: tables)
        try self.refusals.write(to: tables)
        try self.excuses.write(to: tables)
        try self.accounts.write(to: tables)
        guard self.isScrubDue else { return }
        try ScrubMark.set(in: tables.database)
        self.isScrubDue = false
    }

    package mutating func trim() {
        self.catalogue.trim()
        self.connections.trim()
        self.slotMemories.trim()
        self.ingest.trim()
        self.refusals.trim()
        self.excuses.trim()
        self.accounts.trim()
    }

    package mutating func forgetFinal() {}
}
