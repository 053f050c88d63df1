import Events
package import Model

/// One source in one hour: what went wrong with it, and what that meant to viewers.
package struct SourceHourRow: StoredRow {
    package static let table = "source_hour"
    package static let statements = TableStatements<SourceHourRow>()
    package static let empty = SourceHourRow(source: .init(0), hour: 0)

    package var source: SourceID
    /// Hours since 1970.
    package var hour: Int64
    package var counts = SupplyCounts()

    package var key: NumberPair { NumberPair(self.source.rawValue, self.hour) }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("source", &self.source)
        visit("hour", &self.hour)
        self.counts.columns(&visit)
    }
}

/// One supplier in one hour: its sources together.
package struct SupplierHourRow: StoredRow {
    package static let table = "supplier_hour"
    package static let statements = TableStatements<SupplierHourRow>()
    package static let empty = SupplierHourRow(supplier: .init(rawValue: ""), hour: 0)

    package var supplier: SupplierID
    /// Hours since 1970.
    package var hour: Int64
    package var counts = SupplyCounts()

    package var key: NameAndNumber { NameAndNumber(self.supplier.rawValue, self.hour) }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("supplier", &self.supplier)
        visit("hour", &self.hour)
        self.counts.columns(&visit)
    }
}

/// Which channel and supplier a source is of, also after it is gone.
package struct SourceNameRow: StoredRow {
    package static let table = "source_name"
    package static let statements = TableStatements<SourceNameRow>()
    package static let empty = SourceNameRow(source: .init(0), channel: .init(0), supplier: .init(rawValue: ""))

    package var source: SourceID
    package var channel: ChannelID
    package var supplier: SupplierID

    package var key: Int64 { self.source.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("source", &self.source)
        visit("channel", &self.channel)
        visit("supplier", &self.supplier)
    }
}

/// What went wrong with a source or supplier, and what that meant to viewers.
package struct SupplyCounts: Hashable, Sendable {
    package var starts: Int64 = 0
    package var blips: Int64 = 0
    package var blipGapMs: Int64 = 0
    package var downs: Int64 = 0
    package var downMs: Int64 = 0
    package var patches: Int64 = 0
    package var hiddenMs: Int64 = 0
    package var visibleMs: Int64 = 0
    package var savedViewerMs: Int64 = 0
    package var affectedViewerMs: Int64 = 0
    package var overlaps: Int64 = 0
    package var overlapMs: Int64 = 0
    package var left: Int64 = 0
    package var entered: Int64 = 0

    package init() {}

    mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("starts", &self.starts)
        visit("blips", &self.blips)
        visit("blip_gap_ms", &self.blipGapMs)
        visit("downs", &self.downs)
        visit("down_ms", &self.downMs)
        visit("patches", &self.patches)
        visit("hidden_ms", &self.hiddenMs)
        visit("visible_ms", &self.visibleMs)
        visit("saved_viewer_ms", &self.savedViewerMs)
        visit("affected_viewer_ms", &self.affectedViewerMs)
        visit("overlaps", &self.overlaps)
        visit("overlap_ms", &self.overlapMs)
        visit("switches_from", &self.left)
        visit("switches_to", &self.entered)
    }

    /// Counts a gap that was filled.
    mutating func filled(_ patch: FreezePatch) {
        let viewerMs = patch.length.rawValue.clampedProduct(patch.viewers)
        self.patches &+= 1
        switch patch.visibility {
        case .hidden:
            self.hiddenMs &+= patch.length.rawValue
            self.savedViewerMs &+= viewerMs
        case .visible:
            self.visibleMs &+= patch.length.rawValue
            self.affectedViewerMs &+= viewerMs
        }
    }
}

/// The hour rollups of sources and suppliers.
struct SourceHours: Sendable {
    private static let counts = """
          hour INTEGER NOT NULL,                -- hours since 1970
          starts INTEGER NOT NULL,              -- times media began to arrive
          blips INTEGER NOT NULL,               -- interruptions
          blip_gap_ms INTEGER NOT NULL,         -- their length, without a byte of media
          downs INTEGER NOT NULL,               -- times it was given up for a while
          down_ms INTEGER NOT NULL,             -- time it was away, in the hours it was in
          patches INTEGER NOT NULL,             -- gaps it left on the output that were filled
          hidden_ms INTEGER NOT NULL,           -- filled so that nobody saw it
          visible_ms INTEGER NOT NULL,          -- filled, but to be seen
          saved_viewer_ms INTEGER NOT NULL,     -- hidden_ms of each gap times its viewers
          affected_viewer_ms INTEGER NOT NULL,  -- visible_ms of each gap times its viewers
          overlaps INTEGER NOT NULL,            -- times media that had been sent before were dropped
          overlap_ms INTEGER NOT NULL,          -- media dropped
          switches_from INTEGER NOT NULL,       -- failovers away from it
          switches_to INTEGER NOT NULL,         -- failovers to it
        """

