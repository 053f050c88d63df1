import Events
import Model

/// Suppliers, channels, sources, plans, customers and credentials as they are now.
struct Catalogue: Sendable {
    static let schema = """
        CREATE TABLE supplier(
          supplier TEXT NOT NULL PRIMARY KEY,
          max_connections INTEGER NOT NULL,   -- connections it allows at once
          private_network INTEGER NOT NULL    -- 1: its addresses may be private or loopback
        ) WITHOUT ROWID;
        CREATE TABLE channel(
          channel INTEGER NOT NULL PRIMARY KEY,
          name TEXT NOT NULL,
          category TEXT,
          keep TEXT NOT NULL,                 -- always, on-demand
          "return" TEXT,                      -- better, sticky; better when missing
          number INTEGER,                     -- place in viewers' lists; the channel's own number when missing
          logo TEXT,                          -- address of its logo; sealed
          added_at INTEGER NOT NULL,
          epg TEXT,                           -- id in programme guides; empty: none
          keep_days INTEGER,                  -- days that its stream is kept for catch-up
          keep_bytes INTEGER                  -- bytes that may be kept; not bounded when missing
        );
        CREATE TABLE source(
          source INTEGER NOT NULL PRIMARY KEY,
          channel INTEGER NOT NULL,
          supplier TEXT NOT NULL,
          position INTEGER NOT NULL,          -- place in the order of the channel's sources, from 0
          url TEXT NOT NULL                   -- sealed
        );
        CREATE INDEX source_channel ON source(channel, position);
        CREATE TABLE plan(
          plan TEXT NOT NULL PRIMARY KEY,
          max_connections INTEGER NOT NULL,   -- connections a credential may hold at once
          price_month INTEGER NOT NULL,       -- in 1/100 of the currency
          terms TEXT                          -- JSON: tier, outputs, channels, categories, onLimit, locks; what is said
        ) WITHOUT ROWID;
        CREATE TABLE customer(
          customer TEXT NOT NULL PRIMARY KEY,
          plan TEXT,
          name TEXT,                          -- sealed
          timezone TEXT,
          language TEXT,
          notes TEXT,                         -- sealed
          state TEXT NOT NULL,                -- active, suspended
          why TEXT,                           -- why it is suspended
          added_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE credential(
          credential INTEGER NOT NULL PRIMARY KEY,
          customer TEXT NOT NULL,
          login TEXT NOT NULL,                -- keyed hash of the username
          username TEXT NOT NULL,             -- sealed
          password TEXT NOT NULL,             -- hash: h1 keyed, a1 Argon2id under a key
          max_connections INTEGER,            -- overrides the plan's
          terms TEXT,                         -- JSON: what it has in place of its plan's terms
          expires INTEGER,
          trial INTEGER NOT NULL,             -- 1: until it is converted
          state TEXT NOT NULL,                -- active, suspended, expired
          why TEXT,                           -- why it is suspended
          issued_at INTEGER NOT NULL,
          created_at INTEGER NOT NULL         -- when it was first sold
        );
        CREATE INDEX credential_login ON credential(login);
        CREATE INDEX credential_customer ON credential(customer);
        """

    private var suppliers = RowTable<SupplierRow>()
    private var channels = RowTable<ChannelRow>()
    private var sources = RowTable<SourceRow>()
    private var plans = RowTable<PlanRow>()
    private var customers = RowTable<CustomerRow>()
    private var credentials = RowTable<CredentialRow>()
    /// Whether an event was folded since the last writing that changes any of these.
    private var isChanged = false

