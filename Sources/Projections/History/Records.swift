import Events
import Model

/// Rare events that reports ask for one by one: refusals, refunds, matches, and what happened to the service itself.
struct Records: Sendable {
    static let schema = """
        -- Viewers refused by a rule; who held the slots is in rejection_holder.
        CREATE TABLE rejection(
          seq INTEGER NOT NULL PRIMARY KEY,  -- the event
          at INTEGER NOT NULL,
          credential INTEGER NOT NULL,
          customer INTEGER NOT NULL,         -- number in customer_name
          channel INTEGER NOT NULL,
          client INTEGER NOT NULL,           -- in client
          output TEXT NOT NULL,
          rule TEXT NOT NULL,                -- the rule that refused
          allowed INTEGER NOT NULL           -- the number it allows
        );
        CREATE INDEX rejection_credential ON rejection(credential, at);
        CREATE INDEX rejection_at ON rejection(at);
        CREATE TABLE rejection_holder(
          seq INTEGER NOT NULL,              -- the rejection
          connection INTEGER NOT NULL,       -- a connection that held a slot then
          PRIMARY KEY(seq, connection)
        ) WITHOUT ROWID;
        CREATE TABLE refund(
          seq INTEGER NOT NULL PRIMARY KEY,
          at INTEGER NOT NULL,
          customer INTEGER NOT NULL,         -- number in customer_name
          amount INTEGER NOT NULL,           -- in 1/100 of the currency
          why TEXT NOT NULL,
          for_day INTEGER NOT NULL           -- the day it is for
        );
        -- Matches and the like that many will watch.
        CREATE TABLE scheduled_event(
          seq INTEGER NOT NULL PRIMARY KEY,
          channel INTEGER NOT NULL,
          title TEXT NOT NULL,
          from_at INTEGER NOT NULL,
          to_at INTEGER NOT NULL
        );
        CREATE INDEX scheduled_event_channel ON scheduled_event(channel, from_at);
        -- Reports that were sent by schedule, and tries that failed.
        CREATE TABLE report_delivery(
          seq INTEGER NOT NULL PRIMARY KEY,
          at INTEGER NOT NULL,
          delivery TEXT NOT NULL,            -- its name in the configuration
          report TEXT NOT NULL,
          span TEXT NOT NULL,                -- the week
          attempt INTEGER NOT NULL,          -- 1 for the first
          why TEXT                           -- why it failed; empty when it was sent
        );
        CREATE INDEX report_delivery_span ON report_delivery(span, delivery);
        -- Starts, stops and troubles of the service itself.
        CREATE TABLE node_record(
          seq INTEGER NOT NULL PRIMARY KEY,
          at INTEGER NOT NULL,
          node TEXT NOT NULL,
          kind TEXT NOT NULL,                -- the event's type, such as node.started
          detail TEXT,                       -- version, or what happened
          number INTEGER,                    -- epoch, milliseconds of a clock step, or events lost
          timezone TEXT                      -- of a start: the operator's (IANA name)
        );
        """

    private var rejections = RowList<RejectionRow>()
    private var holders = RowList<RejectionHolderRow>()
    private var refunds = RowList<RefundRow>()
    private var scheduled = RowList<ScheduledEventRow>()
    private var nodes = RowList<NodeRecordRow>()
    private var deliveries = RowList<ReportDeliveryRow>()

    mutating func apply(_ envelope: Envelope, names: inout CustomerNames, in backing: Backing) {
        switch envelope.event {
        case .limitRejected(let it):
            self.rejections.append(
                RejectionRow(
                    seq: envelope.seq,
                    at: envelope.at,
                    credential: it.credential,
                    customer: names.number(of: it.customer, at: envelope.at, in: backing),
                    channel: it.channel,
                    client: it.client,
                    output: it.output,
                    rule: it.rule,
                    limit: it.limit
                )
            )
            for holder in it.holders {
                self.holders.append(RejectionHolderRow(seq: envelope.seq, connection: holder))
            }
        case .refundRecorded(let it):
            let customer = names.number(of: it.customer, at: envelope.at, in: backing)
            self.refunds.append(
                RefundRow(
                    seq: envelope.seq,
                    at: envelope.at,
                    customer: customer,
                    amount: it.amount,
                    why: it.why,
                    forDay: it.forDay
                )
            )
        case .eventScheduled(let it):
            self.scheduled.append(
                ScheduledEventRow(seq: envelope.seq, channel: it.channel, title: it.title, from: it.from, to: it.to)
            )
        case .reportSent(let it):
            self.deliver(envelope, it.delivery, it.report, it.span, it.attempt, why: nil)
        case .reportFailed(let it):
            self.deliver(envelope, it.delivery, it.report, it.span, it.attempt, why: it.why)
        case .nodeStarted(let it): self.record(envelope, it.version, it.epoch, timezone: it.timezone)
        case .nodeStopped(let it): self.record(envelope, it.why, nil)
        case .clockStepped(let it): self.record(envelope, nil, it.by.rawValue)
        case .logDegraded(let it): self.record(envelope, it.why, it.events)
        case .accountAdded, .accountChanged, .accountRemoved, .accountRead, .accountWarned, .accountSetAside,
            .dataAged, .supplierAdded, .supplierChanged, .supplierRemoved, .channelAdded, .channelChanged,
            .channelRemoved,
            .sourceAttached, .sourceChanged, .sourceDetached, .ingestStarted, .ingestBlip, .ingestRecovered,
            .ingestDown,
            .ingestStopped, .overlapDropped, .freezePatch, .failoverSwitch, .slateShown, .guideRefreshed, .guideFailed,
            .archiveDropped, .connectionOpened,
            .connectionClosed,
            .connectionEvicted, .clientSeen, .customerAdded, .customerChanged, .customerErased, .planAdded,
            .planChanged,
            .planRemoved, .credentialIssued, .credentialChanged, .credentialSuspended, .credentialResumed,
            .customerSuspended, .customerResumed,
            .credentialRotated,
            .credentialExpired, .credentialRemoved, .operatorSignedIn, .operatorRefused, .credentialNetworkBound,
            .credentialNetworksForgotten, .addressBanned, .addressUnbanned, .reportExported, .credentialExcused,
            .excuseWithdrawn:
            break
        }
    }

    private mutating func deliver(
        _ envelope: Envelope,
        _ delivery: String,
        _ report: String,
        _ span: String,
        _ attempt: Int64,
        why: String?
    ) {
        var row = ReportDeliveryRow.empty
        row.seq = envelope.seq
        row.at = envelope.at
        row.delivery = delivery
        row.report = report
        row.span = span
        row.attempt = attempt
        row.why = why
        self.deliveries.append(row)
    }

    private mutating func record(_ envelope: Envelope, _ detail: String?, _ number: Int64?, timezone: String? = nil) {
        var row = NodeRecordRow.empty
        row.seq = envelope.seq
        row.at = envelope.at
        row.node = envelope.node
        row.kind = envelope.event.kind.rawValue
        row.detail = detail
        row.number = number
        row.timezone = timezone
        self.nodes.append(row)
    }

    mutating func write(to tables: TableDatabase) throws {
        try self.rejections.write(to: tables)
        try self.holders.write(to: tables)
        try self.refunds.write(to: tables)
        try self.scheduled.write(to: tables)
        try self.nodes.write(to: tables)
        try self.deliveries.write(to: tables)
    }
}