    static let schema = """
        -- One row a source and hour in which something happened. What the output did about it belongs to the source that left
        -- the gap; a slate belongs to the channel alone.
        CREATE TABLE source_hour(
          source INTEGER NOT NULL,
        \(Self.counts)
          PRIMARY KEY(source, hour)
        ) WITHOUT ROWID;
        -- The same for all sources of a supplier together.
        CREATE TABLE supplier_hour(
          supplier TEXT NOT NULL,
        \(Self.counts)
          PRIMARY KEY(supplier, hour)
        ) WITHOUT ROWID;
        -- Which channel and supplier a source is of, also after it is gone.
        CREATE TABLE source_name(
          source INTEGER NOT NULL PRIMARY KEY,
          channel INTEGER NOT NULL,
          supplier TEXT NOT NULL
        );
        """

    private var sources = RowTable<SourceHourRow>()
    private var suppliers = RowTable<SupplierHourRow>()
    private var names = RowTable<SourceNameRow>()

    mutating func apply(_ envelope: Envelope, in backing: Backing) throws {
        let hour = envelope.at.hour
        switch envelope.event {
        case .sourceAttached(let it): self.named(it.source, it.channel, it.supplier, in: backing)
        case .sourceChanged(let it): self.named(it.source, it.channel, it.supplier, in: backing)
        case .ingestStarted(let it):
            try self.count(it.source, it.supplier, hour, backing) { $0.starts &+= 1 }
        case .ingestBlip(let it):
            try self.count(it.source, it.supplier, hour, backing) { counts in
                counts.blips &+= 1
                counts.blipGapMs &+= it.gap.rawValue
            }
        case .ingestDown(let it):
            try self.count(it.source, it.supplier, hour, backing) { $0.downs &+= 1 }
        case .ingestRecovered(let it):
            for (hour, ms) in HourSpread(it.down.rawValue, endingAt: envelope.at) {
                try self.count(it.source, it.supplier, hour, backing) { $0.downMs &+= ms }
            }
        case .overlapDropped(let it):
            try self.count(it.source, it.supplier, hour, backing) { counts in
                counts.overlaps &+= 1
                counts.overlapMs &+= it.length.rawValue
            }
        case .freezePatch(let it):
            if let source = it.source { try self.count(source, hour, backing) { $0.filled(it) } }
        case .failoverSwitch(let it):
            if let from = it.from { try self.count(from, hour, backing) { $0.left &+= 1 } }
            try self.count(it.to, hour, backing) { $0.entered &+= 1 }
        case .accountAdded, .accountChanged, .accountRemoved, .accountRead, .accountWarned, .accountSetAside,
            .dataAged, .nodeStarted, .nodeStopped, .clockStepped, .logDegraded, .supplierAdded, .supplierChanged,
            .supplierRemoved, .channelAdded, .channelChanged, .channelRemoved, .sourceDetached, .ingestStopped,
            .slateShown, .guideRefreshed, .guideFailed, .archiveDropped, .connectionOpened, .connectionClosed,
            .connectionEvicted, .limitRejected, .clientSeen,
            .customerAdded, .customerChanged, .customerErased, .refundRecorded, .planAdded, .planChanged, .planRemoved,
            .credentialIssued, .credentialChanged, .credentialSuspended, .credentialResumed, .customerSuspended,
            .customerResumed, .credentialRotated,
            .credentialExpired, .credentialRemoved, .operatorSignedIn, .operatorRefused, .credentialNetworkBound,
            .credentialNetworksForgotten, .addressBanned, .addressUnbanned, .reportExported, .reportSent, .reportFailed,
            .credentialExcused,
            .excuseWithdrawn,
            .eventScheduled:
            break
        }
    }

    private mutating func named(
        _ source: SourceID,
        _ channel: ChannelID,
        _ supplier: SupplierID,
        in backing: Backing
    ) {
        self.names.put(SourceNameRow(source: source, channel: channel, supplier: supplier), in: backing)
    }

    /// Counts for a source whose supplier the event doesn't name.
    private mutating func count(
        _ source: SourceID,
        _ hour: Int64,
        _ backing: Backing,
        _ change: (inout SupplyCounts) -> Void
    ) throws {
        try self.count(source, self.names.row(source, in: backing)?.supplier, hour, backing, change)
    }

    private mutating func count(
        _ source: SourceID,
        _ supplier: SupplierID?,
        _ hour: Int64,
        _ backing: Backing,
        _ change: (inout SupplyCounts) -> Void
    ) throws {
        let key = NumberPair(source.rawValue, hour)
        try self.sources.update(key, orNew: SourceHourRow(source: source, hour: hour), in: backing) {
            change(&$0.counts)
        }
        guard let supplier else { return }
        let name = NameAndNumber(supplier.rawValue, hour)
        try self.suppliers.update(name, orNew: SupplierHourRow(supplier: supplier, hour: hour), in: backing) {
            change(&$0.counts)
        }
    }

    mutating func write(to tables: TableDatabase) throws {
        try self.sources.write(to: tables)
        try self.suppliers.write(to: tables)
        try self.names.write(to: tables)
    }

    mutating func trim() {
        self.sources.trim()
        self.suppliers.trim()
        self.names.trim()
    }
}

extension Int64 {
    /// The product, or the largest number: a hostile line must not turn a sum negative.
    func clampedProduct(_ other: Int64) -> Int64 {
        let (product, overflows) = self.multipliedReportingOverflow(by: other)
        return overflows ? .max : product
    }
}
