import Events
import Model

/// Every connection there has been, and the devices that opened them.
struct ConnectionHistory: Sendable {
    static let schema = """
        CREATE TABLE connection(
          connection INTEGER NOT NULL PRIMARY KEY,
          credential INTEGER NOT NULL,
          customer INTEGER NOT NULL,     -- number in customer_name
          channel INTEGER NOT NULL,
          client INTEGER NOT NULL,       -- in client
          output TEXT NOT NULL,          -- hls, ts
          network TEXT NOT NULL,         -- keyed hash of the /24 or /56
          country TEXT,                  -- ISO 3166, where known
          asn INTEGER,                   -- autonomous system, where known
          device_class TEXT,
          node TEXT NOT NULL,
          opened_at INTEGER NOT NULL,
          opened_seq INTEGER NOT NULL,   -- the event that opened it
          closed_at INTEGER,             -- NULL while it lives
          closed_seq INTEGER,            -- the event that closed it
          reason TEXT,                   -- why it ended
          settled INTEGER NOT NULL,      -- 1: its end is told in full
          bytes INTEGER NOT NULL,        -- media written to the viewer
          watched_ms INTEGER NOT NULL,   -- from admission to end
          patched_ms INTEGER NOT NULL,   -- of it, filled by patches
          slate_ms INTEGER NOT NULL,     -- of it, a slate
          stalls INTEGER NOT NULL,       -- times it was skipped ahead or took nothing
          stalled_ms INTEGER NOT NULL    -- how long those were together
        );
        CREATE INDEX connection_customer ON connection(customer, opened_at);
        CREATE INDEX connection_open ON connection(node) WHERE settled = 0;
        -- Devices by their number of the ISO week, for as long as the key is there that opens what they said of themselves:
        -- rows go when their week ages, and when their customer is erased.
        CREATE TABLE seen_client(
          client INTEGER NOT NULL PRIMARY KEY,
          customer INTEGER NOT NULL,     -- number in customer_name
          week TEXT NOT NULL,            -- ISO week, UTC
          device TEXT NOT NULL,          -- keyed hash of customer, week, user agent or device id, and network
          identity TEXT NOT NULL,        -- address, user agent and device id; sealed
          first_at INTEGER NOT NULL
        );
        -- What a device was known by when it was first seen on a network in an ISO week: numbers, so that a week of them is
        -- read in a fraction of a second. Keys are the first 64 bits of keyed hashes; NULL where not known.
        CREATE TABLE client(
          client INTEGER NOT NULL PRIMARY KEY,
          customer INTEGER NOT NULL,     -- number in customer_name
          agent INTEGER,                 -- key of the user agent
          device_id INTEGER,             -- key of the id it tells
          network INTEGER,               -- key of the /24 or /56
          address INTEGER,               -- key of the address
          class TEXT,                    -- tv, port, unk
          family INTEGER,                -- 4, 6
          country TEXT,                  -- ISO 3166
          asn INTEGER                    -- autonomous system
        );
        -- One row a connection, for analysts.
        --   connection, credential: numbers          customer: the customer's id, or erased-<number>
        --   channel: number                          client: the device's number in its ISO week
        --   output: hls or ts                        network: keyed hash, equal for equal networks
        --   country, asn, device_class: where known  node: which service
        --   opened_at, closed_at: microseconds since 1970, closed_at NULL while it lives
        --   opened, closed: the same as text, UTC, to the millisecond
        --   reason: why it ended                     bytes: media written
        --   watched_ms, patched_ms, slate_ms: milliseconds, in all, of held pictures and of slates
        --   stalls, stalled_ms: times the viewer was skipped ahead or took nothing, and how long
        CREATE VIEW connection_history AS
        SELECT connection, credential, customer_name.name AS customer, channel, client, output, network, country, asn,
          device_class, node, opened_at, closed_at,
          strftime('%Y-%m-%dT%H:%M:%fZ', opened_at / 1000000.0, 'unixepoch') AS opened,
          strftime('%Y-%m-%dT%H:%M:%fZ', closed_at / 1000000.0, 'unixepoch') AS closed,
          reason, bytes, watched_ms, patched_ms, slate_ms, stalls, stalled_ms
        FROM connection JOIN customer_name ON customer_name.number = connection.customer;
        """

    /// Reason of connections that were open when their node went down.
    static let restartReason = "node-restart"
    /// Reason of connections that a rule or an operator ended, until their close tells more.
    static let evictedReason = "evicted"

    private var connections = RowTable<ConnectionRow>()
    private var clients = RowList<SeenClientRow>()
    private var devices = RowList<ClientKeysRow>()
    private var packs = ConnectionPacks()

    init() {}

    init(loadingFrom tables: TableDatabase) throws {
        self.packs = try ConnectionPacks(loadingFrom: tables)
    }

