import Events
import Model

/// Who is being served now, by which token, on which device.
struct LiveConnections: Sendable {
    static let schema = """
        -- Slots in use: admission counts the rows of a credential.
        CREATE TABLE live_connection(
          credential INTEGER NOT NULL,
          connection INTEGER NOT NULL,
          customer TEXT NOT NULL,
          channel INTEGER NOT NULL,
          client INTEGER NOT NULL,       -- the device, by its number of the week
          output TEXT NOT NULL,          -- hls, ts
          node TEXT NOT NULL,            -- the node that serves it
          network TEXT NOT NULL,         -- keyed hash of the /24 or /56
          session TEXT NOT NULL,         -- keyed hash of the session token
          opened_at INTEGER NOT NULL,
          PRIMARY KEY(credential, connection)
        ) WITHOUT ROWID;
        -- What session tokens stand for.
        CREATE TABLE session(
          session TEXT NOT NULL PRIMARY KEY,  -- keyed hash of the token
          connection INTEGER NOT NULL,        -- the last that used it
          credential INTEGER NOT NULL,
          customer TEXT NOT NULL,
          channel INTEGER NOT NULL,
          client INTEGER NOT NULL,
          output TEXT NOT NULL,
          network TEXT NOT NULL,
          started_at INTEGER NOT NULL,        -- first admitted
          opened_at INTEGER NOT NULL          -- last admitted
        ) WITHOUT ROWID;
        -- Devices seen in this ISO week and the one before.
        CREATE TABLE client(
          client INTEGER NOT NULL PRIMARY KEY,
          customer TEXT NOT NULL,
          week TEXT NOT NULL,            -- ISO week, UTC
          device TEXT NOT NULL           -- keyed hash of customer, week, user agent or device id, and network
        );
        CREATE INDEX client_device ON client(device);
        CREATE INDEX client_week ON client(week);
        """

    /// How long a session token may live in all, in microseconds: 24 hours.
    static let sessionAgeMax: Int64 = 24 * 3_600 * WallTime.microsecondsPerSecond

    /// Reasons of a close after which the token opens again: the service went away, not the viewer.
    static let survivedReasons: Set<String> = ["shutdown", "node-restart"]

    private var connections = RowTable<LiveConnectionRow>()
    private var sessions = RowTable<SessionRow>()
    private var clients = RowTable<ClientRow>()
    /// Whether clients were removed since the last writing.
    private var isShortOfClients = false

    mutating func apply(_ envelope: Envelope, counters: inout Counters, in backing: Backing) throws {
        switch envelope.event {
        case .connectionOpened(let it): try self.opened(it, envelope, in: backing)
        case .connectionClosed(let it):
            let endsSession = !Self.survivedReasons.contains(it.reason)
            try self.ended(
                NumberPair(it.credential.rawValue, it.connection.rawValue),
                endsSession: endsSession,
                in: backing
            )
        case .connectionEvicted(let it):
            try self.ended(NumberPair(it.credential.rawValue, it.connection.rawValue), endsSession: true, in: backing)
        case .clientSeen(let it): try self.seen(it, counters: &counters, in: backing)
        case .nodeStarted: try self.nodeStarted(envelope, in: backing)
        case .credentialRotated(let it): try self.endSessions(of: it.credential, in: backing)
        case .credentialRemoved(let it): try self.endSessions(of: it.credential, in: backing)
        case .customerErased(let it): try self.erased(it.customer, in: backing)
        case .dataAged(let it): try self.aged(before: it.clientsBefore, in: backing)
        case .accountAdded, .accountChanged, .accountRemoved, .accountRead, .accountWarned, .accountSetAside,
            .nodeStopped, .clockStepped, .logDegraded, .supplierAdded, .supplierChanged, .supplierRemoved,
            .channelAdded,
            .channelChanged, .channelRemoved, .sourceAttached, .sourceChanged, .sourceDetached, .ingestStarted,
            .ingestBlip,
            .ingestRecovered, .ingestDown, .ingestStopped, .overlapDropped, .freezePatch, .failoverSwitch, .slateShown,
            .guideRefreshed, .guideFailed, .archiveDropped,
            .limitRejected, .customerAdded, .customerChanged, .refundRecorded, .planAdded, .planChanged, .planRemoved,
            .credentialIssued, .credentialChanged, .credentialSuspended, .credentialResumed, .customerSuspended,
            .customerResumed, .credentialExpired,
            .operatorSignedIn, .operatorRefused, .credentialNetworkBound, .credentialNetworksForgotten, .addressBanned,
            .addressUnbanned, .reportExported, .reportSent, .reportFailed, .credentialExcused,
            .excuseWithdrawn, .eventScheduled:
            break
        }
    }