    mutating func apply(_ envelope: Envelope, in backing: Backing) throws {
        switch envelope.event {
        case .supplierAdded(let it):
            self.suppliers.put(
                .init(supplier: it.supplier, maxConnections: it.maxConnections, privateNetwork: it.privateNetwork),
                in: backing
            )
        case .supplierChanged(let it):
            self.suppliers.put(
                .init(supplier: it.supplier, maxConnections: it.maxConnections, privateNetwork: it.privateNetwork),
                in: backing
            )
        case .supplierRemoved(let it): self.suppliers.remove(it.supplier, in: backing)
        case .channelAdded(let it):
            var row = ChannelRow.empty
            row.channel = it.channel
            row.name = it.name
            row.category = it.category
            row.keep = it.keep
            row.returns = it.returns
            row.number = it.number
            row.logo = it.logo
            row.epg = it.epg
            row.keepDays = it.keepDays
            row.keepBytes = it.keepBytes
            row.addedAt = envelope.at
            self.channels.put(row, in: backing)
        case .channelChanged(let it):
            try self.channels.update(it.channel, in: backing) { row in
                row.name = it.name
                row.category = it.category
                row.keep = it.keep
                row.returns = it.returns
                row.number = it.number
                row.logo = it.logo
                row.epg = it.epg
                row.keepDays = it.keepDays
                row.keepBytes = it.keepBytes
            }
        case .channelRemoved(let it): self.channels.remove(it.channel, in: backing)
        case .sourceAttached(let it):
            self.sources.put(
                .init(
                    source: it.source,
                    channel: it.channel,
                    supplier: it.supplier,
                    position: it.position,
                    url: it.url
                ),
                in: backing
            )
        case .sourceChanged(let it):
            self.sources.put(
                .init(
                    source: it.source,
                    channel: it.channel,
                    supplier: it.supplier,
                    position: it.position,
                    url: it.url
                ),
                in: backing
            )
        case .sourceDetached(let it): self.sources.remove(it.source, in: backing)
        case .planAdded(let it):
            self.plans.put(
                .init(
                    plan: it.plan,
                    maxConnections: it.maxConnections,
                    priceMonth: it.priceMonth,
                    terms: it.terms
                ),
                in: backing
            )
        case .planChanged(let it):
            self.plans.put(
                .init(
                    plan: it.plan,
                    maxConnections: it.maxConnections,
                    priceMonth: it.priceMonth,
                    terms: it.terms
                ),
                in: backing
            )
        case .planRemoved(let it): self.plans.remove(it.plan, in: backing)
        case .customerAdded, .customerChanged, .customerSuspended, .customerResumed, .customerErased:
            try self.applyCustomer(envelope, in: backing)
        case .credentialIssued, .credentialChanged, .credentialSuspended, .credentialResumed, .credentialRotated,
            .credentialExpired, .credentialRemoved:
            try self.applyCredential(envelope, in: backing)
        case .accountAdded, .accountChanged, .accountRemoved, .accountRead, .accountWarned, .accountSetAside,
            .dataAged, .nodeStarted, .nodeStopped, .clockStepped, .logDegraded, .ingestStarted, .ingestBlip,
            .ingestRecovered,
            .ingestDown, .ingestStopped, .overlapDropped, .freezePatch, .failoverSwitch, .slateShown, .guideRefreshed,
            .guideFailed, .archiveDropped, .connectionOpened,
            .connectionClosed, .limitRejected, .connectionEvicted, .clientSeen, .refundRecorded, .operatorSignedIn,
            .operatorRefused, .credentialNetworkBound, .credentialNetworksForgotten, .addressBanned, .addressUnbanned,
            .reportExported, .reportSent, .reportFailed, .credentialExcused,
            .excuseWithdrawn, .eventScheduled:
            return
        }
        self.isChanged = true
    }

    private mutating func applyCustomer(_ envelope: Envelope, in backing: Backing) throws {
        switch envelope.event {
        case .customerAdded(let it):
            var row = CustomerRow(customer: it.customer, addedAt: envelope.at)
            row.plan = it.plan
            row.name = it.name
            row.timezone = it.timezone
            row.language = it.language
            row.notes = it.notes
            self.customers.put(row, in: backing)
        case .customerChanged(let it):
            try self.customers.update(it.customer, in: backing) { row in
                row.plan = it.plan
                row.name = it.name
                row.timezone = it.timezone
                row.language = it.language
                row.notes = it.notes
            }
        case .customerSuspended(let it):
            try self.customers.update(it.customer, in: backing) { row in
                row.state = .suspended
                row.why = it.why
            }
        case .customerResumed(let it):
            try self.customers.update(it.customer, in: backing) { row in
                row.state = .active
                row.why = nil
            }
        case .customerErased(let it):
            self.customers.remove(it.customer, in: backing)
            let owned = try self.credentials.rows(
                in: backing,
                sql: "customer = ?",
                it.customer.rawValue,
                where: { $0.customer == it.customer }
            )
            for row in owned { self.credentials.remove(row.credential, in: backing) }
        default: break
        }
    }

    private mutating func applyCredential(_ envelope: Envelope, in backing: Backing) throws {
        switch envelope.event {
        case .credentialIssued(let it):
            var row = CredentialRow.empty
            row.credential = it.credential
            row.customer = it.customer
            row.login = it.login
            row.username = it.username
            row.password = it.password
            row.maxConnections = it.maxConnections
            row.expires = it.expires
            row.trial = it.trial
            row.terms = it.terms
            row.issuedAt = envelope.at
            row.createdAt = it.created ?? envelope.at
            self.credentials.put(row, in: backing)
        case .credentialChanged(let it):
            try self.credentials.update(it.credential, in: backing) { row in
                row.customer = it.customer
                row.login = it.login
                row.username = it.username
                row.maxConnections = it.maxConnections
                row.expires = it.expires
                row.trial = it.trial
                row.terms = it.terms
                // A new date revives what an old one had ended.
                if row.state == .expired { row.state = .active }
            }
        case .credentialSuspended(let it):
            try self.credentials.update(it.credential, in: backing) { row in
                row.state = .suspended
                row.why = it.why
            }
        case .credentialResumed(let it):
            try self.credentials.update(it.credential, in: backing) { row in
                row.state = .active
                row.why = nil
            }
        case .credentialRotated(let it):
            try self.credentials.update(it.credential, in: backing) { $0.password = it.password }
        case .credentialExpired(let it):
            try self.credentials.update(it.credential, in: backing) { $0.state = .expired }
        case .credentialRemoved(let it): self.credentials.remove(it.credential, in: backing)
        default: break
        }
    }

    mutating func write(to tables: TableDatabase) throws {
        guard self.isChanged else { return }
        self.isChanged = false
        tables.readRows.forgetCatalogue()
        try self.suppliers.write(to: tables)
        try self.channels.write(to: tables)
        try self.sources.write(to: tables)
        try self.plans.write(to: tables)
        try self.customers.write(to: tables)
        try self.credentials.write(to: tables)
    }

    mutating func trim() {
        self.suppliers.trim()
        self.channels.trim()
        self.sources.trim()
        self.plans.trim()
        self.customers.trim()
        self.credentials.trim()
    }
}
