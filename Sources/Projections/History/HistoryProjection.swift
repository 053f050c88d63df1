package import Events
import Model

/// `history.sqlite`: what was.
///
/// Written by the projector, in batches, behind the ledger.
package struct HistoryProjection: Projection {
    package static let name = "history"
    package static let version: Int64 = 5
    package static let schema = [
        CustomerNames.schema, ConnectionHistory.schema, ConnectionPacks.schema, ChannelHours.schema, SourceHours.schema,
        Incidents.schema,
        Records.schema, ChangeRecords.schema, KeptReport.schema,
    ].joined(separator: "\n")

    private var names = CustomerNames()
    private var connections = ConnectionHistory()
    private var hours = ChannelHours()
    private var sources = SourceHours()
    private var incidents = Incidents()
    private var records = Records()
    private var changes = ChangeRecords()
    private var traces = PersonalTraces()
    /// When the event before the next one was recorded.
    private var lastAt = WallTime(microseconds: 0)

    package init() {}

    package mutating func load(from tables: TableDatabase) throws {
        self = HistoryProjection()
        self.names = try CustomerNames(loadingFrom: tables)
        self.connections = try ConnectionHistory(loadingFrom: tables)
        self.traces = try PersonalTraces(loadingFrom: tables)
        self.lastAt = try Checkpoint.read(from: tables)?.at ?? self.lastAt
    }

    package mutating func apply(_ envelope: Envelope, in backing: Backing) throws {
        try self.connections.apply(
            envelope,
            lastAt: self.lastAt,
            names: &self.names,
            hours: &self.hours,
            in: backing
        )
        try self.hours.apply(envelope, in: backing)
        try self.sources.apply(envelope, in: backing)
        self.incidents.apply(envelope)
        self.records.apply(envelope, names: &self.names, in: backing)
        self.changes.apply(envelope, names: &self.names, in: backing)
        try self.traces.apply(envelope, names: &self.names, in: backing)
        self.lastAt = envelope.at
    }

    package mutating func write(to tables: TableDatabase) throws {
        try self.names.write(to: tables)
        try self.connections.write(to: tables)
        try self.hours.write(to: tables)
        try self.sources.write(to: tables)
        try self.incidents.write(to: tables)
        try self.records.write(to: tables)
        try self.changes.write(to: tables)
        try self.traces.write(to: tables)
    }

    package mutating func trim() {
        self.names.trim()
        self.connections.trim()
        self.hours.trim()
        self.sources.trim()
    }

    package mutating func forgetFinal() {
        self.connections.forgetFinal()
    }
}
