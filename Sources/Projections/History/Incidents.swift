package import Events
package import GRDB
package import Model

/// One thing that went wrong with a source or a channel, or was done about it.
package struct IncidentRow: StoredRow {
    package static let table = "incident"
    package static let statements = TableStatements<IncidentRow>()
    package static let empty = IncidentRow(seq: 0, at: WallTime(microseconds: 0), kind: "", channel: .init(0))

    package var seq: Int64
    package var at: WallTime
    /// The event's kind.
    package var kind: String
    package var channel: ChannelID
    package var source: SourceID?
    package var supplier: SupplierID?
    /// The source a failover went to.
    package var to: SourceID?
    package var cause: String?
    package var length: Milliseconds?
    package var viewers: Int64?
    package var visible: Bool?
    package var bytes: Int64?

    package var key: Int64 { self.seq }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("seq", &self.seq)
        visit("at", &self.at)
        visit("kind", &self.kind)
        visit("channel", &self.channel)
        visit("source", &self.source)
        visit("supplier", &self.supplier)
        visit("to_source", &self.to)
        visit("cause", &self.cause)
        visit("length_ms", &self.length)
        visit("viewers", &self.viewers)
        visit("visible", &self.visible)
        visit("bytes", &self.bytes)
    }
}

/// What happened to sources and channels, one row an event.
struct Incidents: Sendable {
    static let schema = """
        -- What happened to sources and channels: one row an event of ingest and continuity.
        CREATE TABLE incident(
          seq INTEGER NOT NULL PRIMARY KEY,  -- the event
          at INTEGER NOT NULL,
          kind TEXT NOT NULL,                -- the event's type, such as ingest.blip
          channel INTEGER NOT NULL,
          source INTEGER,                    -- the source concerned; the one that was left
          supplier TEXT,
          to_source INTEGER,                 -- the source a failover went to
          cause TEXT,                        -- cause, reason or method
          length_ms INTEGER,                 -- gap, time down, media filled
          viewers INTEGER,                   -- at that moment
          visible INTEGER,                   -- 1: viewers could see it
          bytes INTEGER                      -- received before it, or made for it
        );
        CREATE INDEX incident_channel ON incident(channel, at);
        CREATE INDEX incident_at ON incident(at);
        """

    private var rows = RowList<IncidentRow>()

    mutating func apply(_ envelope: Envelope) {
        if let row = IncidentRow(envelope) { self.rows.append(row) }
    }

    fileprivate static func row(of event: Event) -> IncidentRow? {
        switch event {
        case .ingestStarted(let it): self.row(it.channel, it.source, it.supplier, cause: it.tracks, length: it.after)
        case .ingestBlip(let it):
            self.row(it.channel, it.source, it.supplier, cause: it.cause, length: it.gap, bytes: it.bytes.rawValue)
        case .ingestRecovered(let it): self.row(it.channel, it.source, it.supplier, length: it.down)
        case .ingestDown(let it):
            self.row(it.channel, it.source, it.supplier, cause: it.cause, bytes: it.bytes.rawValue)
        case .ingestStopped(let it):
            self.row(it.channel, it.source, it.supplier, cause: it.why, length: it.ran, bytes: it.bytes.rawValue)
        case .overlapDropped(let it): self.row(it.channel, it.source, it.supplier, length: it.length)
        case .freezePatch(let it):
            self.row(
                it.channel,
                it.source,
                cause: it.method,
                length: it.length,
                viewers: it.viewers,
                visible: it.visibility == .visible,
                bytes: it.bytes.rawValue
            )
        case .failoverSwitch(let it): self.row(it.channel, it.from, to: it.to, cause: it.why, length: it.gap)
        case .slateShown(let it):
            self.row(it.channel, nil, cause: it.why, length: it.length, viewers: it.viewers, visible: true)
        case .accountAdded, .accountChanged, .accountRemoved, .accountRead, .accountWarned, .accountSetAside,
            .dataAged, .nodeStarted, .nodeStopped, .clockStepped, .logDegraded, .supplierAdded, .supplierChanged,
            .supplierRemoved,
            .channelAdded, .channelChanged, .channelRemoved, .sourceAttached, .sourceChanged, .sourceDetached,
            .guideRefreshed, .guideFailed, .archiveDropped, .connectionOpened, .connectionClosed, .limitRejected,
            .connectionEvicted, .clientSeen, .customerAdded,
            .customerChanged, .customerErased, .refundRecorded, .planAdded, .planChanged, .planRemoved,
            .credentialIssued,
            .credentialChanged, .credentialSuspended, .credentialResumed, .customerSuspended, .customerResumed,
            .credentialRotated, .credentialExpired,
            .credentialRemoved, .operatorSignedIn, .operatorRefused, .credentialNetworkBound,
            .credentialNetworksForgotten, .addressBanned, .addressUnbanned, .reportExported, .reportSent, .reportFailed,
            .credentialExcused,
            .excuseWithdrawn, .eventScheduled:
            nil
        }
    }

    private static func row(
        _ channel: ChannelID,
        _ source: SourceID?,
        _ supplier: SupplierID? = nil,
        to: SourceID? = nil,
        cause: String? = nil,
        length: Milliseconds? = nil,
        viewers: Int64? = nil,
        visible: Bool? = nil,
        bytes: Int64? = nil
    ) -> IncidentRow {
        var row = IncidentRow.empty
        row.channel = channel
        row.source = source
        row.supplier = supplier
        row.to = to
        row.cause = cause
        row.length = length
        row.viewers = viewers
        row.visible = visible
        row.bytes = bytes
        return row
    }

    mutating func write(to tables: TableDatabase) throws { try self.rows.write(to: tables) }
}

extension IncidentRow {
    /// The row that an event makes; `nil` for events that are no incidents.
    package init?(_ envelope: Envelope) {
        guard let row = Incidents.row(of: envelope.event) else { return nil }
        self = row
        self.seq = envelope.seq
        self.at = envelope.at
        self.kind = envelope.event.kind.rawValue
    }

    /// The rows that a query of all columns in their order answers, newest first as asked.
    package static func last(_ count: Int, of channel: ChannelID, in database: Database) throws -> [Self] {
        let tables = TableDatabase(database)
        var rows: [Self] = []
        try tables.read(Self.self, "channel = ? ORDER BY seq DESC LIMIT 200", { channel.rawValue.bind(to: $0, at: 1) })
        { row in
            if rows.count < count { rows.append(row) }
        }
        return rows.reversed()
    }
}
