import Events
import GRDB
import Model
import Projections

/// The obvious fold: for each event the statements that bring the tables up to it.
///
/// It fills the product's own tables for the kinds of event that the made-up week has, and knows no others.
struct NaiveFold {
    /// Events of a transaction.
    static let batch = 1_000

    private let live: Database
    private let history: Database

    /// Folds a log into `naive-live.sqlite` and `naive-history.sqlite`.
    static func run(_ feed: LogFeed, directory: String) throws {
        let live = try PlainDatabase.open("\(directory)/naive-live.sqlite")
        let history = try PlainDatabase.open("\(directory)/naive-history.sqlite")
        try live.writeWithoutTransaction { live in
            try history.writeWithoutTransaction { history in
                try live.execute(sql: LiveProjection.schema)
                try history.execute(sql: HistoryProjection.schema)
                let fold = NaiveFold(live: live, history: history)
                var count = 0
                try feed.forEach(after: 0) { envelope in
                    if count % Self.batch == 0 {
                        for database in [live, history] {
                            try database.execute(sql: count == 0 ? "BEGIN" : "COMMIT; BEGIN")
                        }
                    }
                    count += 1
                    try fold.apply(envelope)
                    return true
                }
                for database in [live, history] { try database.execute(sql: "COMMIT") }
            }
        }
        try live.close()
        try history.close()
    }

    private func run(_ database: Database, _ sql: String, _ arguments: StatementArguments) throws {
        let statement = try database.cachedStatement(sql: sql)
        statement.setUncheckedArguments(arguments)
        try statement.execute()
    }

    private func apply(_ envelope: Envelope) throws {
        switch envelope.event {
        case .connectionOpened(let event): try self.opened(event, envelope)
        case .connectionClosed(let event): try self.closed(event, envelope)
        case .limitRejected(let event): try self.rejected(event, envelope)
        case .clientSeen(let event): try self.seen(event, envelope)
        case .ingestBlip(let event): try self.blip(event, envelope)
        case .freezePatch(let event): try self.patch(event, envelope)
        case .failoverSwitch(let event): try self.failover(event, envelope)
        default: break
        }
    }

    /// The customer's number, given if this is the first time.
    private func number(of customer: CustomerID, at: WallTime) throws -> Int64 {
        let select = try self.history.cachedStatement(sql: "SELECT number FROM customer_name WHERE name = ?")
        if let number = try Int64.fetchOne(select, arguments: [customer.rawValue]) { return number }
        try self.run(
            self.history,
            "INSERT INTO customer_name(number, name, first_at) "
                + "VALUES ((SELECT coalesce(max(number), 0) + 1 FROM customer_name), ?, ?)",
            [customer.rawValue, at.microseconds]
        )
        return self.history.lastInsertedRowID
    }

    private func opened(_ event: ConnectionOpened, _ envelope: Envelope) throws {
        let at = envelope.at.microseconds
        try self.run(
            self.live,
            """
            INSERT INTO live_connection(credential, connection, customer, channel, client, output, node, network,
              session, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                event.credential.rawValue, event.connection.rawValue, event.customer.rawValue, event.channel.rawValue,
                event.client.rawValue, event.output.rawValue, envelope.node.rawValue, event.network, event.session, at,
            ]
        )
        try self.run(
            self.live,
            """
            INSERT OR REPLACE INTO session(session, connection, credential, customer, channel, client, output, network,
              started_at, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                event.session, event.connection.rawValue, event.credential.rawValue, event.customer.rawValue,
                event.channel.rawValue, event.client.rawValue, event.output.rawValue, event.network, at, at,
            ]
        )
        try self.run(
            self.history,
            """
            INSERT INTO connection(connection, credential, customer, channel, client, output, network, node,
              opened_at, opened_seq, settled, bytes, watched_ms, patched_ms, slate_ms, stalls, stalled_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0)
            """,
            [
                event.connection.rawValue, event.credential.rawValue,
                try self.number(of: event.customer, at: envelope.at), event.channel.rawValue, event.client.rawValue,
                event.output.rawValue, event.network, envelope.node.rawValue, at, envelope.seq,
            ]
        )
        try self.add("opens", 1, event.channel, envelope.at.hour)
    }

