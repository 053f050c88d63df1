import Events
import Model

/// What channels and sources are doing now.
struct IngestState: Sendable {
    static let schema = """
        CREATE TABLE channel_state(
          channel INTEGER NOT NULL PRIMARY KEY,
          state TEXT NOT NULL,     -- live, down, slate, off
          source INTEGER,          -- the source it takes, or took last
          node TEXT NOT NULL,
          since INTEGER NOT NULL
        );
        CREATE TABLE source_state(
          source INTEGER NOT NULL PRIMARY KEY,
          channel INTEGER NOT NULL,
          supplier TEXT NOT NULL,
          state TEXT NOT NULL,     -- running, down, stopped
          node TEXT NOT NULL,
          since INTEGER NOT NULL,
          blips INTEGER NOT NULL,  -- interruptions since it was started
          cause TEXT,              -- what interrupted it last
          tracks TEXT              -- codecs found
        );
        """

    private var channels = RowTable<ChannelStateRow>()
    private var sources = RowTable<SourceStateRow>()

    mutating func apply(_ envelope: Envelope, in backing: Backing) throws {
        switch envelope.event {
        case .ingestStarted(let it):
            self.sources.put(
                SourceStateRow(
                    source: it.source,
                    channel: it.channel,
                    supplier: it.supplier,
                    state: .running,
                    node: envelope.node,
                    since: envelope.at,
                    blips: 0,
                    tracks: it.tracks
                ),
                in: backing
            )
            try self.sourceIsBack(it.source, of: it.channel, envelope, in: backing)
        case .ingestBlip(let it):
            try self.sources.update(it.source, in: backing) { row in
                row.blips &+= 1
                row.cause = it.cause
            }
        case .ingestRecovered(let it):
            try self.set(it.source, .running, cause: nil, envelope, in: backing)
            try self.sourceIsBack(it.source, of: it.channel, envelope, in: backing)
        case .ingestDown(let it):
            try self.set(it.source, .down, cause: it.cause, envelope, in: backing)
            try self.set(it.channel, .down, ifTaking: it.source, envelope, in: backing)
        case .ingestStopped(let it):
            try self.set(it.source, .stopped, cause: it.why, envelope, in: backing)
            try self.set(it.channel, .off, ifTaking: it.source, envelope, in: backing)
        case .failoverSwitch(let it): self.set(it.channel, .live, source: it.to, envelope, in: backing)
        case .slateShown(let it):
            let source = try self.channels.row(it.channel, in: backing)?.source
            self.set(it.channel, .slate, source: source, envelope, in: backing)
        case .channelRemoved(let it): self.channels.remove(it.channel, in: backing)
        case .sourceDetached(let it): self.sources.remove(it.source, in: backing)
        case .nodeStarted: try self.nodeStarted(envelope, in: backing)
        case .accountAdded, .accountChanged, .accountRemoved, .accountRead, .accountWarned, .accountSetAside,
            .dataAged, .nodeStopped, .clockStepped, .logDegraded, .supplierAdded, .supplierChanged, .supplierRemoved,
            .channelAdded,
            .channelChanged, .sourceAttached, .sourceChanged, .overlapDropped, .freezePatch, .guideRefreshed,
            .guideFailed,
            .archiveDropped, .connectionOpened,
            .connectionClosed, .limitRejected, .connectionEvicted, .clientSeen, .customerAdded, .customerChanged,
            .customerErased, .refundRecorded, .planAdded, .planChanged, .planRemoved, .credentialIssued,
            .credentialChanged,
            .credentialSuspended, .credentialResumed, .customerSuspended, .customerResumed, .credentialRotated,
            .credentialExpired, .credentialRemoved,
            .operatorSignedIn, .operatorRefused, .credentialNetworkBound, .credentialNetworksForgotten, .addressBanned,
            .addressUnbanned, .reportExported, .reportSent, .reportFailed, .credentialExcused,
            .excuseWithdrawn, .eventScheduled:
            break
        }
    }

    private mutating func set(
        _ source: SourceID,
        _ state: SourceStateRow.State,
        cause: String?,
        _ envelope: Envelope,
        in backing: Backing
    ) throws {
        try self.sources.update(source, in: backing) { row in
            row.state = state
            row.since = envelope.at
            if let cause { row.cause = cause }
        }
    }

    /// A source gives media: the channel takes it unless it has another one that is live.
    private mutating func sourceIsBack(
        _ source: SourceID,
        of channel: ChannelID,
        _ envelope: Envelope,
        in backing: Backing
    ) throws {
        if let row = try self.channels.row(channel, in: backing), row.state == .live { return }
        self.set(channel, .live, source: source, envelope, in: backing)
    }

    private mutating func set(
        _ channel: ChannelID,
        _ state: ChannelStateRow.State,
        ifTaking source: SourceID,
        _ envelope: Envelope,
        in backing: Backing
    ) throws {
        guard try self.channels.row(channel, in: backing)?.source == source else { return }
        self.set(channel, state, source: source, envelope, in: backing)
    }

    private mutating func set(
        _ channel: ChannelID,
        _ state: ChannelStateRow.State,
        source: SourceID?,
        _ envelope: Envelope,
        in backing: Backing
    ) {
        self.channels.put(
            ChannelStateRow(channel: channel, state: state, source: source, node: envelope.node, since: envelope.at),
            in: backing
        )
    }

    private mutating func nodeStarted(_ envelope: Envelope, in backing: Backing) throws {
        let node = envelope.node
        for row in try self.channels.rows(
            in: backing,
            sql: "node = ?",
            node.rawValue,
            where: { $0.node == node }
        ) {
            self.set(row.channel, .off, source: row.source, envelope, in: backing)
        }
        for row in try self.sources.rows(
            in: backing,
            sql: "node = ?",
            node.rawValue,
            where: { $0.node == node }
        ) {
            try self.set(row.source, .stopped, cause: nil, envelope, in: backing)
        }
    }

    mutating func write(to tables: TableDatabase) throws {
        try self.channels.write(to: tables)
        try self.sources.write(to: tables)
    }

    mutating func trim() {
        self.channels.trim()
        self.sources.trim()
    }
}