    /// Folds one event; connections that ended with it count in `hours`.
    ///
    /// `lastAt` is when the event before this one was recorded: the last moment at which a node that went down is known to have run.
    mutating func apply(
        _ envelope: Envelope,
        lastAt: WallTime,
        names: inout CustomerNames,
        hours: inout ChannelHours,
        in backing: Backing
    ) throws {
        switch envelope.event {
        case .connectionOpened(let it):
            self.opened(
                it,
                envelope,
                customer: names.number(of: it.customer, at: envelope.at, in: backing),
                in: backing
            )
        case .connectionClosed(let it): try self.closed(it, envelope, hours: &hours, in: backing)
        case .connectionEvicted(let it): try self.evicted(it, envelope, in: backing)
        case .clientSeen(let it):
            let row = SeenClientRow(
                client: it.client,
                customer: names.number(of: it.customer, at: envelope.at, in: backing),
                week: it.week,
                device: it.device,
                identity: it.identity,
                firstAt: envelope.at
            )
            self.clients.append(row)
            self.devices.append(ClientKeysRow(it, customer: row.customer))
            try self.packs.seen(it.client, envelope, in: backing)
        case .nodeStarted: try self.nodeStarted(envelope, lastAt: lastAt, hours: &hours, in: backing)
        case .customerAdded(let it):
            _ = names.number(of: it.customer, at: envelope.at, in: backing)
        case .accountAdded, .accountChanged, .accountRemoved, .accountRead, .accountWarned, .accountSetAside,
            .dataAged, .nodeStopped, .clockStepped, .logDegraded, .supplierAdded, .supplierChanged, .supplierRemoved,
            .channelAdded,
            .channelChanged, .channelRemoved, .sourceAttached, .sourceChanged, .sourceDetached, .ingestStarted,
            .ingestBlip,
            .ingestRecovered, .ingestDown, .ingestStopped, .overlapDropped, .freezePatch, .failoverSwitch, .slateShown,
            .guideRefreshed, .guideFailed, .archiveDropped,
            .limitRejected, .customerChanged, .customerErased, .refundRecorded, .planAdded, .planChanged, .planRemoved,
            .credentialIssued,
            .credentialChanged, .credentialSuspended, .credentialResumed, .customerSuspended, .customerResumed,
            .credentialRotated, .credentialExpired,
            .credentialRemoved, .operatorSignedIn, .operatorRefused, .credentialNetworkBound,
            .credentialNetworksForgotten, .addressBanned, .addressUnbanned, .reportExported, .reportSent, .reportFailed,
            .credentialExcused,
            .excuseWithdrawn, .eventScheduled:
            break
        }
    }

    private mutating func opened(_ event: ConnectionOpened, _ envelope: Envelope, customer: Int64, in backing: Backing)
    {
        var row = ConnectionRow.empty
        row.connection = event.connection
        row.credential = event.credential
        row.customer = customer
        row.channel = event.channel
        row.client = event.client
        row.output = event.output
        row.network = event.network
        row.country = event.country
        row.asn = event.asn
        row.deviceClass = event.deviceClass
        row.node = envelope.node
        row.openedAt = envelope.at
        row.openedSeq = envelope.seq
        self.connections.put(row, in: backing)
    }

    private mutating func closed(
        _ event: ConnectionClosed,
        _ envelope: Envelope,
        hours: inout ChannelHours,
        in backing: Backing
    ) throws {
        var ended: EndedConnection?
        var settled: ConnectionRow?
        try self.connections.update(event.connection, in: backing) { row in
            guard !row.settled else { return }
            row.closedAt = row.closedAt ?? envelope.at
            row.closedSeq = envelope.seq
            row.reason = event.reason
            row.settled = true
            row.bytes = event.bytes
            row.watched = event.watched
            row.patched = event.patched
            row.slate = event.slate ?? Milliseconds(0)
            row.stalls = event.stalls
            row.stalled = event.stalled ?? Milliseconds(0)
            ended = EndedConnection(row)
            settled = row
        }
        if let ended { try hours.ended(ended, in: backing) }
        if let settled { try self.packs.add(settled, endedBy: envelope, in: backing) }
    }

    private mutating func evicted(_ event: ConnectionEvicted, _ envelope: Envelope, in backing: Backing) throws {
        try self.connections.update(event.connection, in: backing) { row in
            guard row.closedAt == nil else { return }
            row.closedAt = envelope.at
            row.closedSeq = envelope.seq
            row.reason = Self.evictedReason
        }
    }

    private mutating func nodeStarted(
        _ envelope: Envelope,
        lastAt: WallTime,
        hours: inout ChannelHours,
        in backing: Backing
    ) throws {
        let node = envelope.node
        let open = try self.connections.rows(in: backing, sql: "settled = 0 AND node = ?", node.rawValue) {
            !$0.settled && $0.node == node
        }
        for found in open {
            var row = found
            let end = max(row.closedAt ?? lastAt, row.openedAt)
            row.closedAt = end
            row.closedSeq = row.closedSeq ?? envelope.seq
            row.reason = row.reason ?? Self.restartReason
            row.settled = true
            row.watched = Milliseconds((end.microseconds &- row.openedAt.microseconds) / 1_000)
            self.connections.put(row, in: backing)
            try hours.ended(EndedConnection(row), in: backing)
            try self.packs.add(row, endedBy: envelope, in: backing)
        }
    }

    mutating func write(to tables: TableDatabase) throws {
        try self.connections.write(to: tables)
        try self.clients.write(to: tables)
        try self.devices.write(to: tables)
        try self.packs.write(to: tables)
    }

    mutating func trim() {
        self.connections.trim()
        self.packs.trim()
    }

    mutating func forgetFinal() {
        self.connections.forgetWritten { $0.settled }
        self.packs.forgetFinal()
    }
}

/// What an ended connection adds to its channel's hours.
struct EndedConnection {
    let channel: ChannelID
    let at: WallTime
    let bytes: ByteCount
    let watched: Milliseconds
    let patched: Milliseconds
    let slate: Milliseconds
    let stalls: Int64
    let stalled: Milliseconds

    init(_ row: ConnectionRow) {
        self.channel = row.channel
        self.at = row.closedAt ?? row.openedAt
        self.bytes = row.bytes
        self.watched = row.watched
        self.patched = row.patched
        self.slate = row.slate
        self.stalls = row.stalls
        self.stalled = row.stalled
    }
}
