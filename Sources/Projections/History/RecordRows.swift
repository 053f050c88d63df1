package import Events
package import Model

/// A viewer who was refused by a rule.
package struct RejectionRow: StoredRow {
    package static let table = "rejection"
    package static let statements = TableStatements<RejectionRow>()
    package static let empty = RejectionRow(
        seq: 0,
        at: WallTime(microseconds: 0),
        credential: .init(0),
        customer: 0,
        channel: .init(0),
        client: .init(0),
        output: .hls,
        rule: "",
        limit: 0
    )

    package var seq: Int64
    package var at: WallTime
    package var credential: CredentialID
    /// Number in `customer_name`.
    package var customer: Int64
    package var channel: ChannelID
    package var client: ClientID
    package var output: OutputKind
    package var rule: String
    package var limit: Int64

    package var key: Int64 { self.seq }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("seq", &self.seq)
        visit("at", &self.at)
        visit("credential", &self.credential)
        visit("customer", &self.customer)
        visit("channel", &self.channel)
        visit("client", &self.client)
        visit("output", &self.output)
        visit("rule", &self.rule)
        visit("allowed", &self.limit)
    }
}

/// A connection that held a slot when a viewer was refused.
package struct RejectionHolderRow: StoredRow {
    package static let table = "rejection_holder"
    package static let statements = TableStatements<RejectionHolderRow>()
    package static let empty = RejectionHolderRow(seq: 0, connection: .init(0))

    package var seq: Int64
    package var connection: ConnectionID

    package var key: NumberPair { NumberPair(self.seq, self.connection.rawValue) }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("seq", &self.seq)
        visit("connection", &self.connection)
    }
}

/// Money that was given back.
package struct RefundRow: StoredRow {
    package static let table = "refund"
    package static let statements = TableStatements<RefundRow>()
    package static let empty = RefundRow(
        seq: 0,
        at: WallTime(microseconds: 0),
        customer: 0,
        amount: Cents(0),
        why: "",
        forDay: WallTime(microseconds: 0)
    )

    package var seq: Int64
    package var at: WallTime
    /// Number in `customer_name`.
    package var customer: Int64
    package var amount: Cents
    package var why: String
    package var forDay: WallTime

    package var key: Int64 { self.seq }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("seq", &self.seq)
        visit("at", &self.at)
        visit("customer", &self.customer)
        visit("amount", &self.amount)
        visit("why", &self.why)
        visit("for_day", &self.forDay)
    }
}

/// A match or the like that many will watch.
package struct ScheduledEventRow: StoredRow {
    package static let table = "scheduled_event"
    package static let statements = TableStatements<ScheduledEventRow>()
    package static let empty = ScheduledEventRow(
        seq: 0,
        channel: .init(0),
        title: "",
        from: WallTime(microseconds: 0),
        to: WallTime(microseconds: 0)
    )

    package var seq: Int64
    package var channel: ChannelID
    package var title: String
    package var from: WallTime
    package var to: WallTime

    package var key: Int64 { self.seq }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("seq", &self.seq)
        visit("channel", &self.channel)
        visit("title", &self.title)
        visit("from_at", &self.from)
        visit("to_at", &self.to)
    }
}

/// Something that happened to the service itself.
package struct NodeRecordRow: StoredRow {
    package static let table = "node_record"
    package static let statements = TableStatements<NodeRecordRow>()
    package static let empty = NodeRecordRow(seq: 0, at: WallTime(microseconds: 0), node: .init(rawValue: ""), kind: "")

    package var seq: Int64
    package var at: WallTime
    package var node: NodeID
    package var kind: String
    package var detail: String?
    package var number: Int64?
    package var timezone: String?

    package var key: Int64 { self.seq }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("seq", &self.seq)
        visit("at", &self.at)
        visit("node", &self.node)
        visit("kind", &self.kind)
        visit("detail", &self.detail)
        visit("number", &self.number)
        visit("timezone", &self.timezone)
    }
}

/// A report that was sent by schedule, or a try that failed.
package struct ReportDeliveryRow: StoredRow {
    package static let table = "report_delivery"
    package static let statements = TableStatements<ReportDeliveryRow>()
    package static let empty = ReportDeliveryRow(
        seq: 0,
        at: WallTime(microseconds: 0),
        delivery: "",
        report: "",
        span: "",
        attempt: 0
    )

    package var seq: Int64
    package var at: WallTime
    /// Its name in the configuration.
    package var delivery: String
    package var report: String
    /// The week.
    package var span: String
    /// 1 for the first.
    package var attempt: Int64
    /// Why it failed; `nil` when it was sent.
    package var why: String?

    package var key: Int64 { self.seq }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("seq", &self.seq)
        visit("at", &self.at)
        visit("delivery", &self.delivery)
        visit("report", &self.report)
        visit("span", &self.span)
        visit("attempt", &self.attempt)
        visit("why", &self.why)
    }
}
