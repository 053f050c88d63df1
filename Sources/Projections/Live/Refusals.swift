import Events
import Model

/// Where locked credentials may be used, and which addresses are banned.
struct Refusals: Sendable {
    static let schema = """
        -- Networks that credentials are locked to: the first so many they were used from.
        CREATE TABLE bound_network(
          credential INTEGER NOT NULL,
          place INTEGER NOT NULL,        -- from 1, in the order in which they were learnt
          network4 TEXT,                 -- keyed hash of the /24
          network6 TEXT,                 -- keyed hash of the /56
          carrier TEXT,                  -- keyed hash of country and autonomous system
          bound_at INTEGER NOT NULL,
          PRIMARY KEY(credential, place)
        ) WITHOUT ROWID;
        -- Bans that hold, or ended less than a day ago: the next one of the same address is longer.
        CREATE TABLE ban(
          ban TEXT NOT NULL PRIMARY KEY,      -- keyed hash of the address or network
          address TEXT NOT NULL,              -- sealed
          reach TEXT NOT NULL,                -- logins, everything
          why TEXT NOT NULL,
          times INTEGER NOT NULL,             -- how often in a row
          until INTEGER,                      -- missing: until an operator lifts it
          banned_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        """

    /// How long an ended ban is remembered, in microseconds: a day.
    static let memory: Int64 = 24 * 3_600 * WallTime.microsecondsPerSecond
    /// Old bans are looked for at one event in so many, by its number, so that each fold of the log does the same.
    private static let cleaningInterval: Int64 = 64

    private var places = RowTable<BoundNetworkRow>()
    private var bans = RowTable<BanRow>()

    mutating func apply(_ envelope: Envelope, in backing: Backing) throws {
        switch envelope.event {
        case .credentialNetworkBound(let it):
            self.places.put(
                BoundNetworkRow(
                    credential: it.credential,
                    place: it.place,
                    network4: it.network4,
                    network6: it.network6,
                    carrier: it.carrier,
                    boundAt: envelope.at
                ),
                in: backing
            )
        case .credentialNetworksForgotten(let it): try self.forget(it.credential, in: backing)
        case .credentialRemoved(let it): try self.forget(it.credential, in: backing)
        case .addressBanned(let it):
            self.bans.put(
                BanRow(
                    ban: it.ban,
                    address: it.address,
                    reach: it.reach,
                    why: it.why,
                    times: it.times,
                    until: it.until,
                    bannedAt: envelope.at
                ),
                in: backing
            )
            if envelope.seq % Self.cleaningInterval == 0 { try self.clean(at: envelope.at, in: backing) }
        case .addressUnbanned(let it): self.bans.remove(it.ban, in: backing)
        // Every other event: what is named here changes no row.
        case .accountAdded, .accountChanged, .accountRemoved, .accountRead, .accountWarned, .accountSetAside,
            .dataAged, .nodeStarted, .nodeStopped, .clockStepped, .logDegraded, .supplierAdded, .supplierChanged,
            .supplierRemoved, .channelAdded, .channelChanged, .channelRemoved, .sourceAttached, .sourceChanged,
            .sourceDetached, .ingestStarted, .ingestBlip, .ingestRecovered, .ingestDown, .ingestStopped,
            .overlapDropped, .freezePatch, .failoverSwitch, .slateShown, .guideRefreshed, .guideFailed, .archiveDropped,
            .connectionOpened, .connectionClosed, .limitRejected, .connectionEvicted, .clientSeen, .customerAdded,
            .customerChanged, .customerSuspended, .customerResumed, .customerErased, .refundRecorded, .planAdded,
            .planChanged, .planRemoved, .credentialIssued, .credentialChanged, .credentialSuspended, .credentialResumed,
            .credentialRotated, .credentialExpired, .operatorSignedIn, .operatorRefused, .reportExported,
            .reportSent, .reportFailed, .credentialExcused, .excuseWithdrawn, .eventScheduled:
            break
        }
    }

    private mutating func forget(_ credential: CredentialID, in backing: Backing) throws {
        let rows = try self.places.rows(in: backing, sql: "credential = ?", credential.rawValue) {
            $0.credential == credential
        }
        for row in rows { self.places.remove(row.key, in: backing) }
    }

    private mutating func clean(at now: WallTime, in backing: Backing) throws {
        let limit = WallTime(microseconds: now.microseconds &- Self.memory)
        let old = try self.bans.rows(in: backing, sql: "until < ?", limit.microseconds) { $0.until ?? now < limit }
        for row in old { self.bans.remove(row.ban, in: backing) }
    }

    mutating func write(to tables: TableDatabase) throws {
        try self.places.write(to: tables)
        try self.bans.write(to: tables)
    }

    mutating func trim() {
        self.places.trim()
        self.bans.trim()
    }
}