    private func closed(_ event: ConnectionClosed, _ envelope: Envelope) throws {
        let select = try self.live.cachedStatement(
            sql: "SELECT session FROM live_connection WHERE credential = ? AND connection = ?"
        )
        let key: StatementArguments = [event.credential.rawValue, event.connection.rawValue]
        if let session = try String.fetchOne(select, arguments: key) {
            try self.run(self.live, "DELETE FROM session WHERE session = ?", [session])
        }
        try self.run(self.live, "DELETE FROM live_connection WHERE credential = ? AND connection = ?", key)
        try self.run(
            self.history,
            """
            UPDATE connection SET closed_at = ?, closed_seq = ?, reason = ?, settled = 1, bytes = ?, watched_ms = ?,
              patched_ms = ?, stalls = ? WHERE connection = ?
            """,
            [
                envelope.at.microseconds, envelope.seq, event.reason, event.bytes.rawValue, event.watched.rawValue,
                event.patched.rawValue, event.stalls, event.connection.rawValue,
            ]
        )
        try self.addWatched(event.watched.rawValue, event.channel, endingAt: envelope.at)
        try self.upsertHour(
            event.channel,
            envelope.at.hour,
            ["closes", "bytes", "patched_ms", "stalls"],
            [1, event.bytes.rawValue, event.patched.rawValue, event.stalls]
        )
    }

    /// Adds the time watched to each hour that it covers.
    private func addWatched(_ milliseconds: Int64, _ channel: ChannelID, endingAt end: WallTime) throws {
        let hourLength: Int64 = 3_600_000
        var (end, left) = (end.microseconds / 1_000, milliseconds)
        while left > 0 {
            let hour = (end - 1) / hourLength
            let part = min(left, end - hour * hourLength)
            try self.add("watched_ms", part, channel, hour)
            left -= part
            end -= part
        }
    }

    private func rejected(_ event: LimitRejected, _ envelope: Envelope) throws {
        try self.run(
            self.history,
            """
            INSERT INTO rejection(seq, at, credential, customer, channel, client, output, rule, allowed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                envelope.seq, envelope.at.microseconds, event.credential.rawValue,
                try self.number(of: event.customer, at: envelope.at), event.channel.rawValue, event.client.rawValue,
                event.output.rawValue, event.rule, event.limit,
            ]
        )
        for holder in event.holders {
            let values: StatementArguments = [envelope.seq, holder.rawValue]
            try self.run(self.history, "INSERT INTO rejection_holder(seq, connection) VALUES (?, ?)", values)
        }
        try self.add("rejects", 1, event.channel, envelope.at.hour)
    }

    private func seen(_ event: ClientSeen, _ envelope: Envelope) throws {
        try self.run(
            self.live,
            "INSERT OR REPLACE INTO client(client, customer, week, device) VALUES (?, ?, ?, ?)",
            [event.client.rawValue, event.customer.rawValue, event.week, event.device]
        )
        try self.run(
            self.history,
            "INSERT INTO seen_client(client, customer, week, device, identity, first_at) VALUES (?, ?, ?, ?, ?, ?)",
            [
                event.client.rawValue, try self.number(of: event.customer, at: envelope.at), event.week, event.device,
                event.identity, envelope.at.microseconds,
            ]
        )
    }
}

/// What happens to sources and channels.
extension NaiveFold {
    private func blip(_ event: IngestBlip, _ envelope: Envelope) throws {
        try self.run(
            self.live,
            "UPDATE source_state SET blips = blips + 1, cause = ? WHERE source = ?",
            [event.cause, event.source.rawValue]
        )
        try self.run(
            self.history,
            """
            INSERT INTO incident(seq, at, kind, channel, source, supplier, cause, length_ms, bytes)
            VALUES (?, ?, 'ingest.blip', ?, ?, ?, ?, ?, ?)
            """,
            [
                envelope.seq, envelope.at.microseconds, event.channel.rawValue, event.source.rawValue,
                event.supplier.rawValue, event.cause, event.gap.rawValue, event.bytes.rawValue,
            ]
        )
        try self.upsertHour(event.channel, envelope.at.hour, ["blips", "blip_gap_ms"], [1, event.gap.rawValue])
        let counts = ["blips": 1, "blip_gap_ms": event.gap.rawValue]
        try self.supply("source", event.source.rawValue, envelope.at.hour, counts)
        try self.supply("supplier", event.supplier.rawValue, envelope.at.hour, counts)
    }

    private func patch(_ event: FreezePatch, _ envelope: Envelope) throws {
        let isVisible = event.visibility == .visible
        try self.run(
            self.history,
            """
            INSERT INTO incident(seq, at, kind, channel, source, cause, length_ms, viewers, visible, bytes)
            VALUES (?, ?, 'freeze.patch', ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                envelope.seq, envelope.at.microseconds, event.channel.rawValue, event.source?.rawValue, event.method,
                event.length.rawValue, event.viewers, isVisible, event.bytes.rawValue,
            ]
        )
        try self.upsertHour(
            event.channel,
            envelope.at.hour,
            [
                "patches", isVisible ? "visible_ms" : "hidden_ms",
                isVisible ? "affected_viewer_ms" : "saved_viewer_ms",
            ],
            [1, event.length.rawValue, event.length.rawValue * event.viewers]
        )
        guard let source = event.source else { return }
        let columns =
            isVisible ? ["visible_ms", "affected_viewer_ms"] : ["hidden_ms", "saved_viewer_ms"]
        let values = [event.length.rawValue, event.length.rawValue * event.viewers]
        try self.supply(
            "source",
            source.rawValue,
            envelope.at.hour,
            ["patches": 1, columns[0]: values[0], columns[1]: values[1]]
        )
    }

