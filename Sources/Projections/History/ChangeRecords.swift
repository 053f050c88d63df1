import Events
package import Model

/// A change of the catalogue, of an account or of a line: what held before and after a moment can be told from these.
package struct ChangeRecordRow: StoredRow {
    package static let table = "change_record"
    package static let statements = TableStatements<ChangeRecordRow>()
    package static let empty = ChangeRecordRow(seq: 0, at: WallTime(microseconds: 0), kind: "")

    package var seq: Int64
    package var at: WallTime
    /// The event's kind.
    package var kind: String
    /// Number in `customer_name`.
    package var customer: Int64?
    package var credential: CredentialID?
    package var plan: PlanID?
    package var channel: ChannelID?
    package var source: SourceID?
    package var supplier: SupplierID?
    /// A channel's name, why a line was suspended or excused, ``trial`` of a line that is one.
    package var detail: String?
    /// Connections that a plan or a line allows.
    package var number: Int64?

    /// What ``detail`` says of a line on trial.
    package static let trial = "trial"

    package var key: Int64 { self.seq }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("seq", &self.seq)
        visit("at", &self.at)
        visit("kind", &self.kind)
        visit("customer", &self.customer)
        visit("credential", &self.credential)
        visit("plan", &self.plan)
        visit("channel", &self.channel)
        visit("source", &self.source)
        visit("supplier", &self.supplier)
        visit("detail", &self.detail)
        visit("number", &self.number)
    }
}

/// What operators changed, one row an event.
struct ChangeRecords: Sendable {
    static let schema = """
        -- What operators changed: one row an event of the catalogue, of customers and of their lines. No names of people.
        CREATE TABLE change_record(
          seq INTEGER NOT NULL PRIMARY KEY,  -- the event
          at INTEGER NOT NULL,
          kind TEXT NOT NULL,                -- the event's type, such as plan.changed
          customer INTEGER,                  -- number in customer_name
          credential INTEGER,
          plan TEXT,
          channel INTEGER,
          source INTEGER,
          supplier TEXT,
          detail TEXT,                       -- a channel's name, why a line was suspended or excused, `trial` of a trial
          number INTEGER                     -- connections that a plan or a line allows
        );
        CREATE INDEX change_record_customer ON change_record(customer) WHERE customer IS NOT NULL;
        CREATE INDEX change_record_credential ON change_record(credential) WHERE credential IS NOT NULL;
        """

    private var rows = RowList<ChangeRecordRow>()

    mutating func apply(_ envelope: Envelope, names: inout CustomerNames, in backing: Backing) {
        var row = ChangeRecordRow(seq: envelope.seq, at: envelope.at, kind: envelope.event.kind.rawValue)
        var customer: CustomerID?
        switch envelope.event {
        case .planAdded(let it): (row.plan, row.number) = (it.plan, it.maxConnections)
        case .planChanged(let it): (row.plan, row.number) = (it.plan, it.maxConnections)
        case .planRemoved(let it): row.plan = it.plan
        case .customerAdded(let it): (customer, row.plan) = (it.customer, it.plan)
        case .customerChanged(let it): (customer, row.plan) = (it.customer, it.plan)
        case .customerSuspended(let it): (customer, row.detail) = (it.customer, it.why)
        case .customerResumed(let it): customer = it.customer
        case .credentialIssued(let it):
            (row.credential, customer, row.number) = (it.credential, it.customer, it.maxConnections)
            row.detail = it.trial ? ChangeRecordRow.trial : nil
        case .credentialChanged(let it):
            (row.credential, customer, row.number) = (it.credential, it.customer, it.maxConnections)
            row.detail = it.trial ? ChangeRecordRow.trial : nil
        case .credentialSuspended(let it): (row.credential, row.detail) = (it.credential, it.why)
        case .credentialResumed(let it): row.credential = it.credential
        case .credentialRotated(let it): row.credential = it.credential
        case .credentialExpired(let it): row.credential = it.credential
        case .credentialRemoved(let it): row.credential = it.credential
        case .credentialExcused(let it): (row.credential, customer, row.detail) = (it.credential, it.customer, it.why)
        case .excuseWithdrawn(let it): (row.credential, customer) = (it.credential, it.customer)
        case .channelAdded(let it): (row.channel, row.detail) = (it.channel, it.name)
        case .channelChanged(let it): (row.channel, row.detail) = (it.channel, it.name)
        case .channelRemoved(let it): row.channel = it.channel
        case .sourceAttached(let it): (row.source, row.channel, row.supplier) = (it.source, it.channel, it.supplier)
        case .sourceChanged(let it): (row.source, row.channel, row.supplier) = (it.source, it.channel, it.supplier)
        case .sourceDetached(let it): (row.source, row.channel) = (it.source, it.channel)
        case .supplierAdded(let it): row.supplier = it.supplier
        case .supplierChanged(let it): row.supplier = it.supplier
        case .supplierRemoved(let it): row.supplier = it.supplier
        case .accountAdded(let it): (row.supplier, row.number) = (it.supplier, it.maxConnections)
        case .accountChanged(let it): (row.supplier, row.number) = (it.supplier, it.maxConnections)
        case .accountRemoved(let it): row.supplier = it.supplier
        case .accountRead, .accountWarned, .accountSetAside, .dataAged, .nodeStarted, .nodeStopped, .clockStepped,
            .logDegraded, .ingestStarted, .ingestBlip,
            .ingestRecovered,
            .ingestDown, .ingestStopped, .overlapDropped, .freezePatch, .failoverSwitch, .slateShown, .guideRefreshed,
            .guideFailed, .archiveDropped,
            .connectionOpened, .connectionClosed, .limitRejected, .connectionEvicted, .clientSeen, .refundRecorded,
            .operatorSignedIn, .operatorRefused, .credentialNetworkBound, .credentialNetworksForgotten, .addressBanned,
            .addressUnbanned, .reportExported, .reportSent, .reportFailed, .eventScheduled,
            // An erased customer's row says itself when.
            .customerErased:
            return
        }
        row.customer = customer.map { names.number(of: $0, at: envelope.at, in: backing) }
        self.rows.append(row)
    }

    mutating func write(to tables: TableDatabase) throws { try self.rows.write(to: tables) }
}