    private mutating func opened(_ event: ConnectionOpened, _ envelope: Envelope, in backing: Backing) throws {
        self.connections.put(
            LiveConnectionRow(
                credential: event.credential,
                connection: event.connection,
                customer: event.customer,
                channel: event.channel,
                client: event.client,
                output: event.output,
                node: envelope.node,
                network: event.network,
                session: event.session,
                openedAt: envelope.at
            ),
            in: backing
        )
        // A token that is used again keeps its age.
        let startedAt = try self.sessions.read(event.session, in: backing) { $0.startedAt } ?? envelope.at
        self.sessions.put(
            SessionRow(
                session: event.session,
                connection: event.connection,
                credential: event.credential,
                customer: event.customer,
                channel: event.channel,
                client: event.client,
                output: event.output,
                network: event.network,
                startedAt: startedAt,
                openedAt: envelope.at
            ),
            in: backing
        )
    }

    private mutating func ended(
        _ key: NumberPair,
        endsSession: Bool,
        in backing: Backing
    ) throws {
        guard let session = try self.connections.read(key, in: backing, { $0.session }) else { return }
        self.connections.remove(key, in: backing)
        guard endsSession,
            try self.sessions.read(session, in: backing, { $0.connection.rawValue }) == key.second
        else { return }
        self.sessions.remove(session, in: backing)
    }

    private mutating func seen(_ event: ClientSeen, counters: inout Counters, in backing: Backing) throws {
        if event.week > counters.clientWeek {
            // Around midnight requests of both weeks are under way, so the last week's devices are kept.
            try self.aged(before: counters.clientWeek, in: backing)
            counters.clientWeek = event.week
        }
        self.clients.put(
            ClientRow(client: event.client, customer: event.customer, week: event.week, device: event.device),
            in: backing
        )
    }

    private mutating func nodeStarted(_ envelope: Envelope, in backing: Backing) throws {
        let node = envelope.node
        let ghosts = try self.connections.rows(in: backing, sql: "node = ?", node.rawValue) {
            $0.node == node
        }
        for row in ghosts { self.connections.remove(row.key, in: backing) }
        let oldest = WallTime(microseconds: envelope.at.microseconds &- Self.sessionAgeMax)
        let dead = try self.sessions.rows(in: backing, sql: "started_at < ?", oldest.microseconds) {
            $0.startedAt < oldest
        }
        for row in dead { self.sessions.remove(row.session, in: backing) }
    }

    private mutating func endSessions(of credential: CredentialID, in backing: Backing) throws {
        let rows = try self.sessions.rows(in: backing, sql: "credential = ?", credential.rawValue) {
            $0.credential == credential
        }
        for row in rows { self.sessions.remove(row.session, in: backing) }
    }

    private mutating func erased(_ customer: CustomerID, in backing: Backing) throws {
        let sessions = try self.sessions.rows(in: backing, sql: "customer = ?", customer.rawValue) {
            $0.customer == customer
        }
        for row in sessions { self.sessions.remove(row.session, in: backing) }
        let clients = try self.clients.rows(in: backing, sql: "customer = ?", customer.rawValue) {
            $0.customer == customer
        }
        for row in clients { self.removeClient(row.client, in: backing) }
    }

    /// Forgets the devices of old weeks.
    private mutating func aged(before week: String, in backing: Backing) throws {
        let old = try self.clients.rows(in: backing, sql: "week < ?", week) { $0.week < week }
        for row in old { self.removeClient(row.client, in: backing) }
    }

    private mutating func removeClient(_ client: ClientID, in backing: Backing) {
        self.clients.remove(client, in: backing)
        self.isShortOfClients = true
    }

    mutating func write(to tables: TableDatabase) throws {
        if self.isShortOfClients { tables.readRows.forgetClients() }
        self.isShortOfClients = false
        try self.connections.write(to: tables)
        try self.sessions.write(to: tables)
        try self.clients.write(to: tables)
    }

    mutating func trim() {
        self.connections.trim()
        self.sessions.trim()
        self.clients.trim()
    }
}