    private func failover(_ event: FailoverSwitch, _ envelope: Envelope) throws {
        try self.run(
            self.live,
            "INSERT OR REPLACE INTO channel_state(channel, state, source, node, since) VALUES (?, 'live', ?, ?, ?)",
            [event.channel.rawValue, event.to.rawValue, envelope.node.rawValue, envelope.at.microseconds]
        )
        try self.run(
            self.history,
            """
            INSERT INTO incident(seq, at, kind, channel, source, to_source, cause, length_ms)
            VALUES (?, ?, 'failover.switch', ?, ?, ?, ?, ?)
            """,
            [
                envelope.seq, envelope.at.microseconds, event.channel.rawValue, event.from?.rawValue,
                event.to.rawValue, event.why, event.gap.rawValue,
            ]
        )
        try self.upsertHour(event.channel, envelope.at.hour, ["switches", "switch_gap_ms"], [1, event.gap.rawValue])
        if let from = event.from { try self.supply("source", from.rawValue, envelope.at.hour, ["switches_from": 1]) }
        try self.supply("source", event.to.rawValue, envelope.at.hour, ["switches_to": 1])
    }

    private static let supplyColumns = [
        "starts", "blips", "blip_gap_ms", "downs", "down_ms", "patches", "hidden_ms", "visible_ms", "saved_viewer_ms",
        "affected_viewer_ms", "overlaps", "overlap_ms", "switches_from", "switches_to",
    ]

    /// Adds to columns of a source's or supplier's hour, which is made if it is not there.
    private func supply(
        _ scope: String,
        _ key: any DatabaseValueConvertible,
        _ hour: Int64,
        _ counts: [String: Int64]
    ) throws {
        let columns = Self.supplyColumns
        let changes = columns.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")
        let marks = Array(repeating: "?", count: columns.count + 2).joined(separator: ", ")
        try self.run(
            self.history,
            """
            INSERT INTO \(scope)_hour(\(scope), hour, \(columns.joined(separator: ", "))) VALUES (\(marks))
            ON CONFLICT(\(scope), hour) DO UPDATE SET \(changes)
            """,
            StatementArguments([key, hour]) + StatementArguments(columns.map { counts[$0] ?? 0 })
        )
    }

    private func add(_ column: String, _ value: Int64, _ channel: ChannelID, _ hour: Int64) throws {
        try self.upsertHour(channel, hour, [column], [value])
    }

    /// Adds to columns of a channel's hour, which is made if it is not there.
    private func upsertHour(_ channel: ChannelID, _ hour: Int64, _ columns: [String], _ values: [Int64]) throws {
        try self.run(
            self.history,
            Self.upserts[columns] ?? Self.upsert(columns),
            StatementArguments([channel.rawValue, hour] + values)
        )
    }

    /// The statements put together once; the rest is found by the columns.
    private static let upserts: [[String]: String] = [
        ["opens"], ["rejects"], ["watched_ms"], ["closes", "bytes", "patched_ms", "stalls"], ["blips", "blip_gap_ms"],
        ["patches", "visible_ms", "affected_viewer_ms"], ["patches", "hidden_ms", "saved_viewer_ms"],
        ["switches", "switch_gap_ms"],
    ].reduce(into: [:]) { $0[$1] = NaiveFold.upsert($1) }

    private static let hourColumns = [
        "opens", "closes", "rejects", "watched_ms", "patched_ms", "bytes", "stalls", "blips", "blip_gap_ms", "downs",
        "down_ms", "switches", "switch_gap_ms", "patches", "hidden_ms", "visible_ms", "saved_viewer_ms",
        "affected_viewer_ms", "slates", "slate_ms", "overlaps", "overlap_ms", "watched_slate_ms", "stalled_ms",
    ]

    private static func upsert(_ columns: [String]) -> String {
        let marks = self.hourColumns.map { column in
            columns.firstIndex(of: column).map { "?\($0 + 3)" } ?? "0"
        }
        let changes = columns.enumerated().map { "\($1) = \($1) + ?\($0 + 3)" }
        return """
            INSERT INTO channel_hour(channel, hour, \(self.hourColumns.joined(separator: ", ")))
            VALUES (?1, ?2, \(marks.joined(separator: ", ")))
            ON CONFLICT(channel, hour) DO UPDATE SET \(changes.joined(separator: ", "))
            """
    }
}
